using System.Numerics;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// Predictive coding: value nodes x_l first settle on the energy
/// E = Σ_l ½ ‖x_l − μ_l‖² + ℓ(μ_L, t), μ_l = f(x_{l-1}) W_l' + b_l, with input and target clamped; then weights descend the same
/// energy, (μ_l − x_l) ⊗ f(x_{l-1}) (Rao and Ballard 1999; Whittington and Bogacz 2017; prospective configuration: Song et al. 2024).
/// </summary>
/// <remarks>
/// Activities start at the forward pass, where E = 0. Energies are sums over units and samples. Weight gradients
/// are means over the mini-batch, as every rule's here, so that a learning rate means the same as backpropagation's at any batch size; the
/// published programs sum them (<see cref="SumOverBatch"/>), which multiplies the rate of plain descent by the batch size.
/// Predictions are the forward pass: with the output free it is the energy's minimum. Networks may branch, pool, add, be gated and normalized; layers
/// without weights pass on what they read.
/// </remarks>
public sealed class PredictiveCoding : LearningRule
{
    /// <summary>
    /// The scratch (<see cref="LearningContext{T}.Scratch"/>) in which a step leaves the activities x_l of every hidden layer l, [batch, units], as the weights
    /// met them last.
    /// </summary>
    public const string Activities = "x";

    /// <summary>Inference steps T of a mini-batch; at least 1. Default: 32.</summary>
    public int InferenceSteps { get; init; } = 32;

    /// <summary>Rate γ of the activities; above 0. Default: 0.1.</summary>
    public double InferenceRate { get; init; } = 0.1;

    /// <summary>Factor on γ after a step that did not lower the energy, in (0, 1]; 1 keeps the rate. Default: 0.5.</summary>
    public double RateDiscount { get; init; } = 0.5;

    /// <summary>Factor on γ after a step that lowered the energy; at least 1. Default: 1.</summary>
    public double RateAmplifier { get; init; } = 1;

    /// <summary>Inference ends early once γ has fallen to this; 0 never. Default: 0.</summary>
    public double StopAtRate { get; init; }

    /// <summary>How activities move. Default: plain descent.</summary>
    public InferenceOptimizer InferenceOptimizer { get; init; } = InferenceOptimizer.Sgd;

    /// <summary>Momentum of the activities under plain descent, begun afresh for every mini-batch: v ← m v + ∂E/∂x, x ← x − γ v; in [0, 1). Default: 0.</summary>
    public double InferenceMomentum { get; init; }

    /// <summary>When weights move. Default: after inference.</summary>
    public WeightUpdateSchedule WeightUpdates { get; init; } = WeightUpdateSchedule.Last;

    /// <summary>
    /// Inference steps at which weights move, from 0 to <see cref="InferenceSteps"/> − 1, rising; for <see cref="WeightUpdateSchedule.Listed"/> alone. Default: none.
    /// </summary>
    public IReadOnlyList<int> UpdateSteps { get; init; } = [];

    /// <summary>
    /// Whether inference begins where it ended at the mini-batch before, if that had as many samples, instead of at the forward pass; for inputs that
    /// follow one another, such as frames or small changes, and for full batches. Activities are those of one training: what a trainer saves of
    /// itself has them not. Default: no.
    /// </summary>
    public bool KeepActivities { get; init; }

    /// <summary>What value nodes hold. Default: the pre-activation.</summary>
    public ValueNodePosition NodePosition { get; init; } = ValueNodePosition.PreActivation;

    /// <summary>Coefficient c of the hidden layers' energy against the loss; above 0. Default: 1.</summary>
    public double EnergyCoefficient { get; init; } = 1;

    /// <summary>How the target acts on the outputs. Default: it clamps them.</summary>
    public OutputNudging Nudging { get; init; } = OutputNudging.Clamped;

    /// <summary>
    /// Strength β of a nudge, above 0: activities settle on Σ_l ½ ‖x_l − μ_l‖² ± β ℓ(μ_L, t), and weight gradients are divided by ±β, so that β → 0
    /// gives backpropagation's. Of no effect on clamped outputs, whose β is 1. A negative nudge needs a β small enough for the energy to have a
    /// minimum. Default: 0.5.
    /// </summary>
    public double Beta { get; init; } = 0.5;

    /// <summary>
    /// Whether weight gradients are summed over the mini-batch, as in the published programs, instead of averaged: with plain descent the
    /// steps are then batch size times as long. Default: averaged.
    /// </summary>
    public bool SumOverBatch { get; init; }

