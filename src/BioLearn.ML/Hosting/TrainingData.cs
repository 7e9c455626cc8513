using System.Globalization;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Sparse;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// The rows of a data view in memory, read in one pass: features as one dense row-major matrix in 64-byte aligned memory, or what is set of
/// them, and the label and weight of each row. Rows with a missing label or weight are left out, rows with missing features are
/// left out or refused.
/// </summary>
internal sealed class TrainingData
{
    private const ulong MostClasses = 1 << 24;

    private readonly FeatureRows _features;
    private readonly List<int> _classes;
    private readonly List<float> _targets;
    private readonly List<float> _weights;
    private readonly SkippedRows _skipped = new();

    private TrainingData(int classCount, FeatureRows features, List<int> classes, List<float> targets, List<float> weights)
    {
        ClassCount = classCount;
        _features = features;
        _classes = classes;
        _targets = targets;
        _weights = weights;
    }

    public int Count => _features.Count;

    public int FeatureCount => _features.Width;

    /// <summary>Number of classes of a multiclass label, 2 for a binary one, 0 for regression.</summary>
    public int ClassCount { get; }

    /// <summary>Rows that were left out because a value was missing.</summary>
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

    /// <summary>Reads <paramref name="data"/> in one pass; sparse rows stay so (<see cref="FeatureRows"/>) only if asked for.</summary>
    /// <exception cref="InvalidOperationException">No row is left, a weight is negative, features are missing and may not be skipped, or there is no memory for the rows.</exception>
    public static TrainingData Read(IDataView data, PredictionTask task, TrainerOptions options, TrainingRun run, bool keepsSparse = false)
    {
        var columns = new TrainerColumns(task, options);
        var feature = columns.Feature.CheckIn(data.Schema);
        var label = columns.Label.CheckIn(data.Schema);
        var weight = columns.Weight?.CheckIn(data.Schema);

        var rows = new FeatureRows(((VectorDataViewType)feature.Type).Size, data.GetRowCount() ?? 0, keepsSparse);
        var result = new TrainingData(ClassesOf(task, label), rows, [], [], []);
        using var cursor = data.GetRowCursor(weight is { } w ? [feature, label, w] : [feature, label]);
        var featureReader = new FeatureReader(cursor, feature);
        var tryLabel = result.LabelReader(task, cursor, label);
        var getWeight = weight is { } column ? cursor.GetGetter<float>(column) : null;

        while (cursor.MoveNext())
        {
            if ((cursor.Position & 0xFFF) == 0)
                run.ThrowIfCancelled();
            ref readonly var features = ref featureReader.Read();
            if (!FeatureReader.IsFinite(features))
            {
                if (!options.SkipMissingFeatures)
                    throw new InvalidOperationException($"Row {cursor.Position} has a missing or infinite value in feature column '{feature.Name}'.");
                result._skipped.Add(feature.Name);
                continue;
            }

            float rowWeight = 1;
            getWeight?.Invoke(ref rowWeight);
            if (rowWeight < 0)
                throw new InvalidOperationException($"Row {cursor.Position} has the weight {rowWeight} in column '{weight!.Value.Name}'; weights must not be negative.");
            if (!float.IsFinite(rowWeight) || !tryLabel())
            {
                result._skipped.Add(float.IsFinite(rowWeight) ? label.Name : weight!.Value.Name);
                continue;
            }

            rows.Add(features);
            if (getWeight is not null)
                result._weights.Add(rowWeight);
        }

        rows.Complete();
        result.Tell(run, weight?.Name);
        return result;
    }

    /// <summary>The same rows with the binary question whether a row is of class <paramref name="positive"/>.</summary>
    public TrainingData AgainstOthers(int positive)
        => new(2, _features, _classes.ConvertAll(label => label == positive ? 1 : 0), [], _weights);

    /// <summary>Reads the label of the current row and keeps it; false if it is missing.</summary>
    private Func<bool> LabelReader(PredictionTask task, DataViewRow row, DataViewSchema.Column label)
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

    private static int ClassesOf(PredictionTask task, DataViewSchema.Column label) => task switch
    {
        PredictionTask.Multiclass => ((KeyDataViewType)label.Type).Count is <= MostClasses and var count
            ? (int)count
            : throw new InvalidOperationException($"The label column '{label.Name}' has {((KeyDataViewType)label.Type).Count} classes, at most {MostClasses} can be told apart; MapValueToKey numbers only those that occur."),
        PredictionTask.Binary => 2,
        _ => 0,
    };

    private void Tell(TrainingRun run, string? weightColumn)
    {
        if (SkippedCount > 0)
            run.Warning($"Skipped {SkippedCount} instances with missing features/label/weight during training: {_skipped}.");
        if (Count == 0)
            throw new InvalidOperationException(SkippedCount == 0
                ? "Training set has 0 instances, aborting training."
                : $"Training set has 0 instances without missing values ({SkippedCount} were skipped: {_skipped}), aborting training.");
        if (_weights.Count > 0 && _weights.TrueForAll(w => w == 0))
            throw new InvalidOperationException($"The weights of all {Count} rows in column '{weightColumn}' are 0; there is nothing to learn from.");
        run.Info($"{Count} examples, {FeatureCount} features" + (Sparse is { } sparse ? string.Create(CultureInfo.InvariantCulture, $", {(double)sparse.SetCount / Count:0.#} of them set on the mean") : "") + (ClassCount > 0 ? $", {ClassCount} classes" : ""));
    }
}

/// <summary>The columns that a trainer reads.</summary>
internal sealed class TrainerColumns(PredictionTask task, TrainerOptions options)
{
    public InputColumn Feature { get; } = InputColumn.FloatVector("feature", Named(options.FeatureColumnName, nameof(options.FeatureColumnName)));

    public InputColumn Label { get; } = task switch
    {
        PredictionTask.Multiclass => InputColumn.Key("label", Named(options.LabelColumnName, nameof(options.LabelColumnName))),
        PredictionTask.Binary => InputColumn.Boolean("label", Named(options.LabelColumnName, nameof(options.LabelColumnName))),
        _ => InputColumn.Float("label", Named(options.LabelColumnName, nameof(options.LabelColumnName))),
    };

    public InputColumn? Weight { get; } = options.ExampleWeightColumnName is { } name ? InputColumn.Float("weight", name) : null;

    private static string Named(string? name, string option)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, option);
        return name;
    }
}
