using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>How the states of <see cref="EquilibriumPropagation"/> move.</summary>
public enum EquilibriumDynamics
{
    /// <summary>
    /// Euler steps of ds/dt = −∂E/∂s, E = Σ ½‖s_l‖² − Σ ρ(s_l)·W_l ρ(s_{l-1}) − Σ b·ρ(s), ρ(s) = clip(s, 0, 1) (Scellier and
    /// Bengio 2017); ρ' is 1 on the closed interval.
    /// </summary>
    Energy,

    /// <summary>s_l ← φ(s_{l-1} W_l' + b_l + s_{l+1} W_{l+1}) (Ernoult et al. 2019); φ is the network's hidden activation.</summary>
    Discrete,
}

/// <summary>Which nudged phases <see cref="EquilibriumPropagation"/> compares.</summary>
public enum EquilibriumNudging
{
    /// <summary>+β against −β, both from the free states (Laborieux et al. 2021): an unbiased first order.</summary>
    Symmetric,

    /// <summary>+β against the free states.</summary>
    OneSided,

    /// <summary>β of random sign, one a mini-batch, against the free states.</summary>
    RandomSign,
}

/// <summary>
/// Equilibrium propagation: let the network settle with the input clamped (free phase), nudge the output towards the target with
/// strength β and let it settle again; W_l ascends [s_l⁺ ⊗ s_{l-1}⁺ − s_l⁻ ⊗ s_{l-1}⁻] / Δβ. Chains of fully connected and convolutional
/// layers, pooled or not (Ernoult et al. 2019; Laborieux et al. 2021).
/// </summary>
/// <remarks>
/// With the head <see cref="OutputHead.SoftmaxCrossEntropy"/> the output is linear and the nudge β (t − softmax(s_L)); with
/// <see cref="OutputHead.LinearSquaredError"/> the output is a state like the others and the nudge β (t − s_L). With
/// <see cref="OutputIsReadout"/> the output is no state, and any head will do.
/// The cost has the factor ½; published programs without it count β half as large. Where a layer above the first
/// pools maxima, states below zero can make the discrete dynamics swing between two maxima of a window instead of settling: take units
/// of positive activity there, as the papers do.
/// </remarks>
public sealed partial class EquilibriumPropagation : LearningRule
{
    private const int MostHidden = 3;

    /// <summary>How the states move. Default: discrete.</summary>
    public EquilibriumDynamics Dynamics { get; init; } = EquilibriumDynamics.Discrete;

    /// <summary>Which phases are compared. Default: symmetric.</summary>
    public EquilibriumNudging Nudging { get; init; } = EquilibriumNudging.Symmetric;

    /// <summary>Nudging strength β; above 0. Default: 0.2.</summary>
    public double Beta { get; init; } = 0.2;

    /// <summary>
    /// Steps of the free phase; 0 takes 20 for every hidden layer, since a signal needs as many steps to come up as there are layers, and
    /// deep networks settle slowly (Scellier and Bengio 2017 take 20, 100 and 500 for one, two and three hidden layers). Default: 0.
    /// </summary>
    public int FreeSteps { get; init; }

    /// <summary>Steps of each nudged phase; 0 takes 8 for every hidden layer with discrete dynamics, and 8 with the energy's. Default: 0.</summary>
    public int NudgedSteps { get; init; }

    /// <summary>Euler step ε of <see cref="EquilibriumDynamics.Energy"/>, in (0, 1]. Default: 0.5.</summary>
    public double StepSize { get; init; } = 0.5;

    /// <summary>
    /// Whether the output layer stands outside the settled network: it reads s_{L-1} and drives nothing. A nudged phase then pushes s_{L-1} by
    /// −β ∂ℓ/∂s_{L-1} = −β δ_L W_L, δ_L = ∂ℓ/∂a_L at the states as they are, and W_L descends its own gradient, the mean of those at both nudged states, or that at the one
    /// (Laborieux et al. 2021, who take it with softmax and cross-entropy). Needs a hidden layer. Default: no.
    /// </summary>
    public bool OutputIsReadout { get; init; }

    /// <summary>Tests compare the two ways of settling; false takes the general one.</summary>
    internal bool FuseSmallNetworks { get; init; } = true;

