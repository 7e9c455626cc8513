using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Weight mirror (Akrout et al. 2019): feedback alignment whose feedback learns the transpose in a mirror phase. Every layer above
/// the first gets noise x of its own and answers y = φ(W x + b); K += η_m y ⊗ x, summed over the mirror batch, turns K towards W.
/// </summary>
public sealed class WeightMirror : LearningRule
{
    /// <summary>Mirror learning rate η_m; above 0. Default: 0.01.</summary>
    public double MirrorLearningRate { get; init; } = 0.01;

    /// <summary>Width of the uniform noise around 0; above 0. Default: 0.1.</summary>
    public double NoiseAmplitude { get; init; } = 0.1;

    /// <summary>Whether noise and answers are centred over the mirror batch (a sigmoid's constant offset then cancels). Default: yes.</summary>
    public bool Centered { get; init; } = true;

    /// <summary>Whether K is rescaled after each mirror phase so that signals sent down keep a deviation of one half. Default: yes.</summary>
    public bool GrowthControl { get; init; } = true;

    /// <summary>Initial feedback weights. Default: Glorot uniform.</summary>
    public Initializer Feedback { get; init; } = Initializer.GlorotUniform;

    /// <inheritdoc/>
    public override string Name => "weight mirror";

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        Guard.AboveZero(MirrorLearningRate);
        Guard.AboveZero(NoiseAmplitude);
        needs.FeedbackLike("K", network, Feedback);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        for (int l = step.Depth; l > 1; l--)
            step.Backward(l, step.Side("K", l));
        step.LearnAll();
    }

    /// <inheritdoc/>
    public override void AfterStep<T>(LearningContext<T> step)
    {
        for (int l = 2; l <= step.Depth; l++)
        {
            if (step.Side("K", l).IsEmpty)
                continue;
            Mirror(step, l, step.Side("K", l), step.Layer(l).Activation);
            if (GrowthControl)
                LimitGrowth(step, l, step.Side("K", l));
        }
    }

    internal void Mirror<T>(LearningContext<T> step, int l, Parameter<T> feedback, Activation activation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer layer = step.Layer(l);
        Signal<T> x = step.Scratch("mirror x", l, layer.Input.Size);
        step.Uniform("mirror", l, x);
        TensorPrimitives.Subtract(x.Span, T.CreateChecked(0.5), x.Span);
        TensorPrimitives.Multiply(x.Span, T.CreateChecked(NoiseAmplitude), x.Span);
        Signal<T> y = step.Scratch("mirror y", l, layer.Units.Size);
        step.PreActivate(l, x, y);
        step.Activate(activation, y, y);
        if (Centered)
        {
            step.CenterColumns(x);
            step.CenterColumns(y);
        }
        step.AddProduct(l, y, x, T.CreateChecked(MirrorLearningRate), feedback);
    }

    /// <summary>K ← K / 2s, s the mean deviation, over the inputs of the layer, of uniform signals sent down through K.</summary>
    internal static void LimitGrowth<T>(LearningContext<T> step, int l, Parameter<T> feedback)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Layer layer = step.Layer(l);
        Signal<T> above = step.Scratch("mirror y", l, layer.Units.Size);
        step.Uniform("growth", l, above);
        Signal<T> below = step.Scratch("mirror x", l, layer.Input.Size);
        step.SendDown(l, feedback, above, below);
        T deviation = T.Zero;
        for (int b = 0; b < step.Batch; b++)
            deviation += TensorPrimitives.StdDev<T>(below.Row(b));
        deviation /= T.CreateChecked(step.Batch);
        if (deviation > T.Zero)
            TensorPrimitives.Multiply(feedback.Values, T.CreateChecked(0.5) / deviation, feedback.Values);
    }
}
