using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The part of a picture, and the zeros around it, that the taps of a gather reach: [height, width, channels], channels last.
/// </summary>
/// <param name="Top">Picture row of the block's first row; negative in the padding.</param>
/// <param name="Left">Picture column of the block's first column.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">Channels.</param>
/// <param name="PictureHeight">Height of the picture.</param>
/// <param name="PictureWidth">Width of the picture.</param>
internal sealed record PaddedBlock(int Top, int Left, int Height, int Width, int Channels, int PictureHeight, int PictureWidth)
{
    public long Length => (long)Height * Width * Channels;

    public static PaddedBlock Around(GatherPhase[] phases, int height, int width, int channels)
    {
        int top = int.MaxValue, left = int.MaxValue, bottom = int.MinValue, right = int.MinValue;
        foreach (var phase in phases)
        {
            if (phase.Pixels == 0) continue;
            foreach (var tap in phase.Taps)
            {
                (top, left) = (Math.Min(top, tap.Row), Math.Min(left, tap.Column));
                bottom = Math.Max(bottom, (phase.Rows - 1) * phase.InputStepY + tap.Row);
                right = Math.Max(right, (phase.Columns - 1) * phase.InputStepX + tap.Column);
            }
        }

        return top > bottom ? new(0, 0, 0, 0, channels, height, width) : new(top, left, bottom - top + 1, right - left + 1, channels, height, width);
    }

    /// <summary>Where each grid point's own origin lies in the block.</summary>
    public int[] Starts(GatherPhase grid)
    {
        var starts = new int[grid.Pixels];
        for (int t = 0, p = 0; t < grid.Rows; t++)
        {
            for (int s = 0; s < grid.Columns; s++, p++)
                starts[p] = ((t * grid.InputStepY - Top) * Width + s * grid.InputStepX - Left) * Channels;
        }

        return starts;
    }

    /// <summary>Taps as runs of consecutive numbers, neighbours in a row joined; all of one length.</summary>
    public (nint[] Offsets, int Length) Runs(GatherTap[] taps)
    {
        if (taps.Length == 0) return ([], 0);
        int joined = 1;
        while (joined < taps.Length && taps[joined].Row == taps[0].Row && taps[joined].Column == taps[0].Column + joined) joined++;
        if (taps.Length % joined != 0 || !taps.Chunk(joined).All(Consecutive)) joined = 1;
        return ([.. taps.Where((_, i) => i % joined == 0).Select(t => (nint)(t.Row * Width + t.Column) * Channels)], joined * Channels);

        static bool Consecutive(GatherTap[] run) => run.Select((t, i) => t.Row == run[0].Row && t.Column == run[0].Column + i).All(same => same);
    }

    /// <summary>Copies the picture's planes into the block.</summary>
    public unsafe void Fill<T>(T* planes, T* block, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var job = new FillJob<T> { Padding = this, Planes = planes, Block = block };
        Partitioner.For(Height, Math.Max(1, Partitioner.Pieces(Height, threads)), threads, ref job);
    }

    private unsafe struct FillJob<T> : IRangeJob
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public PaddedBlock Padding;
        public T* Planes, Block;

        public readonly void Invoke(int piece, int begin, int end) => Padding.Rows(Planes, Block, begin, end);
    }

    private unsafe void Rows<T>(T* planes, T* block, int begin, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rowLength = Width * Channels;
        int from = Math.Max(0, Left), to = Math.Min(PictureWidth, Left + Width);
        for (int i = begin; i < end; i++)
        {
            int row = Top + i;
            T* target = block + (nint)i * rowLength;
            if (row < 0 || row >= PictureHeight || from >= to)
            {
                new Span<T>(target, rowLength).Clear();
                continue;
            }

            new Span<T>(target, (from - Left) * Channels).Clear();
            new Span<T>(target + (to - Left) * Channels, (Left + Width - to) * Channels).Clear();
            Transposition.Run(Channels, to - from, planes + (nint)row * PictureWidth + from, (nint)PictureHeight * PictureWidth, target + (from - Left) * Channels, Channels);
        }
    }
}
