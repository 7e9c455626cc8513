namespace BioLearn.ML.Recurrent;

/// <summary>Options of the trainer that teaches a leaky recurrent network by random feedback local online learning.</summary>
public sealed class RecurrentOptions : OnlineRecurrentOptions
{
    /// <summary>Whether errors come down through the readout's weights instead of fixed random ones. Default: no.</summary>
    public bool SymmetricFeedback { get; set; }

    /// <inheritdoc/>
    public override string RuleName => "random feedback local online learning";

    /// <inheritdoc/>
    public override OnlineRecurrentRule<float> CreateRule(LeakyRecurrentNetwork<float> network) =>
        new RandomFeedbackLocalOnline<float>(network) { SymmetricFeedback = SymmetricFeedback };
}
