using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// Recurrent backpropagation (Almeida 1987; Pineda 1987): a network whose layers drive each other both ways settles,
/// x_l ← x_l + r (−x_l + f(x_{l-1}) W_l' + b_l + γ f(x_{l+1}) W_{l+1}), with the input clamped and the output free; then errors settle in the network that
/// is its linear twin, turned round, y_l ← y_l + r (−y_l + f'(x_l) ⊙ (y_{l+1} W_{l+1} + γ y_{l-1} W_l') + [l = L] ∂ℓ/∂x_L). At the fixed points
/// ∂ℓ/∂W_l = y_l ⊗ f(x_{l-1}) + γ f(x_l) ⊗ y_{l-1} is exact: no unrolling through time.
/// </summary>
/// <remarks>
/// Layers move in turn, each seeing what those below have become. Fully connected layers; f is the hidden activation, which also acts on what
/// the output sends down. Predictions are the settled outputs. Without feedback, γ → 0, it is backpropagation.
/// </remarks>
public sealed class RecurrentBackpropagation : LearningRule
{
    /// <summary>Steps of the states, and as many of the errors; at least 1. Default: 50.</summary>
    public int InferenceSteps { get; init; } = 50;

    /// <summary>Rate r of both, in (0, 1]. Default: 0.2.</summary>
    public double InferenceRate { get; init; } = 0.2;

    /// <summary>Strength γ of what comes from the layer above; at least 0. Strong feedback may have several fixed points, or none. Default: 0.1.</summary>
    public double FeedbackStrength { get; init; } = 0.1;

    /// <summary>
    /// Whether errors settle as in the published program of prospective configuration (<c>hand_coded_rules_trainable</c>) instead: the clamped input has an error that takes
    /// part, the output's is its own alone, and synapses learn for their way up only. Default: no.
    /// </summary>
    public bool ErrorsAsCoded { get; init; }

    /// <inheritdoc/>
    public override string Name => "recurrent backpropagation";

