using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Convolution;

/// <summary>The weight gradient of a convolution of many groups with few channels each: a group a lane, as in <see cref="GroupLanes{T}"/>.</summary>
internal static unsafe class GroupLaneGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int CreditBytes = 8 << 10, InputBytes = 12 << 10, LeastPixels = 16;

    /// <summary>gradient = Σ over pictures; overwritten.</summary>
    public static void Run(in ConvolutionShape shape, int batch, T* x, T* y, T* gradient)
    {
        var job = new Job { Shape = shape, Instances = checked(batch * shape.Groups), X = x, Y = y, Gradient = gradient };
        Hardware.Run<T, Job>(ref job);
    }

    private struct Job : IVectorKernel<T>
    {
        public ConvolutionShape Shape;
        public int Instances;
        public T* X, Y, Gradient;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            ConvolutionShape shape = Shape;
            int groups = shape.Groups, channels = shape.Channels / groups, filters = shape.Filters / groups, numbers = shape.WeightLength / groups;
            int pitch = LaneWeights.Pitch(groups, V.Count), width = shape.OutputWidth;
            int strip = Math.Clamp(CreditBytes / sizeof(T) / (width * V.Count * filters), Math.Min(Partitioner.Pieces(LeastPixels, width), shape.OutputHeight), shape.OutputHeight);
            int reach = (strip - 1) * shape.StrideY + (shape.KernelHeight - 1) * shape.DilationY + 1;
            int room = (int)Math.Clamp(InputBytes / sizeof(T) / ((long)channels * shape.Width * V.Count), Math.Min(reach, shape.Height), shape.Height);
            var input = new LaneRows<T>(channels, shape.Height, shape.Width, V.Count, room);
            T* total = ScratchMemory<T>.Take(ScratchUse.GroupWeights, (long)numbers * (pitch + V.Count)), sums = total + (nint)numbers * pitch;
            new Span<T>(total, numbers * pitch).Clear();
            T* credit = ScratchMemory<T>.Take(ScratchUse.Sums, (long)filters * strip * width * V.Count);
            nint plane = (nint)shape.OutputHeight * width, creditPitch = (nint)strip * width * V.Count;
            var taps = new TapSums<T>(shape, V.Count);
            for (int instance = 0; instance < Instances; instance += V.Count)
            {
                int lanes = Math.Min(V.Count, Instances - instance);
                T* x = X + (nint)instance * channels * shape.Height * shape.Width, y = Y + instance * filters * plane;
                new Span<T>(sums, numbers * V.Count).Clear();
                input.Restart();
                for (int first = 0; first < shape.OutputHeight; first += strip)
                {
                    int rows = Math.Min(strip, shape.OutputHeight - first);
                    int top = Math.Clamp(first * shape.StrideY - shape.PadTop, 0, shape.Height);
                    int bottom = (first + rows - 1) * shape.StrideY + (shape.KernelHeight - 1) * shape.DilationY - shape.PadTop + 1;
                    input.Enter(x, lanes, top, Math.Clamp(bottom, top, shape.Height));
                    for (int o = 0; o < filters; o++)
                        Transposition.Run(lanes, rows * width, y + o * plane + (nint)first * width, filters * plane, credit + o * creditPitch, V.Count);
                    taps.Add<V>(first, first + rows, input, credit, creditPitch, sums);
                }

                T* into = total + instance % groups;
                for (int k = 0; k < numbers; k++, into += pitch)
                    V.StoreFirst(V.LoadFirst(into, lanes) + V.Load(sums + (nint)k * V.Count), into, lanes);
            }

            LaneWeights.Fold(groups, numbers, V.Count, total, Gradient);
        }
    }
}
