using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// Inference steps of predictive coding, sample by sample with the activities in the first-level cache: predictions μ_l = f(x_{l-1}) W_l' + b_l, errors d_l = μ_l − x_l (at the output μ_L − t), energy, and x_l ← x_l + γ (d_l − f'(x_l) ⊙ d_{l+1} W_{l+1}).
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

    /// <summary>Whether some outputs have no target: the <see cref="SweepPlace.Drive"/> of the top layer is then a factor on their errors.</summary>
    public bool HasFreeOutputs { get; set; }

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
        Run<TActivation>(samples, 1, rate, threads);
        double loss = 0, energy = 0;
        ReadOnlySpan<T> energies = _energies.Span;
        for (int b = 0; b < samples; b++)
        {
            loss += double.CreateChecked(energies[2 * b]);
            energy += double.CreateChecked(energies[(2 * b) + 1]);
        }
        return (0.5 * loss, 0.5 * energy);
    }

    /// <summary>Some steps of all samples with one rate; each sample makes all its steps before the next begins.</summary>
    /// <param name="samples">Samples in use.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="rate">γ.</param>
    /// <param name="threads">Threads; the result does not depend on them.</param>
    public void Run<TActivation>(int samples, int steps, T rate, int threads)
        where TActivation : struct, IActivation<T>
    {
        fixed (int* offsets = _offsets)
        {
            Job<TActivation> job = new() { Owner = this, Offsets = offsets, Steps = steps, Rate = rate, Energies = _energies.Pointer };
            // Samples are computed one by one, so pieces may follow the number of threads.
            Partitioner.For(samples, Math.Min(Math.Max(1, Grain / _sample), Math.Max(1, Partitioner.Pieces(samples, 2 * threads))), threads, ref job);
        }
    }

    private const int Grain = 1 << 14;

    /// <summary>Weights of a block: half of a first-level cache, beside the vectors that meet them.</summary>
    private const int BlockBytes = 16 << 10;

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
        public int Steps;
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
            for (int b = _begin; b < _end; b++)
            {
                for (int i = 0; i < Steps; i++)
                    Step<V>(Owner._layers, Owner._memory.Pointer + ((nint)b * Owner._sample), Energies + (2 * b));
            }
        }

        private readonly T* At(T* sample, SweepPlace place, int l) => sample + Offsets[(Places * l) + (int)place];

        /// <summary>Errors from below upwards; a layer moves as soon as it knows what comes back from above.</summary>
        private readonly void Step<V>(StackedLayers<T> layers, T* sample, T* energies)
            where V : unmanaged, ILanes<V, T>
        {
            int depth = layers.Depth, below = StackedLayers<T>.Pad(layers.Width(1));
            energies[1] = Difference<V>(At(sample, SweepPlace.Drive, 1), At(sample, SweepPlace.Activity, 1), At(sample, SweepPlace.Error, 1), below);
            for (int l = 2; l <= depth; l++)
            {
                T* activity = At(sample, SweepPlace.Activity, l - 1), sent = At(sample, SweepPlace.Sent, l - 1), back = At(sample, SweepPlace.Back, l - 1);
                Send<V>(activity, sent, below);
                T squares = Errors<V>(layers, l, sample, sent, back);
                energies[l == depth ? 0 : 1] = squares + (l == depth ? T.Zero : energies[1]);
                if (Rate != T.Zero)
                    Descend<V>(activity, sent, At(sample, SweepPlace.Error, l - 1), back, below);
                below = StackedLayers<T>.Pad(layers.Width(l));
            }
        }

        /// <summary>
        /// Errors of layer l, and what they send back: block by block, so that the second pass over a block's weights finds them in the
        /// first-level cache.
        /// </summary>
        /// <returns>The sum of the errors' squares.</returns>
        private readonly T Errors<V>(StackedLayers<T> layers, int l, T* sample, T* sent, T* back)
            where V : unmanaged, ILanes<V, T>
        {
            int rows = layers.Width(l), columns = layers.Width(l - 1);
            if (layers.AreCopied)
                return ErrorsFromCopies<V>(layers, l, sample, sent, back);
            int block = Math.Max(StackedLayers<T>.Line, StackedLayers<T>.Pad(BlockBytes / sizeof(T) / columns));
            T* start = Owner._zeros.Pointer;
            T squares = T.Zero;
            for (int i = 0; i < rows; i += block)
            {
                int count = Math.Min(block, rows - i);
                T* weights = layers.Weights(l) + ((nint)i * columns), error = At(sample, SweepPlace.Error, l) + i;
                TwoWayRows<T, V>.Send(weights, count, columns, sent, error);
                T missed = Miss<V>(layers.Biases(l) + i, At(sample, SweepPlace.Activity, l) + i, error, StackedLayers<T>.Pad(count));
                squares += Frees(layers, l) ? Free<V>(At(sample, SweepPlace.Drive, l) + i, error, StackedLayers<T>.Pad(count)) : missed;
                if (Rate != T.Zero)
                    TwoWayRows<T, V>.Return(weights, count, columns, error, start, back);
                start = back;
            }
            return squares;
        }

        private readonly T ErrorsFromCopies<V>(StackedLayers<T> layers, int l, T* sample, T* sent, T* back)
            where V : unmanaged, ILanes<V, T>
        {
            int rows = layers.Width(l), columns = layers.Width(l - 1), padded = StackedLayers<T>.Pad(rows);
            T* error = At(sample, SweepPlace.Error, l);
            WeightedRows<T, V>.Sum(layers.Up(l), padded, sent, columns, layers.Biases(l), error);
            T squares = Difference<V>(error, At(sample, SweepPlace.Activity, l), error, padded);
            if (Frees(layers, l))
                squares = Free<V>(At(sample, SweepPlace.Drive, l), error, padded);
            if (Rate != T.Zero)
                WeightedRows<T, V>.Sum(layers.Down(l), StackedLayers<T>.Pad(columns), error, rows, Owner._zeros.Pointer, back);
            return squares;
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

        /// <summary>d += b − x; the sum of its squares.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static T Miss<V>(T* biases, T* activity, T* error, int padded)
            where V : unmanaged, ILanes<V, T>
        {
            V squares = V.Zero;
            for (int i = 0; i < padded; i += V.Count)
            {
                V d = V.Load(error + i) + V.Load(biases + i) - V.Load(activity + i);
                V.Store(d, error + i);
                squares = V.MultiplyAdd(d, d, squares);
            }
            return V.Sum(squares);
        }

        private readonly bool Frees(StackedLayers<T> layers, int l) => Owner.HasFreeOutputs && l == layers.Depth;

        /// <summary>d ⊙= mask; the sum of its squares.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static T Free<V>(T* mask, T* error, int padded)
            where V : unmanaged, ILanes<V, T>
        {
            V squares = V.Zero;
            for (int i = 0; i < padded; i += V.Count)
            {
                V d = V.Load(mask + i) * V.Load(error + i);
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

    /// <summary>The constant prediction of layer 1; at the output, 1 for units that have a target and 0 for free ones.</summary>
    Drive,

    /// <summary>What comes back from the layer above.</summary>
    Back,
}
