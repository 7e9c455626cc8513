namespace BioLearn.Kernels.Threading;

/// <summary>
/// Splits a range of rows over threads. The pieces depend on the range and the grain alone, never on the number of threads: a job that
/// keeps one partial result a piece, and adds them in order, is deterministic.
/// </summary>
internal static class Partitioner
{
    /// <summary>Number of pieces that <see cref="For"/> makes of <paramref name="count"/> rows.</summary>
    public static int Pieces(int count, int grain) => (int)(((long)count + grain - 1) / grain);

    /// <summary>
    /// Calls <c>job.Invoke(piece, begin, end)</c> for every piece of [0, <paramref name="count"/>). With one thread, or one piece, the
    /// caller does all the work in order and nothing is allocated; otherwise the caller shares the pieces with <see cref="WorkerTeam"/>
    /// and works too, so that nothing waits for a thread that is busy elsewhere.
    /// </summary>
    /// <param name="count">Number of rows, 0 or more.</param>
    /// <param name="grain">Rows a piece, at least 1; only the last piece may be shorter.</param>
    /// <param name="threads">Threads that may work at once, at least 1, the caller included.</param>
    /// <param name="job">The work, a struct with its arguments as fields.</param>
    public static void For<TJob>(int count, int grain, int threads, ref TJob job)
        where TJob : struct, IRangeJob
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(grain, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        int pieces = Pieces(count, grain);
        if (threads == 1 || pieces <= 1)
        {
            for (int piece = 0; piece < pieces; piece++)
                job.Invoke(piece, piece * grain, (int)Math.Min(count, ((long)piece + 1) * grain));
            return;
        }
        SharedRange<TJob>.Run(job, count, grain, pieces, Math.Min(threads, pieces));
    }
}

/// <summary>Work on the rows <c>begin</c> to <c>end</c> (exclusive) of a range; called from several threads at once, once for each piece.</summary>
internal interface IRangeJob
{
    void Invoke(int piece, int begin, int end);
}