    /// <inheritdoc/>
    public override string Name => WeightUpdates switch
    {
        WeightUpdateSchedule.Every => "incremental predictive coding",
        WeightUpdateSchedule.ErrorArrival => "zero-divergence inference learning",
        _ => Nudging == OutputNudging.Clamped ? "predictive coding" : "nudged predictive coding",
    };

    /// <summary>Tests watch the relaxation: (step, loss, hidden energy, rate).</summary>
    internal Action<int, double, double, double>? Watch { get; init; }

    /// <summary>Tests compare the two ways of inference; false takes the general one.</summary>
    internal bool FuseSmallNetworks { get; init; } = true;

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (NodePosition == ValueNodePosition.PostActivation)
            network.RequireChain("Predictive coding with NodePosition PostActivation");
        if (WeightUpdates == WeightUpdateSchedule.ErrorArrival)
            network.RequireChain("Predictive coding with WeightUpdates ErrorArrival");
        Guard.AboveZero(InferenceSteps);
        Guard.AboveZero(InferenceRate);
        Guard.AboveZero(EnergyCoefficient);
        if (!(InferenceMomentum is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(network), InferenceMomentum, "InferenceMomentum must be in [0, 1)");
        if (InferenceMomentum > 0 && (InferenceOptimizer != InferenceOptimizer.Sgd || WeightUpdates == WeightUpdateSchedule.ErrorArrival))
            throw new ArgumentException($"InferenceMomentum is {InferenceMomentum}, but InferenceOptimizer is {InferenceOptimizer} and WeightUpdates {WeightUpdates}; it goes with Sgd and any other schedule than ErrorArrival.", nameof(network));
        Guard.AtLeastZero(StopAtRate);
        Guard.Defined(Nudging);
        Guard.AboveZero(Beta);
        if (!(RateDiscount is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(network), RateDiscount, "RateDiscount must be in (0, 1]");
        ArgumentNullException.ThrowIfNull(UpdateSteps);
        if (WeightUpdates == WeightUpdateSchedule.Listed && (UpdateSteps.Count == 0 || UpdateSteps.Any(t => t < 0 || t >= InferenceSteps) || UpdateSteps.Zip(UpdateSteps.Skip(1)).Any(pair => pair.First >= pair.Second)))
            throw new ArgumentException($"UpdateSteps is [{string.Join(", ", UpdateSteps)}]; expected rising numbers from 0 to InferenceSteps - 1 = {InferenceSteps - 1}, at least one, for WeightUpdates Listed.", nameof(network));
        if (WeightUpdates != WeightUpdateSchedule.Listed && UpdateSteps.Count > 0)
            throw new ArgumentException($"UpdateSteps is given, but WeightUpdates is {WeightUpdates}; expected Listed.", nameof(network));
        if (WeightUpdates == WeightUpdateSchedule.ErrorArrival && KeepActivities)
            throw new ArgumentException("KeepActivities has no sense for WeightUpdates ErrorArrival, whose activities begin at the forward pass.", nameof(network));
        if (WeightUpdates == WeightUpdateSchedule.ErrorArrival && (NodePosition != ValueNodePosition.PreActivation || EnergyCoefficient != 1 || Nudging != OutputNudging.Clamped))
            throw new ArgumentException("WeightUpdates is ErrorArrival; it equals backpropagation for value nodes that hold the pre-activation, EnergyCoefficient 1 and clamped outputs only.", nameof(network));
        if (!(RateAmplifier >= 1) || !double.IsFinite(RateAmplifier))
            throw new ArgumentOutOfRangeException(nameof(network), RateAmplifier, "RateAmplifier must be at least 1");
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        Predict(step);
        step.OutputError();
        double lossBefore = step.MeanLoss;
        if (!step.Spec.IsChain)
            Settle(step, new GraphValueNodes<T>(step, this));
        else
            SettleChain(step, new ValueNodes<T>(step, this));
        step.MeanLossOverride = lossBefore;
    }

    private void SettleChain<T>(LearningContext<T> step, ValueNodes<T> nodes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (WeightUpdates == WeightUpdateSchedule.ErrorArrival)
        {
            nodes.StartAtPrediction();
            LearnAsErrorsArrive(step, nodes);
        }
        else if (SmallNetworkInference<T>.Serves(step, this))
        {
            SmallNetworkInference<T>.Run(step, this);
            nodes.Learn(Coefficient(step));
        }
        else
        {
            Settle(step, nodes);
        }
    }

    /// <summary>
    /// At step t the error stands at layer L − t, where activities below have not moved yet: it is ∂ℓ/∂a there, and the synapses learn from
    /// it. A step of rate 1 then puts the next layer as far from its prediction as its own ∂ℓ/∂a says.
    /// </summary>
    private void LearnAsErrorsArrive<T>(LearningContext<T> step, ValueNodes<T> nodes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l < step.Depth; l++)
            step.Delta(l).Span.Clear(); // the step before left its own
        for (int t = 0; t < step.Depth; t++)
        {
            if (t > 0)
            {
                nodes.Move(1, t);
                nodes.Evaluate(t, watch: false, out _, out _);
            }
            nodes.LearnLayer(step.Depth - t, Coefficient(step));
        }
    }

