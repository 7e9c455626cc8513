namespace BioLearn.ML.Networks;

/// <summary>Whether a trainer brings the features to one scale itself, as ML.NET's own trainers may.</summary>
public enum NormalizeFeatures
{
    /// <summary>
    /// Normalizes, but for a column that says that it is normalized and whose features are mostly zero or lie around zero (as behind
    /// <c>NormalizeMeanVariance</c> with <c>fixZero: false</c>), and for images (<see cref="NetworkOptions.InputShape"/>) with values from -1 to 1. The default.
    /// </summary>
    Auto,

    /// <summary>Normalizes always.</summary>
    Yes,

    /// <summary>Leaves the features as they are, and warns where <see cref="Auto"/> would normalize.</summary>
    Warn,

    /// <summary>Leaves the features as they are.</summary>
    No,
}
