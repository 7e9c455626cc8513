using BioLearn.ML.Hosting;

namespace BioLearn.ML.Hosting;

/// <summary>The options that every BioLearn trainer has.</summary>
public class TrainerOptions
{
    /// <summary>The label: a key column for multiclass, Boolean for binary classification, Single for regression.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>The features: a vector of Single whose length is known.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>Weight of each example, a Single column, or null for equal weights. Weights must not be negative.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>Seed of all random numbers of the trainer; null takes it from the seed of the <c>MLContext</c>.</summary>
    public int? Seed { get; set; }

    /// <summary>Whether rows with missing (NaN) or infinite features are left out with a warning, as ML.NET's own trainers do, or refused.</summary>
    public bool SkipMissingFeatures { get; set; } = true;

    /// <summary>The columns of what each row asks; null of trainers that are asked nothing.</summary>
    internal virtual InstructionColumns? Instruction => null;

    /// <summary>Stops <c>Fit</c> with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Hears of every epoch, on the thread that trains.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }
}
