using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// Error optimization: predictive coding whose errors settle instead of its activities (ePC, Goemaere, Oliviers, Bogacz and Demeester 2025). Each layer
/// computes x_l = μ_l + e_l, μ_l = f(x_{l-1}) W_l' + b_l, and the errors descend E = Σ_l ½ ‖e_l‖² + ℓ(μ_L, t) from 0: e_l ← e_l − γ (e_l + δ_l), where δ_l is
/// backpropagation's signal at the perturbed activities. Then weights descend the same local energy as predictive coding's, −e_l ⊗ f(x_{l-1}).
/// </summary>
/// <remarks>
/// Equilibria and gradients there are those of <see cref="PredictiveCoding"/>; but a signal reaches all layers in one step, where activities
/// pass it on by a layer a step and weaken it, so that a few steps settle a deep network. The price is a pass back in every step, which only weights that
/// know each other's transpose can make. Networks may branch, pool, add and normalize. Weight gradients are means over the mini-batch. Predictions are
/// the forward pass.
/// </remarks>
public sealed class ErrorOptimization : LearningRule
{
    /// <summary>Steps of the errors; at least 1. Default: 5.</summary>
    public int InferenceSteps { get; init; } = 5;

    /// <summary>Rate γ of the errors; above 0. Default: 0.2.</summary>
    public double InferenceRate { get; init; } = 0.2;

    /// <summary>Factor on γ after a step that did not lower the energy, in (0, 1]; 1 keeps the rate. Default: 0.5.</summary>
    public double RateDiscount { get; init; } = 0.5;

    /// <inheritdoc/>
    public override string Name => "error optimization";

    /// <summary>Tests watch the relaxation: (step, loss, hidden energy).</summary>
    internal Action<int, double, double>? Watch { get; init; }

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.AboveZero(InferenceSteps);
        Guard.AboveZero(InferenceRate);
        if (!(RateDiscount is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(network), RateDiscount, "RateDiscount must be in (0, 1]");
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Errors<T> errors = new() { Step = step, Rule = this };
        errors.Begin();
        double lossBefore = step.MeanLoss;
        RelaxationLoop.Settle(ref errors, InferenceSteps, new RateControl(InferenceRate, RateDiscount), step.Interruption);
        double energy = errors.Settled(InferenceSteps);
        if (step.IsObserved)
            step.Note(DiagnosticMetric.Energy, 0, energy / step.Batch);
        step.LearnAll();
        step.MeanLossOverride = lossBefore;
    }

    /// <summary>The errors of one mini-batch; perturbed activities stand in the clean phase.</summary>
    private struct Errors<T> : IDynamics
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public LearningContext<T> Step;
        public ErrorOptimization Rule;
        private bool _current;

        /// <summary>Errors of 0: the forward pass.</summary>
        public void Begin()
        {
            for (int l = 1; l < Step.Depth; l++)
                Error(l).Span.Clear();
            Step.Forward();
            for (int l = 1; l < Step.Depth; l++)
            {
                if (IsDriven(l))
                    Step.Clean.PreActivation(l).Span.CopyTo(Drive(l).Span);
            }
            Step.OutputError();
            _current = true;
        }

        public double Evaluate(int number, double rate)
        {
            if (!_current)
                Perturb();
            _current = false;
            double energy = 0;
            for (int l = 1; l < Step.Depth; l++)
                energy += 0.5 * double.CreateChecked(TensorPrimitives.SumOfSquares<T>(Error(l).Span));
            double loss = Step.MeanLoss * Step.Batch;
            Rule.Watch?.Invoke(number, loss, energy);
            return loss + energy;
        }

        public readonly bool Moves(int number, bool last) => true;

        public readonly void Move(int number, double rate)
        {
            for (int l = Step.Depth; l > 1; l--)
                Step.Backward(l, Step.Weights(l));
            T gamma = T.CreateChecked(rate), kept = T.One - gamma;
            for (int l = 1; l < Step.Depth; l++)
            {
                if (!HasError(l))
                    continue;
                Span<T> e = Error(l).Span;
                TensorPrimitives.Multiply(e, kept, e);
                TensorPrimitives.MultiplyAdd(Step.Delta(l).Span, -gamma, e, e);
            }
        }

        public readonly void Follow(int number, bool over)
        {
        }

        /// <summary>After the last step: activities, and in <c>Delta</c> what the weights learn from, μ_l − x_l.</summary>
        /// <returns>The energy, summed over the batch.</returns>
        public double Settled(int number)
        {
            double energy = Evaluate(number, 0);
            for (int l = 1; l < Step.Depth; l++)
                TensorPrimitives.Negate<T>(Error(l).Span, Step.Delta(l).Span);
            return energy;
        }

        private readonly void Perturb()
        {
            for (int l = 1; l <= Step.Depth; l++)
            {
                Signal<T> x = Step.Clean.PreActivation(l);
                if (l < Step.Depth && IsDriven(l))
                    Drive(l).Span.CopyTo(x.Span);
                else
                    Step.PreActivate(Step.Clean, l);
                if (l < Step.Depth && HasError(l))
                    TensorPrimitives.Add(x.Span, Error(l).Span, x.Span);
                Step.Activate(Step.Clean, l);
            }
            Step.OutputError();
        }

        /// <summary>Layers that learn predict, and err; others only pass on what they read.</summary>
        private readonly bool HasError(int l) => Step.Layer(l).HasWeights || Step.Layer(l).Normalization is not null;

        /// <summary>Whether the prediction is constant: the input is clamped.</summary>
        private readonly bool IsDriven(int l) => Step.Layer(l) is { Source: 0, Adds.IsEmpty: true, Normalization: null };

        private readonly Signal<T> Drive(int l) => Step.Scratch("drive", l, Step.Layer(l).Units.Size);

        private readonly Signal<T> Error(int l) => Step.Scratch("e", l, Step.Layer(l).Units.Size);
    }
}
