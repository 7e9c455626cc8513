using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>Which product of the two phases <see cref="ContrastiveHebbian"/> learns from.</summary>
public enum ContrastiveRule
{
    /// <summary>γ^{l−L} (C_l ⊗ C_{l-1} − F_l ⊗ F_{l-1}) (Movellan 1991; Xie and Seung 2003).</summary>
    ContrastiveHebbian,

    /// <summary>(C_l − F_l) ⊗ F_{l-1} (O'Reilly 1996).</summary>
    GeneRec,

    /// <summary>(C_l − F_l) ⊗ (F_{l-1} + C_{l-1}) / 2: GeneRec with the midpoint method.</summary>
    GeneRecMidpoint,
}

/// <summary>
/// Contrastive Hebbian learning and GeneRec: h_l ← h_l + dt (φ(h_{l-1} W_l' + b_l + γ h_{l+1} W_{l+1}) − h_l), first free (F), then
/// with the output clamped to the target (C) from the free states. Weak feedback γ makes it equal to backpropagation (Xie and
/// Seung 2003). Fully connected layers; the output has the hidden activation.
/// </summary>
public sealed class ContrastiveHebbian : LearningRule
{
    /// <summary>Which product is learned. Default: contrastive Hebbian.</summary>
    public ContrastiveRule Product { get; init; } = ContrastiveRule.ContrastiveHebbian;

    /// <summary>Strength γ of the feedback; above 0. Small γ loses precision in float: layer l is scaled by γ^{l−L}. Default: 0.1.</summary>
    public double FeedbackStrength { get; init; } = 0.1;

    /// <summary>Euler step dt, in (0, 1]. Default: 0.2.</summary>
    public double StepSize { get; init; } = 0.2;

    /// <summary>Steps of each phase; at least 1. Default: 60.</summary>
    public int StepsPerPhase { get; init; } = 60;

    /// <inheritdoc/>
    public override string Name => Product == ContrastiveRule.ContrastiveHebbian ? "contrastive Hebbian learning" : "GeneRec";

    /// <inheritdoc/>
    public override bool AllowsFreeOutputs => false;

    /// <inheritdoc/>
    public override OutputHead? PreferredHead => OutputHead.LinearSquaredError;

    /// <inheritdoc/>
    public override Activation? PreferredActivation => Activation.Sigmoid;

    /// <inheritdoc/>
    public override bool PredictsByForwardPass => false;

    /// <inheritdoc/>
    public override ActivityRange OutputRange(NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Graph[Math.Max(0, network.Graph.Length - 2)].Activation.Range;
    }

