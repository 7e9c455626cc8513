using System.Runtime.CompilerServices;
using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace Microsoft.ML;

/// <summary>Networks that are asked something beside each row's features: <c>mlContext.MulticlassClassification.Trainers.InstructedNetwork()</c>.</summary>
public static class InstructedCatalog
{
    /// <summary>
    /// A network that answers what each row asks: an instruction comes down the network first and opens the units that will answer, then the
    /// features go up through these. Counter-Hebb learning teaches both directions.
    /// </summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="labelColumnName">The label, a key column: the answer to what the row asks.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length.</param>
    /// <param name="instructionColumnName">What the row asks: a key column (the task), or a vector of Single of known length (any instruction but zeros).</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam, above 0; null takes 1e-3.</param>
    /// <param name="numberOfEpochs">Passes over the data, at least 1; null takes as many as make some 2,000 steps on a small table, 20 on a larger one.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Abel and Ullman, "Biologically inspired learning model for instructed vision", NeurIPS (2024).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> InstructedNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string instructionColumnName = "Instruction",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double? learningRate = null,
        int? numberOfEpochs = null) =>
        trainers.InstructedNetwork(Options(labelColumnName, featureColumnName, instructionColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <inheritdoc cref="InstructedNetwork(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, string, string, IReadOnlyList{int}, double?, int?)" path="/summary"/>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns (a key column as label), network, top-down network and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Abel and Ullman, "Biologically inspired learning model for instructed vision", NeurIPS (2024).</remarks>
    /// <exception cref="ArgumentException">An option is out of range, or the network cannot be instructed (thrown by <c>Fit</c>).</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<NetworkModelParameters> InstructedNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, InstructedNetworkOptions options) =>
        InstructedTrainer.Create(trainers, PredictionTask.Multiclass, options);

    /// <summary>
    /// A network that says yes or no to what each row asks: an instruction comes down the network first and opens the units that will answer, then
    /// the features go up through these. Counter-Hebb learning teaches both directions.
    /// </summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column: the answer to what the row asks.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length.</param>
    /// <param name="instructionColumnName">What the row asks: a key column (the task), or a vector of Single of known length (any instruction but zeros).</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam, above 0; null takes 1e-3.</param>
    /// <param name="numberOfEpochs">Passes over the data, at least 1; null takes as many as make some 2,000 steps on a small table, 20 on a larger one.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Abel and Ullman, "Biologically inspired learning model for instructed vision", NeurIPS (2024).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> InstructedNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string instructionColumnName = "Instruction",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double? learningRate = null,
        int? numberOfEpochs = null) =>
        trainers.InstructedNetwork(Options(labelColumnName, featureColumnName, instructionColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <inheritdoc cref="InstructedNetwork(BinaryClassificationCatalog.BinaryClassificationTrainers, string, string, string, string, IReadOnlyList{int}, double?, int?)" path="/summary"/>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns (a Boolean column as label), network, top-down network and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Abel and Ullman, "Biologically inspired learning model for instructed vision", NeurIPS (2024).</remarks>
    /// <exception cref="ArgumentException">An option is out of range, or the network cannot be instructed (thrown by <c>Fit</c>).</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<NetworkModelParameters> InstructedNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, InstructedNetworkOptions options) =>
        InstructedTrainer.Create(trainers, PredictionTask.Binary, options);

    private static InstructedNetworkOptions Options(
        string label, string features, string instruction, string? weights, IReadOnlyList<int>? hiddenUnits, double? learningRate, int? epochs)
    {
        InstructedNetworkOptions options = new()
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            InstructionColumnName = instruction,
            ExampleWeightColumnName = weights,
            Optimizer = learningRate is { } rate ? OptimizerSettings.Adam(rate) : null,
            NumberOfEpochs = epochs,
        };
        options.HiddenUnits = hiddenUnits ?? options.HiddenUnits;
        return options;
    }
}
