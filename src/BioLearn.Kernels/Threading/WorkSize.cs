using System.Diagnostics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Threading;

/// <summary>
/// How much work pays for another thread. What handing work over costs, and what a thread does meanwhile, is measured when a process first
/// asks for more than one thread; it takes some milliseconds.
/// </summary>
internal static class WorkSize
{
    /// <summary>A thread's share lasts at least this many hand-overs: what both have touched must also go from core to core.</summary>
    private const double HandOversAShare = 8;

    /// <summary>
    /// A sleeping helper is woken for work that lasts at least this many times as long as waking takes, or for smaller work once so much of
    /// it has come in close succession.
    /// </summary>
    private const double WakesAWork = 2;

    // What sleeping helpers have missed of late, in nanoseconds, and when. Threads that write it at once do no harm but to the count.
    private static double _missed;
    private static long _missedLast;

    private static readonly Lazy<ThreadCosts> Measured = new(ThreadCosts.Measure);

    private static ThreadCosts? _given;

    /// <summary>What was measured. Tests give other costs, to have small work split too.</summary>
    public static ThreadCosts Costs
    {
        get => _given ?? Measured.Value;
        set => _given = value;
    }

    /// <summary>Threads, of those allowed, that are worth the trouble.</summary>
    /// <param name="threads">Threads allowed, at least 1.</param>
    /// <param name="multiplyAdds">Multiply-adds of the whole work, or operations that cost as much.</param>
    /// <param name="bytes">Bytes that the work reads and writes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Threads(int threads, double multiplyAdds, double bytes) => threads <= 1 ? 1 : Worth(threads, multiplyAdds, bytes);

    private static int Worth(int threads, double multiplyAdds, double bytes)
    {
        // Inside a piece the helpers are busy with its like: nothing to take, and no time to measure.
        if (WorkerTeam.Size == 1 || (_given is null && !Measured.IsValueCreated && WorkerTeam.IsInside))
            return 1;
        ThreadCosts costs = Costs;
        double nanoseconds = Math.Max(multiplyAdds * costs.MultiplyAdd, bytes * costs.Byte);
        if (_given is null && WorkerTeam.IsCrowded)
            return 1;
        threads = (int)Math.Clamp(nanoseconds / Math.Max(1, HandOversAShare * costs.HandOver), 1, threads);
        return threads > 1 && !WorkerTeam.IsAwake && !PaysToWake(nanoseconds, WakesAWork * costs.Wake) ? 1 : threads;
    }

    /// <summary>Whether work of so many multiply-adds would go to several threads that wait awake.</summary>
    public static bool IsShared(int threads, double multiplyAdds) =>
        threads > 1 && WorkerTeam.Size > 1 && multiplyAdds * Costs.MultiplyAdd >= 2 * HandOversAShare * Costs.HandOver;

    private static bool PaysToWake(double nanoseconds, double least)
    {
        if (nanoseconds >= least)
            return true;
        long now = Stopwatch.GetTimestamp();
        _missed = now - _missedLast < Helper.AwakeTicks ? _missed + nanoseconds : nanoseconds;
        // The work itself takes time until the next comes.
        _missedLast = now + (long)(nanoseconds * 1e-9 * Stopwatch.Frequency);
        if (_missed < least)
            return false;
        _missed = 0;
        return true;
    }
}

/// <summary>Costs in nanoseconds.</summary>
/// <param name="HandOver">Until a helper that waits awake has begun.</param>
/// <param name="Wake">Until a helper that sleeps has begun.</param>
/// <param name="MultiplyAdd">A multiply-add of a small matrix product of floats on one thread.</param>
/// <param name="Byte">A byte of a copy within the second-level cache, read or written.</param>
internal readonly record struct ThreadCosts(double HandOver, double Wake, double MultiplyAdd, double Byte)
{
    /// <summary>Tries; the best quarter counts, because others may use the cores meanwhile.</summary>
    private const int Tries = 32, FewTries = 8;

    /// <summary>More than this, in nanoseconds, is the doing of others: a busy start must not decide for the whole life of a process.</summary>
    private const double LongestHandOver = 5_000, LongestWake = 100_000;

    public static ThreadCosts Measure()
    {
        // The first call makes the thread and compiles what follows.
        Start();
        double wake = Quartile(FewTries, () =>
        {
            // Longer than a helper waits awake.
            Thread.Sleep(1);
            return Start();
        });
        double handOver = Quartile(Tries, Start);
        return new(Math.Min(handOver, LongestHandOver), Math.Min(wake, LongestWake), Product(), Copy());
    }

    /// <summary>Time from a call until a helper is at work; a helper that does not come within a millisecond is not waited for.</summary>
    private static double Start()
    {
        var job = new Meeting { Began = Stopwatch.GetTimestamp(), Patience = Stopwatch.Frequency / 1000, Arrivals = new int[1], Met = new long[1] };
        Partitioner.For(2, 1, 2, ref job);
        return (job.Met[0] - job.Began) * 1e9 / Stopwatch.Frequency;
    }

    private static unsafe double Product()
    {
        const int n = 96;
        using NativeBuffer<float> a = new(n * n), b = new(n * n), c = new(n * n);
        a.Span.Fill(1);
        b.Span.Fill(1);
        return Quartile(Tries, () =>
        {
            long start = Stopwatch.GetTimestamp();
            Gemm.NN<float>(new(a.Span, n, n), new(b.Span, n, n), new(c.Span, n, n));
            return (Stopwatch.GetTimestamp() - start) * 1e9 / Stopwatch.Frequency / ((double)n * n * n);
        });
    }

    private static double Copy()
    {
        const int length = 1 << 15;
        using NativeBuffer<float> from = new(length), to = new(length);
        from.Span.Fill(1);
        return Quartile(Tries, () =>
        {
            long start = Stopwatch.GetTimestamp();
            from.Span.CopyTo(to.Span);
            return (Stopwatch.GetTimestamp() - start) * 1e9 / Stopwatch.Frequency / (2.0 * sizeof(float) * length);
        });
    }

    private static double Quartile(int tries, Func<double> measure)
    {
        double[] values = [.. Enumerable.Range(0, tries).Select(_ => measure())];
        Array.Sort(values);
        return values[tries / 4];
    }

    /// <summary>Two pieces that wait for each other.</summary>
    private struct Meeting : IRangeJob
    {
        public long Began, Patience;
        public int[] Arrivals;
        public long[] Met;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Invoke(int piece, int begin, int end)
        {
            bool second = Interlocked.Increment(ref Arrivals[0]) == 2;
            long now = Stopwatch.GetTimestamp();
            while (!second && Volatile.Read(ref Arrivals[0]) < 2 && now - Began < Patience)
                now = Stopwatch.GetTimestamp();
            if (second)
                Met[0] = Math.Max(now, Began);
        }
    }
}
