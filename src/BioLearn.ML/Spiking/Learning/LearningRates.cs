namespace BioLearn.ML.Spiking;

/// <summary>Rates of the learning layer and how they grow, in float as the original's.</summary>
internal struct LearningRates
{
    /// <summary>First rates of a layer.</summary>
    public LearningRates(StdpOptions options) => (Potentiation, Depression) = (options.Potentiation, options.Depression);

    public LearningRates(float potentiation, float depression) => (Potentiation, Depression) = (potentiation, depression);

    public float Potentiation { get; private set; }

    public float Depression { get; private set; }

    /// <summary>After an iteration, counted from 0 over all layers.</summary>
    public void After(int iteration, StdpOptions options)
    {
        if (iteration % options.DoublingPeriod != 0)
            return;
        Potentiation = Math.Min(2 * Potentiation, options.MaximumPotentiation);
        Depression = options.DepressionRatio * Potentiation;
    }
}
