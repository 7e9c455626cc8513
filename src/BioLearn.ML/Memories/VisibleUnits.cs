namespace BioLearn.ML.Memories;

/// <summary>What the visible units of a Boltzmann machine stand for.</summary>
public enum VisibleUnits
{
    /// <summary>Probabilities: features from 0 to 1.</summary>
    Bernoulli,

    /// <summary>Any numbers: each feature is brought to mean 0 and deviation 1 first, and has unit noise.</summary>
    Gaussian,
}