    /// <inheritdoc/>
    public override string? Caution(NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(network);
        int hidden = network.Graph.Length - 1;
        return hidden < 3 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"Contrastive Hebbian learning with {hidden} hidden layers: what clamping the output changes reaches the lowest layer times FeedbackStrength to the power of {hidden}, {Math.Pow(FeedbackStrength, hidden):g2}, and four hidden layers stayed at chance; take one or two, two with FeedbackStrength .3 and StepsPerPhase 120.");
    }

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.AboveZero(FeedbackStrength);
        Guard.AboveZero(StepSize);
        Guard.AboveZero(StepsPerPhase);
        network.RequireFullyConnected("Contrastive Hebbian learning");
        if (network.Head != OutputHead.LinearSquaredError)
            throw new ArgumentException($"Contrastive Hebbian learning clamps the output to the target; it needs the head LinearSquaredError, not {network.Head}.", nameof(network));
    }

    /// <inheritdoc/>
    public override void Predict<T>(LearningContext<T> step)
    {
        LayeredStates<T>.Clamp(step);
        LayeredStates<T> free = new(step, "free");
        free.Clear();
        Relax(step, free, step.Depth);
        free.Show();
    }

    /// <inheritdoc/>
    public override bool WritesOnnx => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> WritePrediction(RelaxationGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        int top = graph.Depth;
        string drive = graph.FromBelow(1, graph.Input);
        string[] states = [.. Enumerable.Range(1, top).Select(graph.Zeros)];
        for (int t = 0; t < StepsPerPhase; t++)
        {
            states = [.. Enumerable.Range(1, top).Select(l =>
            {
                string total = l == 1 ? drive : graph.FromBelow(l, states[l - 2]);
                if (l < top)
                    total = graph.Sum(total, graph.Scaled(graph.FromAbove(l, states[l]), FeedbackStrength));
                return graph.Approach(states[l - 1], graph.Spec.Graph[Math.Min(l, Math.Max(1, top - 1)) - 1].Activation.WriteOnnx(graph.Nodes, total), StepSize);
            })];
        }
        return states;
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        Predict(step);
        step.OutputError();
        LayeredStates<T> free = new(step, "free"), clamped = new(step, "clamped");
        clamped.CopyFrom(free);
        step.Target.Span.CopyTo(clamped[step.Depth].Span);
        Relax(step, clamped, step.Depth - 1);
        for (int l = 1; l <= step.Depth; l++)
            LearnLayer(step, l, free, clamped);
    }

    private void LearnLayer<T>(LearningContext<T> step, int l, LayeredStates<T> free, LayeredStates<T> clamped)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Product == ContrastiveRule.ContrastiveHebbian)
        {
            T scale = T.CreateChecked(Math.Pow(FeedbackStrength, l - step.Depth));
            step.Learn(l, (clamped.Post(l), clamped[l - 1], -scale), (free.Post(l), free[l - 1], scale));
            return;
        }
        Signal<T> difference = step.Delta(l);
        TensorPrimitives.Subtract(free[l].Span, clamped[l].Span, difference.Span);
        step.WeighSamples(difference);
        Signal<T> pre = free[l - 1];
        if (Product == ContrastiveRule.GeneRecMidpoint && l > 1)
        {
            pre = step.Scratch("midpoint", l, pre.Width);
            TensorPrimitives.Add(free[l - 1].Span, clamped[l - 1].Span, pre.Span);
            TensorPrimitives.Multiply(pre.Span, T.CreateChecked(0.5), pre.Span);
        }
        step.Learn(l, difference, pre);
    }

    /// <summary>Moves layers 1 to <paramref name="top"/>, all from the old states.</summary>
    private void Relax<T>(LearningContext<T> step, LayeredStates<T> states, int top)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Settling<T> settling = new() { Step = step, Rule = this, States = states, Top = top, Watched = step.IsObserved && top == step.Depth, Watch = new SettlingWatch<T>(step) };
        RelaxationLoop.Settle(ref settling, StepsPerPhase, new RateControl(StepSize), step.Interruption);
        if (settling.Watched)
            settling.Watch.Tell();
    }

    private struct Settling<T> : IDynamics
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public LearningContext<T> Step;
        public ContrastiveHebbian Rule;
        public LayeredStates<T> States;
        public int Top;
        public bool Watched;
        public SettlingWatch<T> Watch;

        public readonly double Evaluate(int number, double rate)
        {
            if (Watched)
                Watch.Before(States);
            States.Receive(Top, T.CreateChecked(Rule.FeedbackStrength));
            return double.NaN;
        }

        public readonly bool Moves(int number, bool last) => true;

        public void Move(int number, double rate)
        {
            for (int l = 1; l <= Top; l++)
            {
                Signal<T> total = States.Total(l), state = States[l];
                Step.Activate(Step.Layer(Math.Min(l, Math.Max(1, Step.Depth - 1))).Activation, total, total);
                TensorPrimitives.Subtract(total.Span, state.Span, total.Span);
                TensorPrimitives.MultiplyAdd(total.Span, T.CreateChecked(rate), state.Span, state.Span);
            }
            if (Watched)
                Watch.After(States);
        }

        public readonly void Follow(int number, bool over)
        {
        }
    }
}
