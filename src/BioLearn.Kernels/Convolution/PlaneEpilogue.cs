using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Convolution;

/// <summary>Bias, rectification and ceiling of finished planes.</summary>
internal static unsafe class PlaneEpilogue
{
    /// <summary>planes[c, :] = max(floor, planes[c, :] + bias[c]).</summary>
    public static void Run<T>(int channels, int length, T* bias, T floor, T* planes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sweep = new Sweep<T> { Channels = channels, Length = length, Bias = bias, Floor = floor, Planes = planes };
        Hardware.Run<T, Sweep<T>>(ref sweep);
    }

    /// <summary>values = min(ceiling, values).</summary>
    public static void Cut<T>(nint length, T ceiling, T* values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var cut = new Lid<T> { Length = length, Ceiling = ceiling, Values = values };
        Hardware.Run<T, Lid<T>>(ref cut);
    }

    private struct Lid<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public nint Length;
        public T Ceiling;
        public T* Values;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            V most = V.Create(Ceiling);
            nint i = 0;
            for (; i + V.Count <= Length; i += V.Count) V.Store(V.Min(V.Load(Values + i), most), Values + i);
            int left = (int)(Length - i);
            V.StoreFirst(V.Min(V.LoadFirst(Values + i, left), most), Values + i, left);
        }
    }

    private struct Sweep<T> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Channels, Length;
        public T* Bias, Planes;
        public T Floor;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            V least = V.Create(Floor);
            for (int c = 0; c < Channels; c++)
            {
                V offset = Bias == null ? V.Zero : V.Create(Bias[c]);
                T* plane = Planes + (nint)c * Length;
                int i = 0;
                for (; i + V.Count <= Length; i += V.Count) V.Store(V.Max(V.Load(plane + i) + offset, least), plane + i);
                V.StoreFirst(V.Max(V.LoadFirst(plane + i, Length - i) + offset, least), plane + i, Length - i);
            }
        }
    }
}
