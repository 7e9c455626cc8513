namespace BioLearn.ML.Networks;

/// <summary>Refuses convolutions for rules that are defined on fully connected layers.</summary>
internal static class DenseNetworks
{
    /// <exception cref="ArgumentException">A layer is a convolution.</exception>
    public static void Require(NetworkSpec network, string rule)
    {
        if (network.Synaptic.Any(l => l.IsConvolution))
            throw new ArgumentException($"{rule} is implemented for fully connected layers; use Dense layers.", nameof(network));
    }
}
