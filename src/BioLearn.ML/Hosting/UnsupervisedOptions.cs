namespace BioLearn.ML.Hosting;

/// <summary>The options that every BioLearn transform has that learns from features alone.</summary>
public class UnsupervisedOptions
{
    /// <summary>Name of the column with what the model makes of a row.</summary>
    public string OutputColumnName { get; set; } = "Features";

    /// <summary>The features: a vector of Single whose length is known. Null takes <see cref="OutputColumnName"/>.</summary>
    public string? InputColumnName { get; set; }

    /// <summary>Seed of all random numbers of the transform; null takes it from the seed of the <c>MLContext</c>.</summary>
    public int? Seed { get; set; }

    /// <summary>Whether <c>Fit</c> leaves out rows with missing (NaN) or infinite features with a warning, or refuses them.</summary>
    public bool SkipMissingFeatures { get; set; } = true;

    /// <summary>Threads that <c>Fit</c> may use; at least 1, null for as many as there are cores. The result does not depend on it. Default: null.</summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>Stops <c>Fit</c> with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    /// <summary>Hears of every epoch, on the thread that learns.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    internal int Threads => NumberOfThreads ?? Environment.ProcessorCount;

    internal string Input => string.IsNullOrEmpty(InputColumnName) ? OutputColumnName : InputColumnName;

    internal virtual void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(OutputColumnName);
        Guard.AtLeast(NumberOfThreads ?? 1, 1, nameof(NumberOfThreads));
    }

    /// <summary>Columns in the order of the model's outputs; null where nobody wants one.</summary>
    internal virtual IReadOnlyList<string?> OutputColumns => [OutputColumnName];
}
