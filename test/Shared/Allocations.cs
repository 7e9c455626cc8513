namespace BioLearn.Tests;

/// <summary>What work allocates on the managed heap.</summary>
internal static class Allocations
{
    /// <summary>
    /// Bytes that the calling thread allocates in the work, the least of three times: the runtime itself now and then allocates a little while
    /// it recompiles what has become hot; work that allocates does so every time.
    /// </summary>
    public static long Of(Action work)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 3 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
