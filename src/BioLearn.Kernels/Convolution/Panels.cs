using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>Columns Start to Start + Width of a product, computed together in registers; their packed weights begin at Offset.</summary>
internal readonly record struct Panel(int Start, int Width, nint Offset);

/// <summary>Division of the output channels into panels of one to four vectors, and their weights in the order in which a tile reads them.</summary>
internal static unsafe class Panels
{
    /// <summary>Numbers in a vector.</summary>
    public static int Lanes<T>() where T : unmanaged => Math.Max(1, Hardware.VectorBits / (8 * sizeof(T)));

    /// <summary>Columns of the widest panel: with 32 registers six pixels of four vectors stay in them, with 16 six of two.</summary>
    public static int MaxWidth<T>() where T : unmanaged => Lanes<T>() * (Hardware.VectorBits == 512 || AdvSimd.IsSupported ? 4 : 2);

    /// <summary>As few panels as possible, as even as possible.</summary>
    public static Panel[] Split<T>(int channels) where T : unmanaged
    {
        int lanes = Lanes<T>(), vectors = (channels + lanes - 1) / lanes, most = MaxWidth<T>() / lanes;
        var panels = new Panel[(vectors + most - 1) / most];
        for (int i = 0, start = 0; i < panels.Length; i++)
        {
            int width = (vectors - start / lanes + panels.Length - i - 1) / (panels.Length - i) * lanes;
            panels[i] = new(start, width, 0);
            start += width;
        }

        return panels;
    }

    /// <summary>Room for <see cref="Pack"/>.</summary>
    public static NativeBuffer<T> Room<T>(GatherPhase grid, Panel[] panels, in ConvolutionShape shape, bool adjoint)
        where T : unmanaged => new(checked(grid.Taps.Length * (adjoint ? shape.Filters : shape.Channels) * panels.Sum(p => p.Width)));

    /// <summary>Packs [panel][tap][input channel][column of the panel] and enters each panel's offset.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Pack<T>(GatherPhase grid, Panel[] panels, in ConvolutionShape shape, bool adjoint, ReadOnlySpan<T> weights, NativeBuffer<T> packed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int inputs = adjoint ? shape.Filters : shape.Channels, step = grid.WeightStep;
        T* at = packed.Pointer;
        Span<int> sources = stackalloc int[MaxWidth<T>()];
        for (int p = 0; p < panels.Length; p++)
        {
            panels[p] = panels[p] with { Offset = (nint)(at - packed.Pointer) };
            var columns = sources[..panels[p].Width];
            foreach (var tap in grid.Taps)
            {
                grid.WeightSources(tap, panels[p].Start, columns);
                for (int i = 0; i < inputs; i++)
                {
                    foreach (int source in columns) *at++ = source < 0 ? T.Zero : weights[source + i * step];
                }
            }
        }
    }
}
