using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace BioLearn.Kernels.Threading;

/// <summary>One call of <see cref="Partitioner.For"/> while several threads work on it. Each takes the next piece until none is left.</summary>
internal sealed class SharedRange<TJob> : SharedWork
    where TJob : struct, IRangeJob
{
    // Calls come by the thousand: each thread keeps the object of its last one.
    [ThreadStatic]
    private static SharedRange<TJob>? _kept;

    private TJob _job;
    private int _count, _grain, _pieces;
    private ExceptionDispatchInfo? _failure;
    private PaddedInteger _next;

    // Apart from its callers, whose one-thread way is short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(in TJob job, int count, int grain, int pieces, int threads)
    {
        SharedRange<TJob> range = _kept ?? new();
        // A piece may call For for the same kind of job.
        _kept = null;
        (range._job, range._count, range._grain, range._pieces) = (job, count, grain, pieces);
        range._next.Value = 0;
        WorkerTeam.Run(range, threads);
        ExceptionDispatchInfo? failure = range._failure;
        (range._job, range._failure) = (default, null);
        _kept = range;
        failure?.Throw();
    }

    public override void Work()
    {
        int piece;
        while ((piece = Interlocked.Increment(ref _next.Value) - 1) < _pieces)
        {
            try
            {
                if (Volatile.Read(ref _failure) is null)
                    _job.Invoke(piece, piece * _grain, (int)Math.Min(_count, ((long)piece + 1) * _grain));
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            }
        }
    }
}
