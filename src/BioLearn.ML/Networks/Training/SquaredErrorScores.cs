namespace BioLearn.ML.Networks;

/// <summary>What ML.NET wants of classes, from outputs that were taught 0 and 1 by squared error.</summary>
internal static class SquaredErrorScores
{
    /// <summary>Outputs are taken as votes: what is above zero, divided by its sum.</summary>
    public static void Normalize(Span<float> votes)
    {
        float sum = 0;
        foreach (ref float vote in votes)
        {
            vote = Math.Max(vote, 1e-6f);
            sum += vote;
        }
        foreach (ref float vote in votes)
            vote /= sum;
    }
}