    /// <inheritdoc/>
    public override string Name => "equilibrium propagation";

    /// <inheritdoc/>
    public override bool AllowsFreeOutputs => false;

    /// <inheritdoc/>
    public override OutputHead? PreferredHead => OutputIsReadout ? null : OutputHead.LinearSquaredError;

    /// <inheritdoc/>
    public override Activation? PreferredActivation => Activation.ShiftedSigmoid;

    /// <inheritdoc/>
    /// <remarks>Adam at 1e-3 with a weight decay of 1e-3: the steep units of the default fit the noise of a small table without it.</remarks>
    public override OptimizerSettings? PreferredOptimizer => OptimizerSettings.Adam(1e-3) with { WeightDecay = 1e-3 };

    /// <inheritdoc/>
    /// <remarks>
    /// The shifted sigmoid is steep enough for layers that drive each other both ways to lock into one state; from the second hidden layer
    /// on the plain sigmoid, a quarter as steep, lets them settle.
    /// </remarks>
    public override Activation? PreferredActivationFor(int hiddenLayers) => hiddenLayers > 1 ? Activation.Sigmoid : Activation.ShiftedSigmoid;

    /// <inheritdoc/>
    public override ActivityRange OutputRange(NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return OutputIsReadout || network.Head == OutputHead.SoftmaxCrossEntropy ? network.Head.Range
            : Dynamics == EquilibriumDynamics.Energy ? ActivityRange.Unit
            : network.Graph[Math.Max(0, network.Graph.Length - 2)].Activation.Range;
    }

