using BioLearn.ML.Hosting;

namespace BioLearn.ML.Naming;

/// <summary>Options of novelty-modulated naming.</summary>
public sealed class OneShotNamingOptions : TrainerOptions
{
    /// <summary>Whose connections are weakened.</summary>
    public NamingRule Rule { get; set; } = NamingRule.AsIntended;

    /// <summary>How connections become scores.</summary>
    public NamingReadOut ReadOut { get; set; } = NamingReadOut.Normalized;

    /// <summary>How features become numbers of active steps.</summary>
    public FeatureCoding Coding { get; set; } = FeatureCoding.Automatic;

    /// <summary>Steps of <see cref="FeatureCoding.Rate"/>, 1 to 255.</summary>
    public int Steps { get; set; } = 15;

    /// <summary>a⁺, the rate of M += a⁺ M (1 - M) without novelty; not negative.</summary>
    public double PotentiationRate { get; set; } = 0.007;

    /// <summary>a⁻, the rate of M -= a⁻ M (1 - M) without novelty; not negative.</summary>
    public double DepressionRate { get; set; } = 0.003;

    /// <summary>λ, by which both rates are multiplied while examples are novel; above 0. From λ a⁺ = 1 on, updates overshoot.</summary>
    public double NoveltyFactor { get; set; } = 65;

    /// <summary>The first so many examples that are shown are novel; not negative.</summary>
    public int NovelExampleCount { get; set; } = 5;

    /// <summary>Passes over the examples; at least 1. As in the original, every pass ends novelty again: both rates are divided by λ once more.</summary>
    public int NumberOfIterations { get; set; } = 1;

    /// <summary>Whether examples are shown in random order, anew in every pass, or in the order of the rows.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>Mean of the initial connections.</summary>
    public double InitialMean { get; set; } = 0.5;

    /// <summary>Standard deviation of the initial connections; not negative.</summary>
    public double InitialDeviation { get; set; } = 0.05;

    /// <summary>A row whose best score stays below this gets no name (a missing predicted label); null always names.</summary>
    public float? NameThreshold { get; set; }

    /// <summary>Checks all options; every trainer and lesson does so first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">An example weight is asked for.</exception>
    public void Validate()
    {
        Guard.AtLeastZero(PotentiationRate);
        Guard.AtLeastZero(DepressionRate);
        Guard.AboveZero(NoveltyFactor);
        Guard.AtLeastZero(NovelExampleCount);
        Guard.AtLeast(NumberOfIterations, 1);
        Guard.Between(Steps, 1, 255);
        Guard.Finite(InitialMean);
        Guard.AtLeastZero(InitialDeviation);
        Guard.Finite(NameThreshold ?? 0, nameof(NameThreshold));
        Guard.Defined(Rule);
        Guard.Defined(ReadOut);
        Guard.Defined(Coding);
        if (ExampleWeightColumnName is not null)
            throw new ArgumentException("OneShotNaming knows no example weights.", nameof(ExampleWeightColumnName));
    }

    internal OneShotNamingOptions Copy() => (OneShotNamingOptions)MemberwiseClone();
}
