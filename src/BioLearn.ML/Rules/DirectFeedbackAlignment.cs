using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>What direct feedback alignment sends to every hidden layer.</summary>
public enum DirectFeedbackSignal
{
    /// <summary>The output error δ_L (Nøkland 2016).</summary>
    Error,

    /// <summary>The sign of the output error.</summary>
    ErrorSign,

    /// <summary>Minus the target: direct random target projection (Frenkel, Lefebvre and Bol 2021); no error is needed below the top.</summary>
    Target,
}

/// <summary>
/// Direct feedback alignment (Nøkland 2016): every hidden layer receives the output's signal at once through its own fixed random
/// matrix D_l [outputs, units], δ_l = (s D_l) ⊙ φ'(a_l), with s = δ_L, sign(δ_L) or −t. With
/// <see cref="LearnFeedback"/> D follows Kolen and Pollack: it gets the product δ_L ⊗ h_l, as W would.
/// </summary>
public sealed class DirectFeedbackAlignment : LearningRule
{
    /// <summary>What is sent down. Default: the output error.</summary>
    public DirectFeedbackSignal Signal { get; init; } = DirectFeedbackSignal.Error;

    /// <summary>Initial feedback weights. Default: uniform within 1 / √(units of the layer).</summary>
    public Initializer Feedback { get; init; } = Initializer.UniformByFanIn;

    /// <summary>Whether D learns (direct Kolen-Pollack). Default: fixed.</summary>
    public bool LearnFeedback { get; init; }

    /// <summary>Decay λ of D per step when it learns, in [0, 1).</summary>
    public double FeedbackDecay { get; init; }

    /// <inheritdoc/>
    public override string Name => Signal switch
    {
        DirectFeedbackSignal.ErrorSign => "sign direct feedback alignment",
        DirectFeedbackSignal.Target => "direct random target projection",
        _ => LearnFeedback ? "direct Kolen-Pollack" : "direct feedback alignment",
    };

    /// <inheritdoc/>
    public override bool AllowsFreeOutputs => Signal != DirectFeedbackSignal.Target;

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        Guard.Fraction(FeedbackDecay);
        foreach (Layer layer in network.Graph.SkipLast(1).Where(l => l.HasWeights))
            needs.Side("D", layer.Index, network.Outputs, layer.Output.Size, Feedback, ParameterRole.Feedback);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        Signal<T> sent = SentDown(step);
        for (int l = 1; l < step.Depth; l++)
        {
            Parameter<T> feedback = step.Side("D", l);
            step.ProjectDirect(l, feedback, sent);
            if (LearnFeedback && !feedback.IsEmpty)
            {
                feedback.Decay = FeedbackDecay;
                step.Learn(feedback, step.Delta(step.Depth), step.Clean.Activity(l));
            }
        }
        step.LearnAll();
    }

    private Signal<T> SentDown<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> error = step.Delta(step.Depth);
        if (Signal == DirectFeedbackSignal.Error)
            return error;
        Signal<T> sent = step.Scratch("sent", step.Depth, error.Width);
        if (Signal == DirectFeedbackSignal.ErrorSign)
            Signs.Scaled(error.Span, T.One, sent.Span);
        else
            System.Numerics.Tensors.TensorPrimitives.Negate(step.Target.Span, sent.Span);
        return sent;
    }
}
