using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// Inference steps of predictive coding in small networks, sample by sample with everything in the first-level cache: predictions
/// μ_l = f(x_{l-1}) W_l' + b_l, errors d_l = μ_l − x_l (at the output μ_L − t), energy, and x_l ← x_l + γ (d_l − f'(x_l) ⊙ d_{l+1} W_{l+1}).
/// The prediction of layer 1 is the constant drive of the clamped input.
/// </summary>
internal sealed unsafe class PredictiveCodingSweep<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StackedLayers<T> _layers;
    private readonly NativeBuffer<T> _memory;
    private readonly NativeBuffer<T> _energies;
    private readonly NativeBuffer<T> _zeros;
    private readonly int[] _offsets;
    private readonly int _sample;

    /// <param name="widths">Units of layers 0 to L, at least two layers with weights.</param>
    /// <param name="capacity">Most samples.</param>
    public PredictiveCodingSweep(int[] widths, int capacity)
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
        _memory = new NativeBuffer<T>(checked(_sample * capacity));
        _energies = new NativeBuffer<T>(2 * capacity);
        _zeros = new NativeBuffer<T>(StackedLayers<T>.Pad(widths[1..].Max()));
    }

    private const int Places = 5;

    public StackedLayers<T> Layers => _layers;

    /// <summary>One vector of one sample; beyond the layer's width lies padding that stays zero or is not read.</summary>
    public Span<T> At(SweepPlace place, int layer, int sample) =>
        new(_memory.Pointer + ((nint)sample * _sample) + _offsets[(Places * layer) + (int)place], _layers.Width(layer));

    /// <summary>One step of all samples.</summary>
    /// <param name="samples">Samples in use.</param>
    /// <param name="rate">γ; 0 evaluates without moving.</param>
    /// <param name="threads">Threads; the result does not depend on them.</param>
    /// <returns>Σ ½ ‖d_L‖² and Σ_l ½ ‖d_l‖² of the hidden layers, before the move, summed over the samples.</returns>
    public (double Loss, double Energy) Step<TActivation>(int samples, T rate, int threads)
        where TActivation : struct, IActivation<T>
    {
        fixed (int* offsets = _offsets)
        {
            Job<TActivation> job = new() { Owner = this, Offsets = offsets, Rate = rate, Energies = _energies.Pointer };
            Partitioner.For(samples, Math.Max(1, Grain / _sample), threads, ref job);
        }
        double loss = 0, energy = 0;
        ReadOnlySpan<T> energies = _energies.Span;
        for (int b = 0; b < samples; b++)
        {
            loss += double.CreateChecked(energies[2 * b]);
            energy += double.CreateChecked(energies[(2 * b) + 1]);
        }
        return (0.5 * loss, 0.5 * energy);
    }

    private const int Grain = 1 << 14;

    public void Dispose()
    {
        _layers.Dispose();
        _memory.Dispose();
        _energies.Dispose();
        _zeros.Dispose();
    }

    private struct Job<TActivation> : IRangeJob, IVectorKernel<T>
        where TActivation : struct, IActivation<T>
    {
        public PredictiveCodingSweep<T> Owner;
        public int* Offsets;
        public T Rate;
        public T* Energies;
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
            StackedLayers<T> layers = Owner._layers;
            for (int b = _begin; b < _end; b++)
            {
                T* sample = Owner._memory.Pointer + ((nint)b * Owner._sample);
                Predict<V>(layers, sample, Energies + (2 * b));
                if (Rate != T.Zero)
                    Move<V>(layers, sample);
            }
        }

        private readonly T* At(T* sample, SweepPlace place, int l) => sample + Offsets[(Places * l) + (int)place];

        private readonly void Predict<V>(StackedLayers<T> layers, T* sample, T* energies)
            where V : unmanaged, ILanes<V, T>
        {
            int depth = layers.Depth;
            energies[1] = Difference<V>(At(sample, SweepPlace.Drive, 1), At(sample, SweepPlace.Activity, 1), At(sample, SweepPlace.Error, 1), StackedLayers<T>.Pad(layers.Width(1)));
            for (int l = 2; l <= depth; l++)
            {
                T* sent = At(sample, SweepPlace.Sent, l - 1), error = At(sample, SweepPlace.Error, l);
                int padded = StackedLayers<T>.Pad(layers.Width(l));
                Send<V>(At(sample, SweepPlace.Activity, l - 1), sent, StackedLayers<T>.Pad(layers.Width(l - 1)));
                WeightedRows<T, V>.Sum(layers.Up(l), padded, sent, layers.Width(l - 1), layers.Biases(l), error);
                energies[l == depth ? 0 : 1] = Difference<V>(error, At(sample, SweepPlace.Activity, l), error, padded)
                    + (l == depth ? T.Zero : energies[1]);
            }
        }

        private readonly void Move<V>(StackedLayers<T> layers, T* sample)
            where V : unmanaged, ILanes<V, T>
        {
            for (int l = layers.Depth - 1; l >= 1; l--)
            {
                int padded = StackedLayers<T>.Pad(layers.Width(l));
                T* back = At(sample, SweepPlace.Back, l);
                WeightedRows<T, V>.Sum(layers.Down(l + 1), padded, At(sample, SweepPlace.Error, l + 1), layers.Width(l + 1), Owner._zeros.Pointer, back);
                Descend<V>(At(sample, SweepPlace.Activity, l), At(sample, SweepPlace.Sent, l), At(sample, SweepPlace.Error, l), back, padded);
            }
        }

        /// <summary>d = μ − x; the sum of its squares.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static T Difference<V>(T* prediction, T* activity, T* error, int padded)
            where V : unmanaged, ILanes<V, T>
        {
            V squares = V.Zero;
            for (int i = 0; i < padded; i += V.Count)
            {
                V d = V.Load(prediction + i) - V.Load(activity + i);
                V.Store(d, error + i);
                squares = V.MultiplyAdd(d, d, squares);
            }
            return V.Sum(squares);
        }

        /// <summary>h = f(x).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Send<V>(T* activity, T* sent, int padded)
            where V : unmanaged, ILanes<V, T>
        {
            for (int i = 0; i < padded; i += V.Count)
                V.Store(TActivation.Invoke(V.Load(activity + i)), sent + i);
        }

        /// <summary>x += γ (d − f'(x) ⊙ back).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Descend<V>(T* activity, T* sent, T* error, T* back, int padded)
            where V : unmanaged, ILanes<V, T>
        {
            V rate = V.Create(Rate);
            for (int i = 0; i < padded; i += V.Count)
            {
                V x = V.Load(activity + i);
                V gradient = V.SubtractProduct(TActivation.Derivative(x, V.Load(sent + i)), V.Load(back + i), V.Load(error + i));
                V.Store(V.MultiplyAdd(rate, gradient, x), activity + i);
            }
        }
    }
}

/// <summary>What <see cref="PredictiveCodingSweep{T}"/> keeps of a sample and layer.</summary>
internal enum SweepPlace
{
    /// <summary>x_l; at the output, the target.</summary>
    Activity,

    /// <summary>f(x_l).</summary>
    Sent,

    /// <summary>d_l.</summary>
    Error,

    /// <summary>The constant prediction of layer 1.</summary>
    Drive,

    /// <summary>What comes back from the layer above.</summary>
    Back,
}
