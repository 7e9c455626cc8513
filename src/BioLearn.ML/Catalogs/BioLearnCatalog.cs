using System.Runtime.CompilerServices;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Spiking;

namespace Microsoft.ML;

/// <summary>What BioLearn.ML adds to ML.NET's catalogs.</summary>
public static class BioLearnCatalog
{
    /// <summary>
    /// Lets <paramref name="mlContext"/> load saved pipelines that contain BioLearn components. Needed only in a process
    /// that loads a model without having made a BioLearn trainer or transform first; calling it again changes nothing.
    /// </summary>
    /// <param name="mlContext">The context.</param>
    /// <returns>The same context.</returns>
    /// <example><code>
    /// var mlContext = new MLContext().UseBioLearn();
    /// var model = mlContext.Model.Load("model.zip", out var schema);
    /// </code></example>
    public static MLContext UseBioLearn(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ComponentManifest.Register(mlContext);
        return mlContext;
    }

    /// <summary>Trains a BioLearn binary trainer once for each class, class against all others.</summary>
    /// <typeparam name="TModel">The binary trainer's model parameters.</typeparam>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="binaryTrainer">The binary trainer; its feature and weight columns and its seed are used.</param>
    /// <param name="labelColumnName">The label, a key column.</param>
    /// <returns>A multiclass trainer whose scores are the class probabilities.</returns>
    /// <exception cref="ArgumentException"><paramref name="binaryTrainer"/> is not a binary trainer.</exception>
    public static BioLearnTrainer<OneVersusAllModel<TModel>> OneVersusAll<TModel>(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        BioLearnTrainer<TModel> binaryTrainer,
        string labelColumnName = "Label")
        where TModel : class, IPredictionModel<TModel>
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(binaryTrainer);
        var binary = binaryTrainer.Definition.Options;
        return OneVersusAllModel<TModel>.Trainer(MlNetInterop.Environment(trainers), binaryTrainer, new TrainerOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = binary.FeatureColumnName,
            ExampleWeightColumnName = binary.ExampleWeightColumnName,
            Seed = binary.Seed,
            SkipMissingFeatures = binary.SkipMissingFeatures,
            CancellationToken = binary.CancellationToken,
            Progress = binary.Progress,
        });
    }

    /// <summary>Completes degraded patterns: a meta-trained plastic network memorizes the rows that it is fitted on.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the completed pattern.</param>
    /// <param name="inputColumnName">Column of patterns; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="networkPath">File of a meta-trained network.</param>
    /// <returns>The estimator; its remarks describe the columns.</returns>
    /// <exception cref="InvalidDataException">The file holds no such network.</exception>
    public static AssociativeMemoryEstimator AssociativeMemory(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, string networkPath)
        => AssociativeMemory(catalog, new AssociativeMemoryEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            NetworkPath = networkPath,
        });

    /// <inheritdoc cref="AssociativeMemory(TransformsCatalog, string, string, string)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, and the network or how to meta-train it.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static AssociativeMemoryEstimator AssociativeMemory(this TransformsCatalog catalog, AssociativeMemoryEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MlNetInterop.Environment(catalog), options);
    }

    /// <summary>Turns images into spike times: grey, resized, difference of Gaussians, rank-order latency code.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the spike times.</param>
    /// <param name="inputColumnName">Column of images.</param>
    /// <returns>The estimator; its remarks describe the columns.</returns>
    public static SpikeLatencyCodeEstimator SpikeLatencyCode(this TransformsCatalog catalog, string outputColumnName, string inputColumnName)
        => SpikeLatencyCode(catalog, new SpikeLatencyCodeEstimator.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName });

    /// <inheritdoc cref="SpikeLatencyCode(TransformsCatalog, string, string)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, size, receptive fields.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static SpikeLatencyCodeEstimator SpikeLatencyCode(this TransformsCatalog catalog, SpikeLatencyCodeEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MlNetInterop.Environment(catalog), options);
    }

    /// <summary>Learns visual features without labels: a spiking convolutional network with spike-timing-dependent plasticity.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the features, one an output map.</param>
    /// <param name="inputColumnName">Column of images.</param>
    /// <param name="network">The network and how it learns; null for <see cref="SpikingNetworkOptions.FaceMotor"/>.</param>
    /// <returns>The estimator; its remarks describe the columns.</returns>
    public static SpikingFeaturesEstimator SpikingFeatures(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName, SpikingNetworkOptions? network = null)
        => SpikingFeatures(catalog, new SpikingFeaturesEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Network = network ?? SpikingNetworkOptions.FaceMotor,
        });

    /// <inheritdoc cref="SpikingFeatures(TransformsCatalog, string, string, SpikingNetworkOptions)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, the network, checkpoints.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static SpikingFeaturesEstimator SpikingFeatures(this TransformsCatalog catalog, SpikingFeaturesEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MlNetInterop.Environment(catalog), options);
    }

    /// <summary>Compares completed patterns with the originals.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="data">Rows with both.</param>
    /// <param name="originalColumnName">The whole patterns.</param>
    /// <param name="completedColumnName">What a memory made of degraded ones.</param>
    /// <returns>Wrong signs, complete patterns, mean absolute error.</returns>
    public static PatternCompletionMetrics EvaluatePatternCompletion(
        this MLContext mlContext, IDataView data, string originalColumnName, string completedColumnName)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(data);
        return PatternCompletionMetrics.Of(data, originalColumnName, completedColumnName);
    }
}
