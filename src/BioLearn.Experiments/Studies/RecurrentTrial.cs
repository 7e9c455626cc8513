using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using Microsoft.ML;

namespace BioLearn.Experiments.Studies;

/// <summary>How the units of a recurrent network learn.</summary>
public enum UnitFeedback
{
    /// <summary>Fixed random weights carry the error to them (RFLO, Murray 2019).</summary>
    Random,

    /// <summary>The readout's weights carry the error.</summary>
    Symmetric,

    /// <summary>They do not; the readout alone learns.</summary>
    None,
}

/// <summary>What a recurrent network taught online makes of pictures that it reads row by row, naming the class after the last row.</summary>
/// <remarks>One row, its iteration the number of epochs: <c>test-error</c>, share of the test pictures whose class was not found.</remarks>
public sealed class RecurrentTrial : ITrial
{
    /// <summary>The pictures.</summary>
    public required DataSource Data { get; init; }

    /// <summary>How units learn. Default: random.</summary>
    public UnitFeedback Feedback { get; init; }

    /// <summary>Recurrent units; at least 1. Default: 100.</summary>
    public int Units { get; init; } = 100;

    /// <summary>Leak of the units, above 0 and at most 1. Default: 0.2.</summary>
    public double Leak { get; init; } = .2;

    /// <summary>Learning rate of Adam; above 0. Default: 0.001.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Pictures of a step; at least 1. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Epochs; at least 1. Default: 5.</summary>
    public int Epochs { get; init; } = 5;

    /// <summary>Training pictures, the first of the set; 0 for all. Default: 0.</summary>
    public int TrainingPictures { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        MLContext mlContext = new(context.SeedNumber);
        // Before the trainer: the context gives each of its components a seed, one after the other.
        IDataView training = PictureRows.Numbered(mlContext, Data.Training.First(TrainingPictures)), test = PictureRows.Numbered(mlContext, Data.Test);
        var model = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.RandomFeedbackLocalOnline(new RecurrentOptions
            {
                TimeSteps = Data.Shape.Height,
                NormalizeFeatures = NormalizeFeatures.No, // pixels have one scale
                NumberOfUnits = Units,
                Leak = Leak,
                SymmetricFeedback = Feedback == UnitFeedback.Symmetric,
                LearnUnits = Feedback != UnitFeedback.None,
                Optimizer = OptimizerSettings.Adam(LearningRate),
                BatchSize = BatchSize,
                NumberOfEpochs = Epochs,
                CancellationToken = context.Cancellation,
            }))
            .Fit(training);
        context.Record(Epochs, ("test-error", 1 - mlContext.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy));
    }
}
