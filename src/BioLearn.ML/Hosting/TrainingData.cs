using System.Runtime.InteropServices;
using BioLearn.Kernels.Sparse;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Rows of a data view in memory, read in one pass, all or a block of them: features as one dense row-major matrix in 64-byte aligned memory, or what is set of
/// them, and the label and weight of each row. Rows with a missing label or weight are left out, rows with missing features are
/// left out or refused.
/// </summary>
internal sealed class TrainingData
{
    private readonly FeatureRows _features;
    private readonly List<int> _classes;
    private readonly List<float> _targets;
    private readonly List<float> _weights;
    private readonly SkippedRows _skipped;

    private TrainingData(int classCount, FeatureRows features, List<int> classes, List<float> targets, List<float> weights, SkippedRows skipped)
    {
        ClassCount = classCount;
        _features = features;
        _classes = classes;
        _targets = targets;
        _weights = weights;
        _skipped = skipped;
    }

    public int Count => _features.Count;

    public int FeatureCount => _features.Width;

    /// <summary>Number of classes of a multiclass label, 2 for a binary one, 0 for regression.</summary>
    public int ClassCount { get; }

    /// <summary>Whether the feature column says that it has been normalized.</summary>
    public bool IsNormalized { get; private init; }

    /// <summary>Rows that were left out because a value was missing, in this block and in those before.</summary>
    public long SkippedCount => _skipped.Count;

    /// <summary>All features, [Count, FeatureCount]; spread out at the first call where they are <see cref="Sparse"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no memory for them.</exception>
    public ReadOnlyMemory<float> Features => _features.Dense.Memory;

    /// <summary>Features of which few are set; null where rows are dense.</summary>
    public SparseRows<float>? Sparse => _features.Sparse;

    /// <summary>Classes from 0 (multiclass), 0 and 1 (binary); empty for regression.</summary>
    public ReadOnlySpan<int> Classes => CollectionsMarshal.AsSpan(_classes);

    /// <summary>Targets of regression; empty otherwise.</summary>
    public ReadOnlySpan<float> Targets => CollectionsMarshal.AsSpan(_targets);

    /// <summary>Example weights; empty if no weight column was named.</summary>
    public ReadOnlySpan<float> Weights => CollectionsMarshal.AsSpan(_weights);

    /// <summary>What each row asks; null where rows ask nothing.</summary>
    public InstructionRows? Instructions { get; private init; }

    /// <inheritdoc cref="TrainingDataReader.ReadAll"/>
    public static TrainingData Read(IDataView data, PredictionTask task, TrainerOptions options, TrainingRun run, bool keepsSparse = false, bool validates = false) =>
        new TrainingDataReader(data, task, options, run, keepsSparse, validates).ReadAll();

    /// <summary>The same rows with the binary question whether a row is of class <paramref name="positive"/>.</summary>
    public TrainingData AgainstOthers(int positive)
        => new(2, _features, _classes.ConvertAll(label => label == positive ? 1 : 0), [], _weights, _skipped) { IsNormalized = IsNormalized, Instructions = Instructions };

    /// <summary>No rows yet.</summary>
    internal static TrainingData Empty(int classCount, FeatureRows features, bool isNormalized, InstructionForm? instruction, SkippedRows skipped) =>
        new(classCount, features, [], [], [], skipped) { IsNormalized = isNormalized, Instructions = instruction is { } form ? new(form) : null };

    internal void Add(in VBuffer<float> features, float? weight, InstructionReader? instruction)
    {
        _features.Add(features);
        if (instruction is not null)
            Instructions!.Add(instruction);
        if (weight is { } given)
            _weights.Add(given);
    }

    internal void Complete() => _features.Complete();

    /// <summary>Reads the label of the current row and keeps it; false if it is missing.</summary>
    internal Func<bool> LabelReader(PredictionTask task, DataViewRow row, DataViewSchema.Column label)
    {
        switch (task)
        {
            case PredictionTask.Multiclass:
                var getKey = row.GetGetter<uint>(label);
                return () =>
                {
                    uint key = 0;
                    getKey(ref key);
                    if (key == 0 || key > ClassCount)
                        return false;
                    _classes.Add((int)key - 1);
                    return true;
                };
            case PredictionTask.Binary:
                var getBool = row.GetGetter<bool>(label);
                return () =>
                {
                    bool positive = false;
                    getBool(ref positive);
                    _classes.Add(positive ? 1 : 0);
                    return true;
                };
            default:
                var getFloat = row.GetGetter<float>(label);
                return () =>
                {
                    float target = 0;
                    getFloat(ref target);
                    if (!float.IsFinite(target))
                        return false;
                    _targets.Add(target);
                    return true;
                };
        }
    }
}
