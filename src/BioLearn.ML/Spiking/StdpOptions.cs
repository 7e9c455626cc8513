namespace BioLearn.ML.Spiking;

/// <summary>
/// How a spiking convolution learns: spike-timing-dependent plasticity with two values and a stabiliser, by the winners of a competition.
/// A synapse whose input fired c times before the winner changes by w(1-w)(c(a₊ + a₋) - a₋).
/// </summary>
public sealed record StdpOptions
{
    /// <summary>Pictures that the layer learns from, one an iteration, 0 to 100,000,000.</summary>
    public int Iterations { get; init; } = 5000;

    /// <summary>First potentiation rate a₊, above 0.</summary>
    public float Potentiation { get; init; } = .0004f;

    /// <summary>First depression rate a₋, 0 or more.</summary>
    public float Depression { get; init; } = .0003f;

    /// <summary>Iterations, counted over all layers, after which a₊ doubles and a₋ follows it; the first time after iteration 0.</summary>
    public int DoublingPeriod { get; init; } = 500;

    /// <summary>Largest a₊, above 0 and at most 1.</summary>
    public float MaximumPotentiation { get; init; } = .15f;

    /// <summary>a₋ over a₊ once a₊ has doubled, 0 or more.</summary>
    public float DepressionRatio { get; init; } = .75f;

    /// <summary>Winners of one step at most, at least 1. Of a map there is one in a step, and each map learns once a picture.</summary>
    public int Winners { get; init; } = 10;

    /// <summary>Winners of one step are further apart than so many rows or columns, and no other learns so near to one during the picture; 0 or more.</summary>
    public int InhibitionRadius { get; init; } = 5;

    internal void Validate()
    {
        Guard.Between(Iterations, 0, 100_000_000);
        Guard.Between(DoublingPeriod, 1, int.MaxValue);
        Guard.Between(Winners, 1, int.MaxValue);
        Guard.Between(InhibitionRadius, 0, int.MaxValue);
        Guard.Share(Potentiation);
        Guard.Probability(Depression);
        Guard.Share(MaximumPotentiation);
        Guard.Probability(DepressionRatio);
    }
}
