using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Relaxation;

/// <summary>
/// Many tiny networks of one shape that compute side by side, a network a lane: layers without biases, the last one linear, each network with
/// weights, rates of its synapses, sample and inference rate of its own. What is kept of a unit or synapse are the numbers of all networks, in a row.
/// </summary>
internal sealed unsafe class NetworkLanes<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Networks that rows are padded to: the widest vector of any type.</summary>
    private const int Line = 16;

    private readonly int[] _widths;
    private readonly int[] _firstUnit;
    private readonly int[] _firstSynapse;
    private readonly int _stride;
    private readonly int _units;
    private readonly int _synapses;
    private readonly NativeBuffer<T> _memory;

    /// <param name="widths">Units of layers 0 to L, at least one layer with weights.</param>
    /// <param name="networks">Number of networks, at least 1.</param>
    public NetworkLanes(int[] widths, int networks)
    {
        _widths = widths;
        Networks = networks;
        _stride = (networks + Line - 1) / Line * Line;
        _firstUnit = new int[widths.Length];
        _firstSynapse = new int[widths.Length];
        for (int l = 0; l < widths.Length; l++)
        {
            _firstUnit[l] = _units;
            _firstSynapse[l] = _synapses;
            _units += widths[l];
            _synapses += l == 0 ? 0 : widths[l] * widths[l - 1];
        }
        _memory = new NativeBuffer<T>(checked(((2 * _synapses) + (Places * _units)) * _stride));
    }

    private const int Places = 4;

    /// <summary>Number of networks.</summary>
    public int Networks { get; }

    /// <summary>W_l[to, from] of all networks.</summary>
    public Span<T> Weight(int layer, int to, int from) => Row(Synapse(layer, to, from));

    /// <summary>Rate of that synapse in all networks; 0 holds it.</summary>
    public Span<T> Rate(int layer, int to, int from) => Row(_synapses + Synapse(layer, to, from));

    /// <summary>One number of a unit in all networks.</summary>
    public Span<T> At(LanePlace place, int layer, int unit) => Row((2 * _synapses) + ((int)place * _units) + _firstUnit[layer] + unit);

    /// <summary>The pass up: a_l = W_l f(a_{l-1}), a_0 the input.</summary>
    public void Predict<TActivation>()
        where TActivation : struct, IActivation<T> => Run<TActivation>(new Work { Predicts = true });

    /// <summary>One step of backpropagation on the squared error of the outputs that have a target.</summary>
    public void LearnByBackpropagation<TActivation>()
        where TActivation : struct, IActivation<T> => Run<TActivation>(new Work { Predicts = true, Learns = true });

    /// <summary>One step of predictive coding: inference from the pass up, then the weights.</summary>
    /// <param name="steps">Inference steps, at least 1.</param>
    /// <param name="rate">γ at first.</param>
    /// <param name="discount">Factor on a network's γ after a step that did not lower its energy.</param>
    /// <param name="amplifier">Factor after one that did.</param>
    public void LearnByPredictiveCoding<TActivation>(int steps, T rate, T discount, T amplifier)
        where TActivation : struct, IActivation<T> => Run<TActivation>(new Work { Steps = steps, Rate = rate, Discount = discount, Amplifier = amplifier, Predicts = true, Learns = true });

    public void Dispose() => _memory.Dispose();

    private Span<T> Row(int row) => _memory.Span.Slice(row * _stride, Networks);

    private int Synapse(int layer, int to, int from) => _firstSynapse[layer] + (to * _widths[layer - 1]) + from;

    private void Run<TActivation>(Work work)
        where TActivation : struct, IActivation<T>
    {
        fixed (int* widths = _widths, units = _firstUnit, synapses = _firstSynapse)
        {
            Kernel<TActivation> kernel = new()
            {
                Do = work,
                Widths = widths,
                FirstUnit = units,
                FirstSynapse = synapses,
                Depth = _widths.Length - 1,
                Stride = _stride,
                Networks = Networks,
                Weights = _memory.Pointer,
                Rates = _memory.Pointer + ((nint)_synapses * _stride),
                Values = _memory.Pointer + (2 * (nint)_synapses * _stride),
                Place = (nint)_units * _stride,
            };
            Hardware.Run<T, Kernel<TActivation>>(ref kernel);
        }
    }

    private struct Work
    {
        public bool Predicts, Learns;
        public int Steps;
        public T Rate, Discount, Amplifier;
    }

    private struct Kernel<TActivation> : IVectorKernel<T>
        where TActivation : struct, IActivation<T>
    {
        public Work Do;
        public int* Widths, FirstUnit, FirstSynapse;
        public int Depth, Stride, Networks;
        public T* Weights, Rates, Values;
        public nint Place;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            for (int lane = 0; lane < Networks; lane += V.Count)
            {
                Up<V>(lane);
                if (!Do.Learns)
                    continue;
                if (Do.Steps > 0)
                    Infer<V>(lane);
                else
                    Back<V>(lane);
                Learn<V>(lane);
            }
        }

        private readonly T* At(LanePlace place, int layer, int lane) => Values + ((int)place * Place) + ((nint)FirstUnit[layer] * Stride) + lane;

        private readonly T* Synapses(T* of, int layer, int lane) => of + ((nint)FirstSynapse[layer] * Stride) + lane;

        /// <summary>a_l, and what it sends.</summary>
        private readonly void Up<V>(int lane)
            where V : unmanaged, ILanes<V, T>
        {
            // The input has no activation.
            Copy<V>(At(LanePlace.Activity, 0, lane), At(LanePlace.Sent, 0, lane), Widths[0]);
            for (int l = 1; l <= Depth; l++)
            {
                Sums<V>(l, lane, At(LanePlace.Activity, l, lane));
                if (l < Depth)
                    Send<V>(l, lane);
            }
        }

        /// <summary>Predictive coding's inference. The output's activity stays its prediction; its target is the drive of its layer.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private readonly void Infer<V>(int lane)
            where V : unmanaged, ILanes<V, T>
        {
            V rate = V.Create(Do.Rate), discount = V.Create(Do.Discount), amplifier = V.Create(Do.Amplifier), previous = V.Zero;
            for (int t = 0; t < Do.Steps; t++)
            {
                V energy = OutputErrors<V>(lane, t > 0);
                for (int l = 1; l < Depth; l++)
                    energy += Errors<V>(l, lane, t == 0);
                if (t == Do.Steps - 1)
                    return;
                for (int l = 1; l < Depth; l++)
                    Move<V>(l, lane, rate);
                if (t > 0)
                    rate = rate * V.Select(V.LessThan(energy, previous), amplifier, discount);
                previous = energy;
            }
        }

        /// <summary>d_L = (μ_L − t) ⊙ mask; its squares' sum.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly V OutputErrors<V>(int lane, bool anew)
            where V : unmanaged, ILanes<V, T>
        {
            T* prediction = At(LanePlace.Activity, Depth, lane), target = At(LanePlace.Drive, Depth, lane), mask = At(LanePlace.Sent, Depth, lane), error = At(LanePlace.Error, Depth, lane);
            if (anew)
                Sums<V>(Depth, lane, prediction);
            V squares = V.Zero;
            for (int i = 0; i < Widths[Depth]; i++)
            {
                nint at = (nint)i * Stride;
                V m = V.Load(mask + at), d = V.Select(V.Equals(m, V.Zero), V.Zero, (V.Load(prediction + at) - V.Load(target + at)) * m);
                V.Store(d, error + at);
                squares = V.MultiplyAdd(d, d, squares);
            }
            return squares;
        }

        /// <summary>d_l = μ_l − x_l; its squares' sum. At the start x_l is μ_l.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly V Errors<V>(int l, int lane, bool atStart)
            where V : unmanaged, ILanes<V, T>
        {
            T* x = At(LanePlace.Activity, l, lane), error = At(LanePlace.Error, l, lane), drive = At(LanePlace.Drive, l, lane);
            if (atStart)
            {
                Copy<V>(x, drive, Widths[l]);
                Fill<V>(error, Widths[l]);
                return V.Zero;
            }
            if (l > 1)
                Sums<V>(l, lane, drive);
            V squares = V.Zero;
            for (int i = 0; i < Widths[l]; i++)
            {
                nint at = (nint)i * Stride;
                V d = V.Load(drive + at) - V.Load(x + at);
                V.Store(d, error + at);
                squares = V.MultiplyAdd(d, d, squares);
            }
            return squares;
        }

        /// <summary>x_l += γ (d_l − f'(x_l) ⊙ W_{l+1}' d_{l+1}).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Move<V>(int l, int lane, V rate)
            where V : unmanaged, ILanes<V, T>
        {
            T* x = At(LanePlace.Activity, l, lane), sent = At(LanePlace.Sent, l, lane), error = At(LanePlace.Error, l, lane);
            for (int j = 0; j < Widths[l]; j++)
            {
                nint at = (nint)j * Stride;
                V activity = V.Load(x + at), gradient = V.SubtractProduct(TActivation.Derivative(activity, V.Load(sent + at)), Returned<V>(l, j, lane), V.Load(error + at));
                activity = V.MultiplyAdd(rate, gradient, activity);
                V.Store(activity, x + at);
                V.Store(TActivation.Invoke(activity), sent + at);
            }
        }

        /// <summary>δ_L as in predictive coding, δ_l = f'(a_l) ⊙ W_{l+1}' δ_{l+1}.</summary>
        private readonly void Back<V>(int lane)
            where V : unmanaged, ILanes<V, T>
        {
            OutputErrors<V>(lane, anew: false);
            for (int l = Depth - 1; l > 0; l--)
            {
                T* a = At(LanePlace.Activity, l, lane), sent = At(LanePlace.Sent, l, lane), error = At(LanePlace.Error, l, lane);
                for (int j = 0; j < Widths[l]; j++)
                {
                    nint at = (nint)j * Stride;
                    V.Store(TActivation.Derivative(V.Load(a + at), V.Load(sent + at)) * Returned<V>(l, j, lane), error + at);
                }
            }
        }

        /// <summary>W_l −= rate d_l ⊗ h_{l-1}.</summary>
        private readonly void Learn<V>(int lane)
            where V : unmanaged, ILanes<V, T>
        {
            for (int l = 1; l <= Depth; l++)
            {
                T* weight = Synapses(Weights, l, lane), rate = Synapses(Rates, l, lane), error = At(LanePlace.Error, l, lane), below = At(LanePlace.Sent, l - 1, lane);
                for (int i = 0; i < Widths[l]; i++)
                {
                    V d = V.Load(error + ((nint)i * Stride));
                    for (int j = 0; j < Widths[l - 1]; j++, weight += Stride, rate += Stride)
                        V.Store(V.SubtractProduct(V.Load(rate), d * V.Load(below + ((nint)j * Stride)), V.Load(weight)), weight);
                }
            }
        }

        /// <summary>Unit j of layer l gets back Σ_i W_{l+1}[i, j] d_i.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly V Returned<V>(int l, int j, int lane)
            where V : unmanaged, ILanes<V, T>
        {
            T* weight = Synapses(Weights, l + 1, lane) + ((nint)j * Stride), error = At(LanePlace.Error, l + 1, lane);
            nint next = (nint)Widths[l] * Stride;
            V sum = V.Zero;
            for (int i = 0; i < Widths[l + 1]; i++)
                sum = V.MultiplyAdd(V.Load(weight + (i * next)), V.Load(error + ((nint)i * Stride)), sum);
            return sum;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Sums<V>(int l, int lane, T* sums)
            where V : unmanaged, ILanes<V, T>
        {
            T* weight = Synapses(Weights, l, lane), below = At(LanePlace.Sent, l - 1, lane);
            for (int i = 0; i < Widths[l]; i++)
            {
                V sum = V.Zero;
                for (int j = 0; j < Widths[l - 1]; j++, weight += Stride)
                    sum = V.MultiplyAdd(V.Load(weight), V.Load(below + ((nint)j * Stride)), sum);
                V.Store(sum, sums + ((nint)i * Stride));
            }
        }

        private readonly void Send<V>(int l, int lane)
            where V : unmanaged, ILanes<V, T>
        {
            T* a = At(LanePlace.Activity, l, lane), sent = At(LanePlace.Sent, l, lane);
            for (int i = 0; i < Widths[l]; i++)
                V.Store(TActivation.Invoke(V.Load(a + ((nint)i * Stride))), sent + ((nint)i * Stride));
        }

        private readonly void Copy<V>(T* from, T* to, int rows)
            where V : unmanaged, ILanes<V, T>
        {
            for (int i = 0; i < rows; i++)
                V.Store(V.Load(from + ((nint)i * Stride)), to + ((nint)i * Stride));
        }

        private readonly void Fill<V>(T* to, int rows)
            where V : unmanaged, ILanes<V, T>
        {
            for (int i = 0; i < rows; i++)
                V.Store(V.Zero, to + ((nint)i * Stride));
        }
    }
}

/// <summary>What <see cref="NetworkLanes{T}"/> keeps of a unit.</summary>
internal enum LanePlace
{
    /// <summary>a_l, or x_l while a network settles; of layer 0 the input, of the last one the prediction.</summary>
    Activity,

    /// <summary>f(x_l); of the last layer 1 where a network has a target, 0 where the output is free.</summary>
    Sent,

    /// <summary>d_l.</summary>
    Error,

    /// <summary>μ_l; of the last layer the target.</summary>
    Drive,
}
