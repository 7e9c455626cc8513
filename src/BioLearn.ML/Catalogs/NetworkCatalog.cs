using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace Microsoft.ML;

/// <summary>What a trained network gives beside its predictions, as transforms.</summary>
public static class NetworkCatalog
{
    /// <summary>
    /// What the units of one layer of a trained network do on a row, h_l, after pooling and the like: features for the trainer that follows. The
    /// network is saved with the pipeline.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the activities, a vector of Single, as long as the layer's output.</param>
    /// <param name="model">The trained network, such as <c>trainer.Fit(data).Model</c>; it must not be disposed while the transform is in use.</param>
    /// <param name="layer">Layer l, from 1 for the first above the input to the number of layers (<c>model.Spec.Graph</c>) for the outputs y.</param>
    /// <param name="inputColumnName">The features that the network reads, a vector of Single of its length; null takes <paramref name="outputColumnName"/>.</param>
    /// <returns>The estimator; fitting it reads no row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The network has no such layer.</exception>
    /// <remarks>A network that predicts by settling gives the states in which it has settled. A row with a missing (NaN) or infinite feature gives NaN.</remarks>
    public static FittedModelEstimator<HiddenActivations> HiddenActivations(
        this TransformsCatalog catalog, string outputColumnName, NetworkModelParameters model, int layer = 1, string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MlNetInterop.Environment(catalog), new HiddenActivations(model, layer), outputColumnName, inputColumnName);
    }
}
