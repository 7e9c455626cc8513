using System.Runtime.CompilerServices;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Naming from one example, and the classifier that it is measured against.</summary>
public static class NamingCatalog
{
    /// <summary>Names from one example each: concept cells taught by a novelty-modulated rule, on any column of features.</summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="labelColumnName">The label, a key column: the names.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length: spike counts, activations of a network, or others that are not negative.</param>
    /// <param name="noveltyFactor">λ, by which the first five examples are learned faster; above 0.</param>
    /// <returns>
    /// The trainer. Scores are sums of currents, not probabilities. With <see cref="TeachName(PredictionTransformer{NamingModelParameters}, string, float[][])"/>
    /// the fitted transformer learns further names without touching those it has.
    /// </returns>
    /// <remarks>Novelty-modulated rule of "Recollection hypothesis", arXiv 2101.04137 and bioRxiv 2024.02.05.578854; see docs/naming.md.</remarks>
    public static BioLearnTrainer<NamingModelParameters> OneShotNaming(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        double noveltyFactor = 65) =>
        trainers.OneShotNaming(new OneShotNamingOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            NoveltyFactor = noveltyFactor,
        });

    /// <inheritdoc cref="OneShotNaming(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, double)"/>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns, rule, rates and read-out.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<NamingModelParameters> OneShotNaming(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, OneShotNamingOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        return NamingModelParameters.Trainer(MlNetInterop.Environment(trainers), options);
    }

    /// <summary>
    /// Teaches one more name, or shows a known one more examples. The given transformer stays as it is; in the new one every other name's
    /// connections are the same. Under <see cref="NamingRule.AsIntended"/> the weakening of other names is therefore left out here.
    /// </summary>
    /// <param name="transformer">Fitted concept cells.</param>
    /// <param name="name">The name; the label that the cells were fitted with must have text values.</param>
    /// <param name="examples">Rows of features; the first <see cref="OneShotNamingOptions.NovelExampleCount"/> are novel.</param>
    /// <returns>A transformer that knows the name.</returns>
    /// <exception cref="ArgumentException">There is no example, or one has another length or missing features.</exception>
    /// <exception cref="InvalidOperationException">The label's values are unknown or not text.</exception>
    public static PredictionTransformer<NamingModelParameters> TeachName(
        this PredictionTransformer<NamingModelParameters> transformer, string name, params float[][] examples)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(examples);
        var values = transformer.LabelValues
            ?? throw new InvalidOperationException("The label that these cells were fitted with has no values; fit them with names (MapValueToKey).");
        int known = Array.FindIndex(values.Names, value => value.Span.SequenceEqual(name));
        return transformer.With(transformer.Model.Teach(known < 0 ? values.Count : known, examples), known < 0 ? values.Append(name) : values);
    }

    /// <inheritdoc cref="TeachName(PredictionTransformer{NamingModelParameters}, string, float[][])"/>
    /// <param name="transformer">Fitted concept cells.</param>
    /// <param name="name">The name.</param>
    /// <param name="examples">Rows with the feature column; every row is an example of the name.</param>
    public static PredictionTransformer<NamingModelParameters> TeachName(
        this PredictionTransformer<NamingModelParameters> transformer, string name, IDataView examples)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(examples);
        InputColumn.FloatVector("feature", transformer.FeatureColumnName).CheckIn(examples.Schema, transformer.Model.FeatureCount);
        return transformer.TeachName(name, [.. examples.GetColumn<float[]>(transformer.FeatureColumnName)]);
    }

    /// <summary>An exact support vector classifier with radial basis functions, for small sets; ML.NET's own <c>LinearSvm</c> is linear.</summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="labelColumnName">The label, a key column of two classes or more.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length.</param>
    /// <param name="cost">C, the largest weight of a training point; above 0.</param>
    /// <param name="gamma">γ of exp(-γ |x - y|²), above 0; null takes 1 / number of features.</param>
    /// <returns>The trainer. Scores are votes of the pairs of classes; probabilities with <see cref="RbfSvmOptions.EstimateProbabilities"/>.</returns>
    /// <remarks>
    /// Sequential minimal optimization as in libsvm (Fan, Chen and Lin 2005), in closed form for two rows; one against one for more classes.
    /// Memory and time grow with the square of the rows of two classes.
    /// </remarks>
    public static BioLearnTrainer<RbfSvmModelParameters> RbfSvm(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        double cost = 1,
        double? gamma = null) =>
        trainers.RbfSvm(new RbfSvmOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName, Cost = cost, Gamma = gamma });

    /// <inheritdoc cref="RbfSvm(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, double, double?)"/>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns and hyper-parameters.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RbfSvmModelParameters> RbfSvm(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, RbfSvmOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        return RbfSvmModelParameters.Trainer(MlNetInterop.Environment(trainers), options);
    }
}