    /// <inheritdoc/>
    public override bool PredictsByForwardPass => false;

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.AboveZero(InferenceSteps);
        Guard.AboveZero(InferenceRate);
        Guard.AtLeastZero(FeedbackStrength);
        if (InferenceRate > 1)
            throw new ArgumentOutOfRangeException(nameof(network), InferenceRate, "InferenceRate must be in (0, 1]");
        network.RequireFullyConnected("Recurrent backpropagation");
    }

    /// <inheritdoc/>
    public override void Predict<T>(LearningContext<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        States<T> states = new() { Step = step, Rule = this };
        states.Settle();
        for (int l = 1; l < step.Depth; l++)
            states.Sent(l).Span.CopyTo(step.Clean.Activity(l).Span);
        states.X(step.Depth).Span.CopyTo(step.Clean.PreActivation(step.Depth).Span);
        step.Activate(step.Clean, step.Depth);
    }

    /// <inheritdoc/>
    public override bool WritesOnnx => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> WritePrediction(RelaxationGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        int top = graph.Depth;
        Activation f = graph.Spec.Graph[Math.Max(1, top - 1) - 1].Activation;
        string drive = graph.FromBelow(1, graph.Input);
        string[] x = [.. Enumerable.Range(1, top).Select(graph.Zeros)], sent = [.. x.Select(state => f.WriteOnnx(graph.Nodes, state))];
        for (int t = 0; t < InferenceSteps; t++)
        {
            for (int l = 1; l <= top; l++)
            {
                string total = l == 1 ? drive : graph.FromBelow(l, sent[l - 2]);
                if (l < top && FeedbackStrength != 0)
                    total = graph.Sum(total, graph.Scaled(graph.FromAbove(l, sent[l]), FeedbackStrength));
                x[l - 1] = graph.Approach(x[l - 1], total, InferenceRate);
                sent[l - 1] = f.WriteOnnx(graph.Nodes, x[l - 1]);
            }
        }
        return [.. sent[..^1], x[^1]];
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        Predict(step);
        step.OutputError();
        States<T> states = new() { Step = step, Rule = this };
        states.SettleErrors();
        T gamma = T.CreateChecked(FeedbackStrength);
        for (int l = 1; l <= step.Depth; l++)
        {
            step.Learn(l, states.Y(l), states.Sent(l - 1));
            if (l > 1 && !ErrorsAsCoded && gamma != T.Zero)
                Gemm.TN<T>(states.Sent(l).Matrix, states.Y(l - 1).Matrix, new(step.Gradient(step.Weights(l)).Span, states.Sent(l).Width, states.Y(l - 1).Width), gamma / T.CreateChecked(step.Batch), T.One, step.Threads);
        }
    }

    /// <summary>States x_l, what they send, f(x_l), and errors y_l of one mini-batch.</summary>
    private readonly struct States<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private const int StepsBetweenInterruptions = 16;

        public LearningContext<T> Step { get; init; }

        public RecurrentBackpropagation Rule { get; init; }

        private T Rate => T.CreateChecked(Rule.InferenceRate);

        private T Feedback => T.CreateChecked(Rule.FeedbackStrength);

        private Activation Activation => Step.Layer(Math.Max(1, Step.Depth - 1)).Activation;

        public Signal<T> X(int l) => Step.Scratch("x", l, Width(l));

        public Signal<T> Y(int l) => Step.Scratch("y", l, Width(l));

        /// <summary>f(x_l); the input is sent as it is.</summary>
        public Signal<T> Sent(int l) => l == 0 ? Step.Input : Step.Scratch("f(x)", l, Width(l));

        public void Settle()
        {
            for (int l = 1; l <= Step.Depth; l++)
            {
                X(l).Span.Clear();
                Send(l);
            }
            Signal<T> drive = Step.Scratch("drive", 1, Width(1));
            Step.PreActivate(1, Step.Input, drive);
            SettlingWatch<T> watch = new(Step);
            for (int t = 0; t < Rule.InferenceSteps; t++)
            {
                Interrupt(t);
                T largest = T.Zero;
                for (int l = 1; l <= Step.Depth; l++)
                {
                    Signal<T> total = Step.Scratch("total", l, Width(l));
                    if (l == 1)
                        drive.Span.CopyTo(total.Span);
                    else
                        Step.PreActivate(l, Sent(l - 1), total);
                    if (l < Step.Depth && Feedback != T.Zero)
                        Step.AddSentDown(l + 1, Step.Weights(l + 1), Sent(l + 1), total, Feedback);
                    T moved = Approach(X(l), total);
                    largest = T.Max(largest, moved);
                    Send(l);
                }
                watch.After(double.CreateChecked(largest));
            }
            if (Step.IsObserved)
                watch.Tell();
        }

        public void SettleErrors()
        {
            int lowest = Rule.ErrorsAsCoded ? 0 : 1;
            for (int l = lowest; l <= Step.Depth; l++)
                Y(l).Span.Clear();
            for (int t = 0; t < Rule.InferenceSteps; t++)
            {
                Interrupt(t);
                for (int l = lowest; l <= Step.Depth; l++)
                    Approach(Y(l), Arriving(l, lowest));
            }
        }

        /// <summary>What the error of a layer goes to.</summary>
        private Signal<T> Arriving(int l, int lowest)
        {
            Signal<T> total = Step.Scratch("total", l, Width(l));
            total.Span.Clear();
            if (l < Step.Depth)
                Step.AddSentDown(l + 1, Step.Weights(l + 1), Y(l + 1), total, T.One);
            if (l > lowest && Feedback != T.Zero && !(l == Step.Depth && Rule.ErrorsAsCoded))
                Gemm.NT<T>(Y(l - 1).Matrix, Step.Weights(l).View, total.Matrix, Feedback, T.One, Step.Threads);
            Activation.MultiplyByDerivative<T>(l == 0 ? default : X(l).Span, Sent(l).Span, total.Span);
            if (l == Step.Depth)
                TensorPrimitives.Add(total.Span, Step.Delta(l).Span, total.Span);
            return total;
        }

        /// <summary>state ← state + r (goal − state).</summary>
        /// <returns>The largest change, if the step is observed.</returns>
        private T Approach(Signal<T> state, Signal<T> goal)
        {
            TensorPrimitives.Subtract(goal.Span, state.Span, goal.Span);
            TensorPrimitives.MultiplyAdd(goal.Span, Rate, state.Span, state.Span);
            return Step.IsObserved ? Rate * T.Abs(TensorPrimitives.MaxMagnitude<T>(goal.Span)) : T.Zero;
        }

        private void Send(int l) => Activation.Apply<T>(X(l).Span, Sent(l).Span);

        private void Interrupt(int t)
        {
            if (t % StepsBetweenInterruptions == StepsBetweenInterruptions - 1)
                Step.Interruption?.Invoke();
        }

        private int Width(int l) => l == 0 ? Step.Spec.Input.Size : Step.Layer(l).Units.Size;
    }
}
