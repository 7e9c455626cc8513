using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Direct difference target propagation with linear feedback (Meulemans et al. 2020): every hidden layer gets its target straight from
/// the output, t_l = h_l + Q_l (t_L − a_L), t_L = a_L − η̂ ∂ℓ/∂a_L, and W_l descends ½ ‖h_l − t_l‖². Q_l [units of l, outputs] learns to
/// undo the network above: ½ ‖Q_l (ã_L − a_L) − σε‖², ã_L the output for h_l + σε. Fully connected layers.
/// </summary>
public sealed class DirectDifferenceTargetPropagation : LearningRule
{
    /// <summary>Step η̂ from the output to its target; above 0. Default: 0.3.</summary>
    public double TargetStepSize { get; init; } = 0.3;

    /// <summary>Deviation σ of the noise from which Q learns; above 0. Default: 0.2.</summary>
    public double NoiseDeviation { get; init; } = 0.2;

    /// <summary>First steps in which only Q learns; at least 0. Default: 100.</summary>
    public int FeedbackOnlySteps { get; init; } = 100;

    /// <summary>Learning rate of Q over that of the weights; above 0. Default: 2.</summary>
    public double FeedbackLearningRateScale { get; init; } = 2;

    /// <summary>Initial Q. Default: Glorot uniform.</summary>
    public Initializer Feedback { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    public override string Name => "direct difference target propagation";

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.AboveZero(TargetStepSize);
        Guard.AboveZero(NoiseDeviation);
        Guard.AboveZero(FeedbackLearningRateScale);
        Guard.AtLeastZero(FeedbackOnlySteps);
        network.RequireFullyConnected("Direct difference target propagation");
        foreach (Layer layer in network.Graph.SkipLast(1))
            needs.Side("Q", layer.Index, layer.Units.Size, network.Outputs, Feedback);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        for (int l = 1; l < step.Depth; l++)
            LearnFeedback(step, l);
        if (step.Number < FeedbackOnlySteps)
            return;
        Signal<T> error = step.Delta(step.Depth);
        TensorPrimitives.Multiply(error.Span, T.CreateChecked(TargetStepSize), error.Span);
        for (int l = 1; l < step.Depth; l++)
        {
            // h_l − t_l = Q_l (η̂ ∂ℓ/∂a_L): the activity itself cancels.
            step.Read(step.Side("Q", l), null, error, step.Delta(l));
            step.Gate(step.Clean, l, step.Delta(l), step.Delta(l));
        }
        step.LearnAll();
    }

    /// <summary>Q_l: (Q_l Δ − σε) meets Δ = ã_L − a_L.</summary>
    private void LearnFeedback<T>(LearningContext<T> step, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Parameter<T> feedback = step.Side("Q", l);
        Signal<T> noise = step.Scratch("σε", l, feedback.Rows);
        step.Normal("feedback noise", l, noise);
        TensorPrimitives.Multiply(noise.Span, T.CreateChecked(NoiseDeviation), noise.Span);
        Phase<T> noisy = step.Phase("noisy");
        TensorPrimitives.Add(step.Clean.Activity(l).Span, noise.Span, noisy.Activity(l).Span);
        for (int k = l + 1; k <= step.Depth; k++)
        {
            step.PreActivate(noisy, k);
            if (k < step.Depth)
                step.Activate(noisy, k);
        }
        Signal<T> change = step.Scratch("Δ", l, feedback.Columns), residual = step.Scratch("residual", l, feedback.Rows);
        TensorPrimitives.Subtract(noisy.PreActivation(step.Depth).Span, step.Clean.PreActivation(step.Depth).Span, change.Span);
        step.Read(feedback, null, change, residual);
        TensorPrimitives.Subtract(residual.Span, noise.Span, residual.Span);
        step.Learn(feedback, residual, change);
        feedback.LearningRateScale = FeedbackLearningRateScale;
    }
}