    /// <summary>The steps of inference, and the weights' steps among them.</summary>
    private void Settle<T, TNodes>(LearningContext<T> step, TNodes nodes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TNodes : struct, IValueNodes
    {
        nodes.Start();
        if (WeightUpdates == WeightUpdateSchedule.Last)
            step.HoldWeights();
        Inference<T, TNodes> inference = new() { Step = step, Rule = this, Nodes = nodes, Settling = new SettlingWatch<T>(step) };
        double energy = RelaxationLoop.Settle(ref inference, InferenceSteps, new RateControl(InferenceRate, RateDiscount, RateAmplifier, StopAtRate), step.Interruption);
        if (!step.IsObserved)
            return;
        step.Note(DiagnosticMetric.Energy, 0, energy / step.Batch);
        if (InferenceOptimizer == InferenceOptimizer.Sgd)
            inference.Settling.Tell();
    }

    /// <summary>β with its sign in a step; 1 for clamped outputs.</summary>
    internal double Strength<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Nudging switch
        {
            OutputNudging.Clamped => 1,
            OutputNudging.Positive => Beta,
            OutputNudging.Negative => -Beta,
            _ => step.Number % 2 == 0 ? Beta : -Beta,
        };

    /// <summary>Factor on the gradients of a step's settled errors.</summary>
    private double Coefficient<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => (SumOverBatch ? step.Batch : 1) / Strength(step);

    internal bool NeedsEnergy => RateDiscount < 1 || RateAmplifier > 1;

    private bool LearnsAt(int t) => WeightUpdates switch
    {
        WeightUpdateSchedule.Last => t == InferenceSteps - 1,
        WeightUpdateSchedule.Every => true,
        WeightUpdateSchedule.Listed => UpdateSteps.Contains(t),
        _ => t >= InferenceSteps / 2,
    };

    private bool MovesAt(int t) => WeightUpdates != WeightUpdateSchedule.Split || t < InferenceSteps / 2;

    private struct Inference<T, TNodes> : IDynamics
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TNodes : struct, IValueNodes
    {
        public LearningContext<T> Step;
        public PredictiveCoding Rule;
        public TNodes Nodes;
        public SettlingWatch<T> Settling;

        private readonly double Coefficient => Rule.Coefficient(Step);

        public readonly double Evaluate(int number, double rate)
        {
            double overall = Nodes.Evaluate(number, watch: Rule.Watch is not null || Rule.NeedsEnergy || Step.IsObserved, out double loss, out double energy);
            Rule.Watch?.Invoke(number, loss, energy, rate);
            if (Rule.LearnsAt(number))
                Nodes.Learn(Coefficient);
            return overall;
        }

        public readonly bool Moves(int number, bool last) => Rule.MovesAt(number) && !(last && Rule is { WeightUpdates: WeightUpdateSchedule.Last, KeepActivities: false });

        public void Move(int number, double rate)
        {
            Nodes.Move(rate, number + 1);
            if (Step.IsObserved && Rule.InferenceOptimizer == InferenceOptimizer.Sgd)
                Settling.After(rate * Nodes.LargestGradient());
        }

        public readonly void Follow(int number, bool over)
        {
            if (number == Rule.InferenceSteps - 1)
                return;
            if (Rule.LearnsAt(number))
                Step.ApplyUpdates();
            else if (over && (Rule.WeightUpdates != WeightUpdateSchedule.Listed || Rule.UpdateSteps[^1] > number))
            {
                Nodes.Evaluate(number + 1, watch: false, out _, out _);
                Nodes.Learn(Coefficient);
            }
        }
    }
}
