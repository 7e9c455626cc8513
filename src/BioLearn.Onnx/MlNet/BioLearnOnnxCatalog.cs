using System.Runtime.CompilerServices;
using BioLearn.ML.Hosting;
using BioLearn.Onnx;
using BioLearn.Onnx.Recollection;

namespace Microsoft.ML;

/// <summary>What BioLearn.Onnx adds to ML.NET's catalogs.</summary>
public static class BioLearnOnnxCatalog
{
    /// <summary>
    /// Recollects images: runs each through a pretrained network, then sends a cue backwards through the same weights to the image.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the recollected image.</param>
    /// <param name="inputColumnName">Column of the images; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="model">The network: an .onnx file, or the name of a model at hand (<see cref="BioLearn.Onnx.Models.ModelCatalog"/>).</param>
    /// <param name="cue">What starts the recollection; null takes the predicted class.</param>
    /// <param name="recollection">The variant; null takes the most readable one.</param>
    /// <param name="batchSize">Rows that run through the network together.</param>
    /// <returns>The estimator; its remarks describe the columns.</returns>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    /// <exception cref="BioLearn.Onnx.Graph.OnnxModelException">The model cannot be run or reversed.</exception>
    /// <example><code>
    /// var pipeline = mlContext.Transforms.LoadImages("Image", "photos", "Path")
    ///     .Append(mlContext.Transforms.RecollectImage("Recollection", "Image", "alexnet-caltech101"));
    /// </code></example>
    public static RecollectionEstimator RecollectImage(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        string model,
        Cue? cue = null,
        RecollectionOptions? recollection = null,
        int batchSize = 16)
        => RecollectImage(catalog, new RecollectionEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Model = model,
            Cue = cue ?? Cue.PredictedClass,
            Recollection = recollection ?? new RecollectionOptions(),
            BatchSize = batchSize,
        });

    /// <inheritdoc cref="RecollectImage(TransformsCatalog, string, string, string, Cue, RecollectionOptions, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, network, cue, variant, batches, device.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static RecollectionEstimator RecollectImage(this TransformsCatalog catalog, RecollectionEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MlNetInterop.Environment(catalog), options);
    }

    /// <summary>Gives the activation of a level of a pretrained network as a vector, to feed trainers.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the activation.</param>
    /// <param name="inputColumnName">Column of images, or of vectors that are the network's input already; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="model">The network: an .onnx file, or the name of a model at hand (<see cref="BioLearn.Onnx.Models.ModelCatalog"/>).</param>
    /// <param name="level">The level: a number counted from the output, or a name; null takes 1, the last hidden layer.</param>
    /// <param name="batchSize">Rows that run through the network together.</param>
    /// <returns>The estimator; its remarks describe the columns.</returns>
    /// <exception cref="FileNotFoundException">There is no such model.</exception>
    /// <exception cref="BioLearn.Onnx.Graph.OnnxModelException">The model cannot be run.</exception>
    /// <exception cref="ArgumentException">The network has no such level.</exception>
    /// <example><code>
    /// var pipeline = mlContext.Transforms.LoadImages("Image", "photos", "Path")
    ///     .Append(mlContext.Transforms.CnnActivations("Features", "Image", "alexnet-caltech101"))
    ///     .Append(mlContext.Transforms.Conversion.MapValueToKey("Label"))
    ///     .Append(mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy());
    /// </code></example>
    public static CnnActivationsEstimator CnnActivations(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        string model,
        LevelReference? level = null,
        int batchSize = 16)
        => CnnActivations(catalog, new CnnActivationsEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Model = model,
            Level = level ?? 1,
            BatchSize = batchSize,
        });

    /// <inheritdoc cref="CnnActivations(TransformsCatalog, string, string, string, LevelReference?, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, network, level, batches, device.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static CnnActivationsEstimator CnnActivations(this TransformsCatalog catalog, CnnActivationsEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MlNetInterop.Environment(catalog), options);
    }
}
