using System.Runtime.ExceptionServices;

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
    /// caller does all the work in order and nothing is allocated; otherwise pieces are shared with the thread pool and the caller
    /// works too, so that a busy pool never stalls it.
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
        new Shared<TJob>(job, count, grain, pieces).Run(Math.Min(threads, pieces));
    }

    /// <summary>One call's state, shared by the threads that work on it.</summary>
    private sealed class Shared<TJob>(TJob job, int count, int grain, int pieces) : IThreadPoolWorkItem
        where TJob : struct, IRangeJob
    {
        private readonly TJob _job = job;
        private int _next;
        private int _done;
        private ExceptionDispatchInfo? _failure;

        public void Run(int threads)
        {
            for (int i = 1; i < threads; i++)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            Execute();
            // Only pieces that another thread has already begun are still missing, so the wait is at most one piece long.
            var wait = new SpinWait();
            while (Volatile.Read(ref _done) < pieces)
                wait.SpinOnce(sleep1Threshold: -1);
            _failure?.Throw();
        }

        public void Execute()
        {
            int piece;
            while ((piece = Interlocked.Increment(ref _next) - 1) < pieces)
            {
                try
                {
                    if (Volatile.Read(ref _failure) is null)
                        _job.Invoke(piece, piece * grain, (int)Math.Min(count, ((long)piece + 1) * grain));
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
                }
                finally
                {
                    Interlocked.Increment(ref _done);
                }
            }
        }
    }
}

/// <summary>Work on the rows <c>begin</c> to <c>end</c> (exclusive) of a range; called from several threads at once, once for each piece.</summary>
internal interface IRangeJob
{
    void Invoke(int piece, int begin, int end);
}
