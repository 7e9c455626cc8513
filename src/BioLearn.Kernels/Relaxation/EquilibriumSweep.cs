using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// Settling of networks whose layers drive each other both ways, sample by sample with the states in the first-level cache: all layers at
/// once take s_l ← φ(s_{l-1} W_l' + b_l + s_{l+1} W_{l+1} [+ β (t − s_L)]), or an Euler step towards it clipped to [0, 1].
/// The input of layer 1 is the constant drive of the clamped input.
/// </summary>
internal sealed unsafe class EquilibriumSweep<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Places = 2, Grain = 1 << 14;

    private readonly StackedLayers<T> _layers;
    private readonly NativeBuffer<T> _memory;
    private readonly int[] _offsets;
    private readonly int _drive, _target, _sample;

    /// <param name="widths">Units of layers 0 to L, at least two layers with weights.</param>
    /// <param name="capacity">Most samples.</param>
    public EquilibriumSweep(int[] widths, int capacity)
    {
        _layers = new StackedLayers<T>(widths);
        _offsets = new int[Places * (_layers.Depth + 1)];
        for (int l = 1; l <= _layers.Depth; l++)
        {
            for (int place = 0; place < Places; place++)
            {
                _offsets[(Places * l) + place] = _sample;
                _sample += StackedLayers<T>.Pad(widths[l]);
            }
        }
        _drive = _sample;
        _target = _drive + StackedLayers<T>.Pad(widths[1]);
        _sample = _target + StackedLayers<T>.Pad(widths[^1]);
        _memory = new NativeBuffer<T>(checked(_sample * capacity));
    }

    public StackedLayers<T> Layers => _layers;

    /// <summary>s_l of a sample.</summary>
    public Span<T> State(int layer, int sample) => new(Sample(sample) + _offsets[Places * layer], _layers.Width(layer));

    /// <summary>Constant input of layer 1 of a sample.</summary>
    public Span<T> Drive(int sample) => new(Sample(sample) + _drive, _layers.Width(1));

    /// <summary>t of a sample.</summary>
    public Span<T> Target(int sample) => new(Sample(sample) + _target, _layers.Width(_layers.Depth));

    /// <summary>Some steps of all samples.</summary>
    /// <param name="samples">Samples in use.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="beta">Nudging strength β; 0 is free.</param>
    /// <param name="stepSize">ε of the Euler step, or 0 for the discrete dynamics.</param>
    /// <param name="threads">Threads; the result does not depend on them.</param>
    public void Settle<TActivation>(int samples, int steps, T beta, T stepSize, int threads)
        where TActivation : struct, IActivation<T>
    {
        fixed (int* offsets = _offsets)
        {
            Job<TActivation> job = new() { Owner = this, Offsets = offsets, Steps = steps, Beta = beta, StepSize = stepSize };
            // Samples are computed one by one, so pieces may follow the number of threads.
            Partitioner.For(samples, Math.Min(Math.Max(1, Grain / _sample), Math.Max(1, Partitioner.Pieces(samples, 2 * threads))), threads, ref job);
        }
    }

    public void Dispose()
    {
        _layers.Dispose();
        _memory.Dispose();
    }

    private T* Sample(int sample) => _memory.Pointer + ((nint)sample * _sample);

    private struct Job<TActivation> : IRangeJob, IVectorKernel<T>
        where TActivation : struct, IActivation<T>
    {
        public EquilibriumSweep<T> Owner;
        public int* Offsets;
        public int Steps;
        public T Beta, StepSize;
        private int _begin, _end;

        public readonly void Invoke(int piece, int begin, int end)
        {
            Job<TActivation> part = this;
            (part._begin, part._end) = (begin, end);
            Hardware.Run<T, Job<TActivation>>(ref part);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            for (int b = _begin; b < _end; b++)
            {
                T* sample = Owner.Sample(b);
                for (int i = 0; i < Steps; i++)
                    Step<V>(Owner._layers, sample);
            }
        }

        private readonly void Step<V>(StackedLayers<T> layers, T* sample)
            where V : unmanaged, ILanes<V, T>
        {
            int depth = layers.Depth;
            if (layers.AreCopied)
                ReceiveFromCopies<V>(layers, sample);
            else
                Receive<V>(layers, sample);
            if (Beta != T.Zero)
                Nudge<V>(sample + Owner._target, State(sample, depth), Total(sample, depth), StackedLayers<T>.Pad(layers.Width(depth)));
            for (int l = 1; l <= depth; l++)
                Move<V>(State(sample, l), Total(sample, l), StackedLayers<T>.Pad(layers.Width(l)));
        }

        /// <summary>What every layer receives from below and above, at once: each weight is read once.</summary>
        private readonly void Receive<V>(StackedLayers<T> layers, T* sample)
            where V : unmanaged, ILanes<V, T>
        {
            for (int l = 2; l <= layers.Depth; l++)
            {
                T* up = Total(sample, l), back = Total(sample, l - 1);
                TwoWayRows<T, V>.Exchange(
                    layers.Weights(l), layers.Width(l), layers.Width(l - 1), State(sample, l - 1), State(sample, l), l == 2 ? sample + Owner._drive : back, back, up);
                Add<V>(layers.Biases(l), up, StackedLayers<T>.Pad(layers.Width(l)));
            }
        }

        private readonly void ReceiveFromCopies<V>(StackedLayers<T> layers, T* sample)
            where V : unmanaged, ILanes<V, T>
        {
            for (int l = 1; l <= layers.Depth; l++)
            {
                int padded = StackedLayers<T>.Pad(layers.Width(l));
                T* total = Total(sample, l), start = l == 1 ? sample + Owner._drive : layers.Biases(l);
                if (l > 1)
                {
                    WeightedRows<T, V>.Sum(layers.Up(l), padded, State(sample, l - 1), layers.Width(l - 1), start, total);
                    start = total;
                }
                if (l < layers.Depth)
                    WeightedRows<T, V>.Sum(layers.Down(l + 1), padded, State(sample, l + 1), layers.Width(l + 1), start, total);
            }
        }

        private readonly T* State(T* sample, int l) => sample + Offsets[Places * l];

        private readonly T* Total(T* sample, int l) => sample + Offsets[(Places * l) + 1];

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Add<V>(T* biases, T* total, int padded)
            where V : unmanaged, ILanes<V, T>
        {
            for (int i = 0; i < padded; i += V.Count)
                V.Store(V.Load(total + i) + V.Load(biases + i), total + i);
        }

        /// <summary>total += β (t − s).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Nudge<V>(T* target, T* state, T* total, int padded)
            where V : unmanaged, ILanes<V, T>
        {
            V beta = V.Create(Beta);
            for (int i = 0; i < padded; i += V.Count)
                V.Store(V.MultiplyAdd(beta, V.Load(target + i) - V.Load(state + i), V.Load(total + i)), total + i);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Move<V>(T* state, T* total, int padded)
            where V : unmanaged, ILanes<V, T>
        {
            if (StepSize == T.Zero)
            {
                for (int i = 0; i < padded; i += V.Count)
                    V.Store(TActivation.Invoke(V.Load(total + i)), state + i);
                return;
            }
            V stepSize = V.Create(StepSize);
            for (int i = 0; i < padded; i += V.Count)
            {
                V s = V.Load(state + i);
                V.Store(HardSigmoid<T>.Invoke(V.MultiplyAdd(stepSize, V.Load(total + i) - s, s)), state + i);
            }
        }
    }
}
