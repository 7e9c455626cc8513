using System.Globalization;
using System.Numerics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Dendritic error microcircuits (Sacramento, Costa, Bengio and Senn 2018): pyramidal cells of a basal, an apical and a somatic
/// compartment, and interneurons that learn to predict the layer above, so that what reaches an apical dendrite from above cancels
/// until a teacher moves the output. What is left, v_A, moves the soma, and every synapse learns the difference between the rate of
/// the soma and the rate that its own dendrite foretells. One phase, no weights transported, no derivative.
/// </summary>
/// <remarks>
/// Potentials, φ the hidden activation, l = 1..L−1: v_B = W_l φ(u_{l−1}) + b_l, v_A = φ(u_{l+1}) B_{l+1} + W_PI φ(u_I), v_I = W_IP φ(u_l) + b_IP;
/// du_l/dt = −g_lk u_l + g_B (v_B − u_l) + g_A (v_A − u_l), du_I/dt = −g_lk u_I + g_D (v_I − u_I) + g_som (u_{l+1} − u_I); at the output
/// du_L/dt = −g_lk u_L + g_B (v_B − u_L) + g_som (t − u_L), the last term while taught. Synapses:
/// ΔW_l ∝ (φ(u_l) − φ(v̂_B)) ⊗ φ(u_{l−1}), ΔW_IP ∝ (φ(u_I) − φ(v̂_I)) ⊗ φ(u_l), ΔW_PI ∝ −v_A ⊗ φ(u_I), where v̂_B and v̂_I are the
/// potentials attenuated by the conductances: v̂_I = v_I g_D / (g_lk + g_D), v̂_B = v_B g_B / (g_lk + g_B + g_A), without g_A at the output.
/// Fully connected layers; the output is the potential u_L, taught by <see cref="OutputHead.LinearSquaredError"/>.
/// </remarks>
public sealed class DendriticMicrocircuit : LearningRule
{
    /// <summary>Leak conductance g_lk of every compartment, above 0. Default: 0.1.</summary>
    public double LeakConductance { get; init; } = 0.1;

    /// <summary>Conductance g_B from the basal dendrite to the soma of a pyramidal cell, above 0. Default: 1.</summary>
    public double BasalConductance { get; init; } = 1;

    /// <summary>Conductance g_A from the apical dendrite to the soma of a pyramidal cell, above 0. Default: 0.8.</summary>
    public double ApicalConductance { get; init; } = 0.8;

    /// <summary>Conductance g_D from the dendrite to the soma of an interneuron, above 0. Default: 1.</summary>
    public double DendriticConductance { get; init; } = 1;

    /// <summary>Conductance g_som of the teacher at the output and of the layer above at the interneurons, above 0. Default: 0.8.</summary>
    public double SomaticConductance { get; init; } = 0.8;

    /// <summary>
    /// Euler step dt, above 0; times the sum of the conductances of a soma it must stay below 2. Default: 0.4; a step of 0.1 needs four
    /// times as many steps.
    /// </summary>
    public double StepSize { get; init; } = 0.4;

    /// <summary>
    /// Steps without a teacher, from the potentials of a forward pass with silent apical dendrites; at least 0. Where the interneurons
    /// predict the layer above exactly nothing moves in them. Default: 5.
    /// </summary>
    public int FreeSteps { get; init; } = 5;

    /// <summary>Steps with the teacher; at least 1. Default: 10.</summary>
    public int TaughtSteps { get; init; } = 10;

    /// <summary>Whether synapses learn at every taught step, as the continuous rule does, or once, from the settled potentials. Default: once.</summary>
    public bool LearnWhileSettling { get; init; }

    /// <summary>
    /// Learning rate of the synapses W_IP from pyramidal cells to interneurons and of the interneurons' biases, as a multiple of the
    /// optimizer's; 0 fixes them, and the predictions go stale. Default: 2.
    /// </summary>
    public double InterneuronRate { get; init; } = 2;

