namespace BioLearn.ML.Plasticity;

/// <summary>Shape and rules of a <see cref="PlasticRecurrentNetwork{T}"/>.</summary>
public sealed record PlasticNetworkOptions
{
    /// <summary>Number of neurons N, 1 to 32,768; every neuron connects to every other and to itself.</summary>
    public int Neurons { get; init; } = 29;

    /// <summary>How the Hebbian trace takes up activity.</summary>
    public PlasticityRule Rule { get; init; } = PlasticityRule.Hebb;

    /// <summary>How inputs reach the neurons.</summary>
    public InputMode InputMode { get; init; } = InputMode.Additive;

    /// <summary>Which connections share a plasticity coefficient.</summary>
    public PlasticitySharing Sharing { get; init; } = PlasticitySharing.Free;

    /// <summary>The trace's rate η at the start, in [0, 1]; the decay λ of the Hebb rule is 1-η.</summary>
    public double Rate { get; init; } = .01;

    /// <summary>Whether the rate η is trained with the weights.</summary>
    public bool LearnRate { get; init; }

    /// <summary>Whether a neuron's connection to itself may be plastic; if not, the diagonal of α is held at zero.</summary>
    public bool SelfPlasticity { get; init; } = true;

    internal void Validate()
    {
        Guard.Between(Neurons, 1, 32_768);
        Guard.Probability(Rate);
        if (!SelfPlasticity && Sharing != PlasticitySharing.Free)
            throw new ArgumentException("SelfPlasticity = false needs a coefficient for each connection: Sharing = Free", nameof(SelfPlasticity));
        Guard.Defined(Rule);
        Guard.Defined(InputMode);
        Guard.Defined(Sharing);
    }
}
