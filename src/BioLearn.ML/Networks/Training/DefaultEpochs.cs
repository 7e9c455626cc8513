namespace BioLearn.ML.Networks;

/// <summary>How many passes a training makes where nobody said: a network learns by steps, not by passes.</summary>
internal static class DefaultEpochs
{
    private const int Usual = 20, FewestSteps = 2_000, MostSteps = 20_000;

    /// <param name="stepsPerEpoch">Steps of a pass; at least 1.</param>
    public static int For(long stepsPerEpoch)
    {
        long enough = (FewestSteps + stepsPerEpoch - 1) / stepsPerEpoch, most = Math.Max(1, MostSteps / stepsPerEpoch);
        return (int)Math.Max(enough, Math.Min(Usual, most));
    }
}
