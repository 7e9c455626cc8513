using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>The activities of predictive coding for one mini-batch: their energy, their steps, and what the weights learn from them.</summary>
internal interface IValueNodes
{
    /// <summary>Activities as the rule wants them before its first step.</summary>
    void Start();

    /// <summary>Predictions, errors, and on request the energy, at the activities as they are.</summary>
    /// <param name="moves">How often activities have moved since <see cref="Start"/>.</param>
    /// <param name="watch">Whether the energy is asked for.</param>
    /// <param name="loss">ℓ.</param>
    /// <param name="energy">Σ ½ ‖x − μ‖².</param>
    /// <returns>β ℓ + c Σ ½ ‖x − μ‖², summed over the batch; NaN if not asked for.</returns>
    double Evaluate(int moves, bool watch, out double loss, out double energy);

    /// <summary>The gradient of every weight, from the errors as they are.</summary>
    /// <param name="coefficient">Factor on the gradients.</param>
    void Learn(double coefficient);

    /// <summary>x_l ← x_l − γ ∂E/∂x_l, all from the old errors.</summary>
    /// <param name="rate">γ.</param>
    /// <param name="number">The step, from 1.</param>
    void Move(double rate, int number);

    /// <summary>Largest |∂E/∂x| of the last <see cref="Move"/>.</summary>
    double LargestGradient();
}

/// <summary>What kinds of value nodes have in common.</summary>
internal static class ValueNodeSteps
{
    /// <summary>One step of a layer's activities along its gradient.</summary>
    public static void Step<T>(LearningContext<T> step, PredictiveCoding rule, int layer, Signal<T> x, Signal<T> gradient, double rate, int number)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rule.InferenceMomentum > 0)
        {
            Signal<T> velocity = step.Scratch("x velocity", layer, x.Width);
            if (number == 1)
                velocity.Span.Clear();
            OptimizerSweep.Step<T, Momentum<T>>(new(T.CreateChecked(rate), T.CreateChecked(rule.InferenceMomentum), false), x.Span, gradient.Span, velocity.Span, default, T.Zero);
            return;
        }
        if (rule.InferenceOptimizer == InferenceOptimizer.Sgd || rule.WeightUpdates == WeightUpdateSchedule.ErrorArrival)
        {
            OptimizerSweep.Step<T, GradientDescent<T>>(new(T.CreateChecked(rate), T.PositiveInfinity), x.Span, gradient.Span, default, default, T.Zero);
            return;
        }
        Signal<T> first = step.Scratch("x Adam m", layer, x.Width), second = step.Scratch("x Adam v", layer, x.Width);
        if (number == 1)
        {
            first.Span.Clear();
            second.Span.Clear();
        }
        OptimizerSweep.Step<T, Adam<T>>(Adam<T>.Standard(rate, number), x.Span, gradient.Span, first.Span, second.Span, T.Zero);
    }

    /// <summary>Whether a mini-batch goes on from the activities of the one before.</summary>
    public static bool GoesOn<T>(LearningContext<T> step, PredictiveCoding rule)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!rule.KeepActivities)
            return false;
        Kept kept = step.Resource("kept activities", static (_, _) => new Kept());
        bool same = kept.Samples == step.Batch;
        kept.Samples = step.Batch;
        return same;
    }

    /// <summary>How many samples left activities behind.</summary>
    private sealed class Kept : IDisposable
    {
        public int Samples { get; set; }

        public void Dispose()
        {
        }
    }
}
