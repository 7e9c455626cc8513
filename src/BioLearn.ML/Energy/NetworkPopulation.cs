using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Relaxation;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// Many tiny networks of one shape that learn side by side, each from samples, at rates and with connections of its own: simulated subjects of a
/// behavioural study, or a grid of rates. A network is a lane of the processor's vectors, so that a handful of units costs no more than its
/// arithmetic. Layers are fully connected, without biases; the last one is linear with a squared error.
/// </summary>
/// <remarks>
/// What is kept of a synapse or unit comes as a span of one number a network. Every synapse has a rate of its own in every network: a rate of 0 holds
/// it, and with a weight of 0 it does not exist. A step is plain descent on one sample a network. Serves one thread at a time.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
public sealed class NetworkPopulation<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkLanes<T> _lanes;
    private readonly Activation _activation;
    private readonly int[] _widths;

    /// <summary>Makes the networks; all weights and rates are 0, and every output has a target.</summary>
    /// <param name="networks">How many; at least 1.</param>
    /// <param name="widths">Units of the input and of each layer; at least two numbers, each at least 1.</param>
    /// <param name="activation">Activation of the hidden layers, one of the library's; null for a linear network.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the activation is one's own.</exception>
    public NetworkPopulation(int networks, IReadOnlyList<int> widths, Activation? activation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(networks, 1);
        ArgumentNullException.ThrowIfNull(widths);
        if (widths.Count < 2 || widths.Any(w => w < 1))
            throw new ArgumentException($"The widths are [{string.Join(", ", widths)}]; expected at least two, of at least 1.", nameof(widths));
        _activation = activation ?? Activation.Linear;
        if (!_activation.HasKernel)
            throw new ArgumentException($"{_activation.Name} is no activation of the library; a population takes one of {string.Join(", ", Activation.All.Where(a => a.HasKernel))}.", nameof(activation));
        _widths = [.. widths];
        _lanes = new NetworkLanes<T>(_widths, networks);
        for (int o = 0; o < widths[^1]; o++)
            HasTarget(o).Fill(T.One);
    }

    /// <summary>Number of networks.</summary>
    public int Count => _lanes.Networks;

    /// <summary>Layers with weights, L.</summary>
    public int Depth => _widths.Length - 1;

    /// <summary>One weight in every network.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="to">Unit of the layer.</param>
    /// <param name="from">Unit of the layer below.</param>
    /// <returns>One number a network; a view.</returns>
    public Span<T> Weight(int layer, int to, int from)
    {
        Check(layer, to, from);
        return _lanes.Weight(layer, to, from);
    }

    /// <summary>The learning rate of one synapse in every network, on the sample's own gradient; 0 at first.</summary>
    /// <inheritdoc cref="Weight" path="/param"/>
    /// <returns>One number a network; a view.</returns>
    public Span<T> Rate(int layer, int to, int from)
    {
        Check(layer, to, from);
        return _lanes.Rate(layer, to, from);
    }

    /// <summary>One input of every network's sample.</summary>
    /// <param name="unit">The input, from 0.</param>
    /// <returns>One number a network; a view.</returns>
    public Span<T> Input(int unit) => At(LanePlace.Activity, 0, unit);

    /// <summary>The target of one output in every network.</summary>
    /// <param name="unit">The output, from 0.</param>
    /// <returns>One number a network; a view.</returns>
    public Span<T> Target(int unit) => At(LanePlace.Drive, Depth, unit);

    /// <summary>1 where an output has a target, 0 where it is free: without loss and error.</summary>
    /// <param name="unit">The output, from 0.</param>
    /// <returns>One number a network; a view.</returns>
    public Span<T> HasTarget(int unit) => At(LanePlace.Sent, Depth, unit);

    /// <summary>One output of every network after <see cref="Predict"/>.</summary>
    /// <param name="unit">The output, from 0.</param>
    /// <returns>One number a network; a view, until the next step.</returns>
    public ReadOnlySpan<T> Output(int unit) => At(LanePlace.Activity, Depth, unit);

    /// <summary>The value node, before its activation, of a hidden unit in every network: after <see cref="Predict"/> that of the pass up, after a step of predictive coding where it settled.</summary>
    /// <param name="layer">Layer l, from 1 to L − 1.</param>
    /// <param name="unit">Unit of the layer.</param>
    /// <returns>One number a network; a view, until the next step.</returns>
    public ReadOnlySpan<T> ValueNode(int layer, int unit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, Depth);
        return At(LanePlace.Activity, layer, unit);
    }

    /// <summary>The pass up of every network, from its inputs to its outputs.</summary>
    public void Predict()
    {
        Use job = new() { Lanes = _lanes };
        _activation.Use<T, Use>(ref job);
    }

    /// <summary>One step of backpropagation in every network.</summary>
    public void LearnByBackpropagation()
    {
        Use job = new() { Lanes = _lanes, Learns = true };
        _activation.Use<T, Use>(ref job);
    }

    /// <summary>One step of predictive coding in every network; each controls its inference rate by its own energy.</summary>
    /// <param name="rule">The inference: steps, rate, discount, amplifier.</param>
    /// <exception cref="ArgumentException">The rule has another option that a population does not know.</exception>
    public void Learn(PredictiveCoding rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule is not { WeightUpdates: WeightUpdateSchedule.Last, NodePosition: ValueNodePosition.PreActivation, InferenceOptimizer: InferenceOptimizer.Sgd, InferenceMomentum: 0, EnergyCoefficient: 1, StopAtRate: 0, Nudging: OutputNudging.Clamped, KeepActivities: false })
            throw new ArgumentException("A population knows predictive coding with WeightUpdates Last, NodePosition PreActivation, InferenceOptimizer Sgd, InferenceMomentum 0, EnergyCoefficient 1, StopAtRate 0, Nudging Clamped and KeepActivities false.", nameof(rule));
        Use job = new() { Lanes = _lanes, Learns = true, Rule = rule };
        _activation.Use<T, Use>(ref job);
    }

    /// <summary>Releases the memory.</summary>
    public void Dispose() => _lanes.Dispose();

    private Span<T> At(LanePlace place, int layer, int unit)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)unit, (uint)_widths[layer], nameof(unit));
        return _lanes.At(place, layer, unit);
    }

    private void Check(int layer, int to, int from)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, Depth);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)to, (uint)_widths[layer], nameof(to));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)from, (uint)_widths[layer - 1], nameof(from));
    }

    private struct Use : IActivationUse<T>
    {
        public NetworkLanes<T> Lanes;
        public bool Learns;
        public PredictiveCoding? Rule;

        public readonly void Invoke<TActivation>()
            where TActivation : struct, IActivation<T>
        {
            if (!Learns)
                Lanes.Predict<TActivation>();
            else if (Rule is null)
                Lanes.LearnByBackpropagation<TActivation>();
            else
                Lanes.LearnByPredictiveCoding<TActivation>(Rule.InferenceSteps, T.CreateChecked(Rule.InferenceRate), T.CreateChecked(Rule.RateDiscount), T.CreateChecked(Rule.RateAmplifier));
        }
    }
}
