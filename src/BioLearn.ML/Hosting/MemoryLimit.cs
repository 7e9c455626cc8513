using System.Globalization;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Large things are compared with the memory that there is before they are made: an error that gives the numbers, in place of a process that
/// the system ends.
/// </summary>
internal static class MemoryLimit
{
    private static readonly AsyncLocal<long?> Assumed = new();

    /// <summary>Bytes that this process may still take: what the machine, or the container, has, without what the process has already.</summary>
    public static long Available
    {
        get
        {
            if (Assumed.Value is { } assumed)
                return assumed;
            long total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return total <= 0 ? long.MaxValue : Math.Max(0, total - Environment.WorkingSet);
        }
    }

    /// <summary>Whether there is room for so many bytes.</summary>
    public static bool Has(long bytes)
    {
        // Garbage counts as taken until it is collected; small requests need not ask.
        const long small = 16 << 20;
        if (Assumed.Value is null && bytes <= small)
            return true;
        if (bytes <= Available)
            return true;
        if (Assumed.Value is not null)
            return false;
        GC.Collect();
        return bytes <= Available;
    }

    /// <summary>Refuses what there is no room for.</summary>
    /// <param name="bytes">What is needed in addition.</param>
    /// <param name="what">What needs it, with its sizes, as the beginning of a sentence.</param>
    /// <param name="advice">What to do instead, as a sentence; empty for nothing.</param>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public static void Require(long bytes, string what, string advice = "")
    {
        if (!Has(bytes))
            throw new InvalidOperationException($"{what} need {Size(bytes)} of memory, {Size(Available)} are there.{(advice.Length > 0 ? " " : "")}{advice}");
    }

    /// <summary>As text: "1.9 GB", "76.3 MB".</summary>
    public static string Size(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.##} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    /// <summary>Lets a test assume that so many bytes are there, until the result is disposed.</summary>
    public static IDisposable Assume(long bytes)
    {
        Assumed.Value = bytes;
        return new Forget();
    }

    private sealed class Forget : IDisposable
    {
        public void Dispose() => Assumed.Value = null;
    }
}