    /// <inheritdoc/>
    public override string? Caution(NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(network);
        int hidden = network.Graph.Length - 1;
        return hidden <= MostHidden ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"Equilibrium propagation with {hidden} hidden layers: the nudge of the output hardly reaches the lowest ones, and networks of eight stayed at chance; take at most {MostHidden}.");
    }

    /// <inheritdoc/>
    public override bool PredictsByForwardPass => false;

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.AboveZero(Beta);
        Guard.AboveZero(StepSize);
        Guard.AtLeastZero(FreeSteps);
        Guard.AtLeastZero(NudgedSteps);
        network.RequireChain("Equilibrium propagation");
        if (OutputIsReadout)
        {
            if (network.Graph.Length < 2)
                throw new ArgumentException("Equilibrium propagation with OutputIsReadout settles the hidden layers, and the network has none; expected at least one.", nameof(network));
            return;
        }
        if (network.Head != OutputHead.LinearSquaredError && network.Head != OutputHead.SoftmaxCrossEntropy)
            throw new ArgumentException($"Equilibrium propagation knows the heads LinearSquaredError and SoftmaxCrossEntropy, not {network.Head}.", nameof(network));
        if (Dynamics == EquilibriumDynamics.Energy && network.Head == OutputHead.SoftmaxCrossEntropy)
            throw new ArgumentException("The energy dynamics need the head LinearSquaredError.", nameof(network));
    }

    /// <inheritdoc/>
    public override void Predict<T>(LearningContext<T> step)
    {
        LayeredStates<T>.Clamp(step);
        if (SmallNetworkSettling<T>.Serves(step, this))
            SmallNetworkSettling<T>.Begin(step);
        LayeredStates<T> free = new(step, "free");
        bool rests = free.Clear();
        Relax(step, free, T.Zero, StepsOf(step.Spec, FreeSteps, 20), rests);
        if (OutputIsReadout)
            EquilibriumReadout.Show(step, free);
        else
            free.Show();
    }

    /// <inheritdoc/>
    public override bool WritesOnnx => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> WritePrediction(RelaxationGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        int top = graph.Depth, steps = StepsOf(graph.Spec, FreeSteps, 20);
        int settled = OutputIsReadout ? top - 1 : top;
        string drive = graph.FromBelow(1, graph.Input);
        string[] states = [.. Enumerable.Range(1, settled).Select(graph.Zeros)];
        for (int t = 0; t < steps; t++)
        {
            states = [.. Enumerable.Range(1, settled).Select(l =>
            {
                string total = l == 1 ? drive : graph.FromBelow(l, states[l - 2]);
                if (l < settled)
                    total = graph.Sum(total, graph.FromAbove(l, states[l]));
                if (Dynamics == EquilibriumDynamics.Energy)
                    return Activation.HardSigmoid.WriteOnnx(graph.Nodes, graph.Approach(states[l - 1], total, StepSize));
                return l == top && graph.Spec.Head == OutputHead.SoftmaxCrossEntropy ? total : graph.Spec.Graph[Math.Min(l, Math.Max(1, top - 1)) - 1].Activation.WriteOnnx(graph.Nodes, total);
            })];
        }
        return OutputIsReadout ? [.. states, graph.FromBelow(top, states[^1])] : states;
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        Predict(step);
        step.OutputError();
        LayeredStates<T> free = new(step, "free");
        LayeredStates<T> plus = new(step, "plus"), minus = new(step, "minus", "total input of minus");
        int nudgedSteps = Dynamics == EquilibriumDynamics.Discrete ? StepsOf(step.Spec, NudgedSteps, 8) : NudgedSteps > 0 ? NudgedSteps : 8;
        plus.CopyFrom(free);
        if (Nudging != EquilibriumNudging.Symmetric)
        {
            double beta = Nudging == EquilibriumNudging.RandomSign && step.Coin("sign of β") ? -Beta : Beta;
            Relax(step, plus, T.CreateChecked(beta), nudgedSteps);
            if (OutputIsReadout)
                EquilibriumReadout.Push(step, plus, T.CreateChecked(beta));
            Contrast(step, plus, free, beta);
            return;
        }
        minus.CopyFrom(free);
        if (Pools(step) || OutputIsReadout)
        {
            Relax(step, plus, T.CreateChecked(Beta), nudgedSteps);
            Relax(step, minus, T.CreateChecked(-Beta), nudgedSteps);
        }
        else if (SmallNetworkSettling<T>.Serves(step, this))
        {
            SmallNetworkSettling<T>.Run(step, this, plus, T.CreateChecked(Beta), nudgedSteps);
            SmallNetworkSettling<T>.Run(step, this, minus, T.CreateChecked(-Beta), nudgedSteps);
        }
        else
        {
            OppositeNudges<T> both = new() { Step = step, Rule = this, Plus = plus, Minus = minus };
            RelaxationLoop.Settle(ref both, nudgedSteps, new RateControl(1), step.Interruption);
        }
        if (OutputIsReadout)
        {
            EquilibriumReadout.Push(step, plus, T.CreateChecked(Beta));
            EquilibriumReadout.Push(step, minus, T.CreateChecked(-Beta));
        }
        Contrast(step, plus, minus, 2 * Beta);
    }

    private static int StepsOf(NetworkSpec network, int steps, int aHiddenLayer) => steps > 0 ? steps : aHiddenLayer * Math.Max(1, network.Graph.Length - 1);

    private static bool Pools<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l <= step.Depth; l++)
        {
            if (step.Layer(l).Readout is not null)
                return true;
        }
        return false;
    }

    /// <summary>Gradient −[s⁺ ⊗ s⁺ − s⁻ ⊗ s⁻] / Δβ at every layer.</summary>
    private static void Contrast<T>(LearningContext<T> step, LayeredStates<T> plus, LayeredStates<T> minus, double difference)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T coefficient = T.CreateChecked(1 / difference);
        if (Pools(step))
        {
            // What meets at pooled layers returns to where the sums of the final states have their maxima.
            for (int l = 2; l <= step.Depth; l++)
            {
                plus.ReceiveFromBelow(l);
                minus.ReceiveFromBelow(l);
            }
        }
        // Both phases share the clamped input: one product with the difference does for the largest layer.
        Signal<T> change = step.Scratch("s- - s+", 1, plus[1].Width);
        TensorPrimitives.Subtract(minus[1].Span, plus[1].Span, change.Span);
        step.WeighSamples(change);
        step.LearnLast(1, plus.AtUnits(1, change), step.Input, coefficient);
        for (int l = 2; l <= step.Depth; l++)
            step.Learn(l, (plus.Post(l), plus[l - 1], -coefficient), (minus.Post(l), minus[l - 1], coefficient));
    }
}
