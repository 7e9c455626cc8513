using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.Experiments.Studies;

/// <summary>A linear readout by softmax regression with Adam, as a <see cref="FeaturesTrial"/> does it.</summary>
public sealed record SoftmaxReadout
{
    /// <summary>Whether features are brought to mean 0 and variance 1 first. Default: yes.</summary>
    public bool Normalize { get; init; } = true;

    /// <summary>Share of the features that are silent in a step, in [0, 1). Default: 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Rows a step; at least 1. Default: 100.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Rate of Adam, above 0. Default: 1e-3.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Epochs after which the rate falls. Default: none.</summary>
    public int[] LearningRateSteps { get; init; } = [];

    /// <summary>Factor on the rate after each of these, in (0, 1]. Default: 0.1.</summary>
    public double LearningRateStepFactor { get; init; } = 0.1;

    /// <summary>Share of the rows held out whose class is not found.</summary>
    internal double Error(MLContext mlContext, IDataView learned, IDataView held, string column, int epochs, CancellationToken cancellation)
    {
        var labelled = mlContext.Transforms.Conversion.MapValueToKey("Label");
        var trainer = mlContext.MulticlassClassification.Trainers.LearningRule(new BioLearn.ML.Rules.Backpropagation(), new NetworkOptions
        {
            FeatureColumnName = column,
            HiddenUnits = [],
            Layers = Dropout > 0 ? [new Dropout(Dropout)] : null,
            Optimizer = OptimizerSettings.Adam(LearningRate),
            LearningRateSteps = LearningRateSteps,
            LearningRateStepFactor = LearningRateStepFactor,
            BatchSize = BatchSize,
            NumberOfEpochs = epochs,
            NormalizeFeatures = Normalize ? default : NormalizeFeatures.No,
            NumberOfThreads = 1,
            CancellationToken = cancellation,
        });
        var readout = Normalize
            ? labelled.Append(mlContext.Transforms.NormalizeMeanVariance(column, fixZero: false)).Append(trainer).Fit(learned)
            : labelled.Append(trainer).Fit(learned);
        return 1 - mlContext.MulticlassClassification.Evaluate(readout.Transform(held)).MicroAccuracy;
    }
}