    /// <summary>Learning rate of the synapses W_PI from interneurons to apical dendrites, as a multiple of the optimizer's; 0 fixes them. Default: 0.</summary>
    public double ApicalInhibitionRate { get; init; }

    /// <summary>
    /// Whether the interneurons begin by predicting the layer above: W_IP as W_{l+1} times what makes the attenuated potentials equal,
    /// W_PI = −B'. Otherwise both are drawn, and must be learned (<see cref="ApicalInhibitionRate"/>). Default: yes.
    /// </summary>
    public bool SelfPredicting { get; init; } = true;

    /// <summary>Top-down weights B, fixed. Default: Glorot uniform.</summary>
    public Initializer Feedback { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    public override string Name => "dendritic microcircuit";

    /// <inheritdoc/>
    public override bool AllowsFreeOutputs => false;

    /// <inheritdoc/>
    public override OutputHead? PreferredHead => OutputHead.LinearSquaredError;

    /// <inheritdoc/>
    public override Activation? PreferredActivation => Activation.Sigmoid;

    /// <inheritdoc/>
    /// <remarks>Adam at 3e-3: dendrites attenuate what they pass on, and the updates with it.</remarks>
    public override OptimizerSettings? PreferredOptimizer => OptimizerSettings.Adam(3e-3);

    /// <inheritdoc/>
    public override bool PredictsByForwardPass => false;

    /// <inheritdoc/>
    public override string? Caution(NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(network);
        int hidden = network.Graph.Length - 1;
        return hidden < 2 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"The dendritic microcircuit with {hidden} hidden layers: the lower layers learn from what interneurons fail to predict while those still lag behind; two hidden layers reached 69 % and three 38 % of ten classes where one reached 82 %. Take one, or many more epochs.");
    }

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(needs);
        Guard.AboveZero(LeakConductance);
        Guard.AboveZero(BasalConductance);
        Guard.AboveZero(ApicalConductance);
        Guard.AboveZero(DendriticConductance);
        Guard.AboveZero(SomaticConductance);
        Guard.AboveZero(StepSize);
        Guard.AtLeastZero(FreeSteps);
        Guard.AboveZero(TaughtSteps);
        Guard.AtLeastZero(InterneuronRate);
        Guard.AtLeastZero(ApicalInhibitionRate);
        double largest = LeakConductance + Math.Max(BasalConductance + Math.Max(ApicalConductance, SomaticConductance), DendriticConductance + SomaticConductance);
        if (StepSize * largest >= 2)
            throw new ArgumentException($"StepSize is {StepSize:g4}; times the sum of a soma's conductances (LeakConductance, BasalConductance, ApicalConductance, DendriticConductance, SomaticConductance), {largest:g4}, it must be below 2, or the potential does not settle.", nameof(network));
        network.RequireFullyConnected("The dendritic microcircuit");
        if (network.Head != OutputHead.LinearSquaredError)
            throw new ArgumentException($"The dendritic microcircuit is taught the potential of its output; it needs the head LinearSquaredError, not {network.Head}.", nameof(network));
        needs.FeedbackLike("B_pp", network, Feedback);
        needs.FeedbackLike("W_IP", network, Initializer.GlorotUniform);
        foreach (Layer layer in network.Graph.Skip(1))
        {
            needs.Side("W_PI", layer.Index, layer.WeightColumns, layer.WeightRows, Initializer.GlorotUniform);
            needs.Side("b_IP", layer.Index, 1, layer.WeightRows, Initializer.Zeros);
        }
    }

    /// <inheritdoc/>
    public override void Initialize<T>(Network<T> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        for (int l = 2; l <= network.Depth && SelfPredicting; l++)
        {
            T attenuation = T.CreateChecked(BasalShare(l == network.Depth) / InterneuronShare);
            System.Numerics.Tensors.TensorPrimitives.Multiply(network.Weights(l).Values, attenuation, network.Side("W_IP", l).Values);
            Parameter<T> feedback = network.Side("B_pp", l), inhibition = network.Side("W_PI", l);
            for (int i = 0; i < inhibition.Rows; i++)
            {
                for (int j = 0; j < inhibition.Columns; j++)
                    inhibition.Values[(i * inhibition.Columns) + j] = -feedback.Values[(j * feedback.Columns) + i];
            }
        }
    }

    /// <inheritdoc/>
    public override void Predict<T>(LearningContext<T> step)
    {
        MicrocircuitDynamics<T> cells = new(step, this);
        cells.Start();
        Settling<T> settling = new() { Step = step, Rule = this, Cells = cells };
        RelaxationLoop.Settle(ref settling, FreeSteps, new RateControl(1), step.Interruption);
        for (int l = 1; l <= step.Depth; l++)
        {
            cells.Soma(l).Span.CopyTo(step.Clean.PreActivation(l).Span);
            step.Activate(step.Clean, l);
        }
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        Predict(step);
        step.OutputError();
        Teach(step);
    }

    /// <summary>The taught steps, from the potentials as they are.</summary>
    internal void Teach<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Settling<T> settling = new() { Step = step, Rule = this, Cells = new(step, this), Taught = true };
        RelaxationLoop.Settle(ref settling, TaughtSteps, new RateControl(1), step.Interruption);
    }

    /// <summary>g_B over all conductances of a pyramidal soma that no apical input and no teacher moves.</summary>
    internal double BasalShare(bool output) => BasalConductance / (LeakConductance + BasalConductance + (output ? 0 : ApicalConductance));

    internal double InterneuronShare => DendriticConductance / (LeakConductance + DendriticConductance);

    private void Learn<T>(LearningContext<T> step, MicrocircuitDynamics<T> cells)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l <= step.Depth; l++)
        {
            Signal<T> delta = step.Delta(l);
            cells.Surprise(l, cells.Basal(l), BasalShare(l == step.Depth), cells.Rate(l), delta);
            step.Learn(l, delta, l == 1 ? step.Input : cells.Rate(l - 1));
        }
        for (int l = 2; l <= step.Depth && InterneuronRate > 0; l++)
        {
            Parameter<T> weights = step.Side("W_IP", l);
            Signal<T> delta = step.Scratch("interneuron delta", l, weights.Rows);
            cells.Surprise(l, cells.InterneuronDendrite(l), InterneuronShare, cells.InterneuronRate(l), delta);
            // A bias of the layer above that may not learn needs no follower.
            Parameter<T> biases = step.Side("b_IP", l);
            biases.LearningRateScale = InterneuronRate * step.Biases(l).LearningRateScale;
            weights.LearningRateScale = InterneuronRate;
            step.Learn(weights, biases, (delta, cells.Rate(l - 1), T.One));
        }
        for (int l = 2; l <= step.Depth && ApicalInhibitionRate > 0; l++)
        {
            Parameter<T> weights = step.Side("W_PI", l);
            Signal<T> delta = step.Scratch("apical delta", l, weights.Rows);
            cells.Apical(l - 1).Span.CopyTo(delta.Span);
            step.WeighSamples(delta);
            weights.LearningRateScale = ApicalInhibitionRate;
            step.Learn(weights, delta, cells.InterneuronRate(l));
        }
    }

    private struct Settling<T> : IDynamics
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public LearningContext<T> Step;
        public DendriticMicrocircuit Rule;
        public MicrocircuitDynamics<T> Cells;
        public bool Taught;

        public readonly double Evaluate(int number, double rate) => double.NaN;

        public readonly bool Moves(int number, bool last) => true;

        public readonly void Move(int number, double rate) => Cells.Advance(Taught);

        public readonly void Follow(int number, bool over)
        {
            if (Taught && (Rule.LearnWhileSettling || over))
                Rule.Learn(Step, Cells);
            if (Taught && Rule.LearnWhileSettling)
                Step.ApplyUpdates();
        }
    }
}
