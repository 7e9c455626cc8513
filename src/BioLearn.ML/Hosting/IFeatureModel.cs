namespace BioLearn.ML.Hosting;

/// <summary>What was learned from features alone. The members that compute and save are of no use outside BioLearn and stay internal.</summary>
/// <typeparam name="TSelf">The model itself.</typeparam>
public interface IFeatureModel<TSelf> : ITensorSource
    where TSelf : class, IFeatureModel<TSelf>
{
    /// <summary>Length of the feature vector that goes in.</summary>
    int FeatureCount { get; }

    /// <summary>The name that stands in saved models. It never changes, whatever the type is called.</summary>
    internal static abstract string ComponentName { get; }

    /// <summary>Version of what <see cref="Save"/> writes; <see cref="Load"/> reads all up to this one.</summary>
    internal static virtual int Version => 1;

    /// <summary>What the model can make of a row; the first is its main output.</summary>
    internal IReadOnlyList<FeatureOutput> Outputs { get; }

    /// <summary>Whether NaN in a row that is transformed means "unknown"; otherwise its outputs are NaN too.</summary>
    internal static virtual bool TakesUnknownFeatures => false;

    /// <summary>Starts computing: the delegate may keep scratch memory for <paramref name="capacity"/> rows and serves one thread.</summary>
    internal FeatureMapper CreateMapper(int capacity);

    internal void Save(ModelWriter writer);

    internal static abstract TSelf Load(ModelReader reader);
}

/// <param name="Kind">Its column type.</param>
/// <param name="Width">Length of a vector; 1 otherwise.</param>
internal readonly record struct FeatureOutput(FeatureOutputKind Kind, int Width)
{
    public static FeatureOutput Vector(int width) => new(FeatureOutputKind.Vector, width);

    public static FeatureOutput Number => new(FeatureOutputKind.Number, 1);

    /// <summary>Computed as 0 or 1.</summary>
    public static FeatureOutput Flag => new(FeatureOutputKind.Flag, 1);
}

internal enum FeatureOutputKind
{
    Vector,
    Number,
    Flag,
}

/// <param name="features">[rows, FeatureCount].</param>
/// <param name="rows">Number of rows, at most the capacity.</param>
/// <param name="outputs">[rows, width] for each output, empty for those that nobody wants.</param>
internal delegate void FeatureMapper(ReadOnlySpan<float> features, int rows, float[][] outputs);
