namespace BioLearn.Kernels.Linear;

/// <summary>The size of the parts of c that the threads of a product compute, and how many threads do so.</summary>
internal readonly record struct Rectangle(int Height, int Width, int Threads)
{
    /// <summary>
    /// Multiply-adds that a part should not fall below when there are to be more parts than threads, so that a thread which others hold up
    /// is helped out.
    /// </summary>
    private const long LargePart = 1L << 25;

    /// <summary>What a row or a column of a part costs before it is multiplied, in multiply-adds: it is read, and mostly copied.</summary>
    private const int Edge = 12;

    private const int MostPartsAThread = 4;

    /// <summary>Strips of whole rows.</summary>
    public static Rectangle Rows(int m, int n, int threads) => new((m + threads - 1) / threads, n, threads);

    /// <summary>Strips of whole columns, whose widths are multiples of <paramref name="unit"/>.</summary>
    public static Rectangle Columns(int m, int n, int threads, int unit) => new(m, Up(n, threads, unit), threads);

    /// <summary>The parts with which the last thread is done first.</summary>
    public static Rectangle Best(int m, int n, int k, int threads, int unit)
    {
        int parts = threads * (int)Math.Clamp((long)m * n * k / threads / LargePart, 1, MostPartsAThread);
        var best = new Rectangle(m, n, threads);
        long least = long.MaxValue;
        for (int across = 1; across <= parts && (across - 1) * unit < n; across++)
        {
            int width = Up(n, across, unit), columns = (n + width - 1) / width;
            int down = Math.Min(m, (parts + columns - 1) / columns), height = (m + down - 1) / down;
            long waves = ((((long)m + height - 1) / height * columns) + threads - 1) / threads;
            long cost = waves * (((long)height * width) + (Edge * (height + width)));
            if (cost < least)
                (best, least) = (new(height, width, threads), cost);
        }
        return best;
    }

    private static int Up(int length, int parts, int unit) => (((length + parts - 1) / parts) + unit - 1) / unit * unit;
}
