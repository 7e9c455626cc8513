using System.Numerics;
using System.Runtime.CompilerServices;

namespace BioLearn.Kernels.Convolution;

/// <summary>Blocks of output pixels whose channels were computed side by side.</summary>
internal static unsafe class SubPixels
{
    /// <summary>Writes sums[point][channel, row of block, column of block] to the planes of the picture; what lies beyond its edge is dropped.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="first">First grid point.</param>
    /// <param name="count">Number of grid points.</param>
    /// <param name="sums">Sums of the points.</param>
    /// <param name="pitch">Distance between two points' sums.</param>
    /// <param name="channels">Channels of the picture.</param>
    /// <param name="output">Planes of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="width">Width of the picture.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Spread<T>(GatherPhase grid, int first, int count, T* sums, nint pitch, int channels, T* output, int height, int width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int point = first, end = first + count;
        while (point < end)
        {
            var (t, s) = Math.DivRem(point, grid.Columns);
            int stretch = Math.Min(end - point, grid.Columns - s);
            for (int c = 0; c < channels; c++)
            {
                for (int r = 0; r < grid.SubY; r++)
                {
                    int row = t * grid.StepY + r;
                    if (row >= height) break;
                    T* from = sums + (point - first) * pitch + (c * grid.SubY + r) * grid.SubX;
                    T* to = output + ((nint)c * height + row) * width + s * grid.StepX;
                    int whole = Math.Clamp((width - s * grid.StepX) / grid.SubX, 0, stretch);
                    Blocks(whole, grid.SubX, from, pitch, to);
                    if (whole < stretch)
                    {
                        int rest = Math.Min(grid.SubX, width - (s + whole) * grid.StepX);
                        for (int q = 0; q < rest; q++) to[whole * grid.SubX + q] = from[whole * pitch + q];
                    }
                }
            }

            point += stretch;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Blocks<T>(int count, int size, T* from, nint pitch, T* to)
        where T : unmanaged
    {
        switch (size * sizeof(T))
        {
            case 8:
                for (int i = 0; i < count; i++) ((long*)to)[i] = *(long*)(from + i * pitch);
                break;
            case 16:
                for (int i = 0; i < count; i++) ((Int128*)to)[i] = *(Int128*)(from + i * pitch);
                break;
            default:
                for (int i = 0; i < count; i++)
                {
                    for (int q = 0; q < size; q++) to[i * size + q] = from[i * pitch + q];
                }

                break;
        }
    }
}
