namespace BioLearn.ML.Recurrent;

/// <summary>Options of the trainer that teaches a leaky recurrent network by eligibility propagation (e-prop).</summary>
public sealed class EligibilityPropagationOptions : OnlineRecurrentOptions
{
    /// <summary>How learning signals reach the units. Default: through fixed random weights.</summary>
    public LearningSignal LearningSignal { get; set; } = LearningSignal.Random;

    /// <summary>
    /// Decay κ of the readout, y_t = κ y_{t−1} + W_out h_t + b_out, in [0, 1); near 1 the output adds up what the units said over many steps.
    /// Default: 0.8.
    /// </summary>
    public double ReadoutDecay { get; set; } = 0.8;

    /// <summary>Share by which readout and feedback shrink at each step while signals are adaptive, in [0, 1). Default: 1e-3.</summary>
    public double FeedbackDecay { get; set; } = 1e-3;

    /// <inheritdoc/>
    public override string RuleName => "eligibility propagation";

    /// <inheritdoc/>
    protected internal override double DecayOfReadout => ReadoutDecay;

    /// <inheritdoc/>
    public override OnlineRecurrentRule<float> CreateRule(LeakyRecurrentNetwork<float> network) => new EligibilityPropagation<float>(network, LearningSignal, FeedbackDecay);

    internal override void Validate()
    {
        base.Validate();
        Guard.Defined(LearningSignal);
        Guard.Fraction(ReadoutDecay);
        Guard.Fraction(FeedbackDecay);
    }
}
