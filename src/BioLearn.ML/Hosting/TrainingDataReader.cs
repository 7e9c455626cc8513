using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Reads rows to learn from: all at once, or some at a time where memory has not room for all.</summary>
/// <param name="data">The rows.</param>
/// <param name="task">What is predicted.</param>
/// <param name="options">The columns, and what is done with missing values.</param>
/// <param name="run">Log and cancellation.</param>
/// <param name="keepsSparse">Whether sparse rows stay so (<see cref="FeatureRows"/>).</param>
/// <param name="validates">Whether the rows are only measured on, for messages.</param>
internal sealed class TrainingDataReader(IDataView data, PredictionTask task, TrainerOptions options, TrainingRun run, bool keepsSparse, bool validates = false)
{
    private const ulong MostClasses = 1 << 24;

    private readonly TrainerColumns _columns = new(task, options);
    private bool _told;

    /// <summary>Reads all rows in one pass.</summary>
    /// <exception cref="InvalidOperationException">No row is left, a weight is negative, features are missing and may not be skipped, or there is no memory for the rows.</exception>
    public TrainingData ReadAll()
    {
        SkippedRows skipped = new();
        TrainingData all = Blocks(int.MaxValue, skipped).FirstOrDefault() ?? throw NoRows(skipped);
        Tell(all.Count, HasWeight(all), skipped);
        string sparse = all.Sparse is { } rows ? string.Create(CultureInfo.InvariantCulture, $", {(double)rows.SetCount / all.Count:0.#} of them set on the mean") : "";
        run.Info($"{all.Count} examples, {all.FeatureCount} features{sparse}{(all.ClassCount > 0 ? $", {all.ClassCount} classes" : "")}");
        return all;
    }

    /// <summary>Rows of the data, those that will be left out included; counts them where the data cannot say.</summary>
    public long CountRows()
    {
        if (data.GetRowCount() is { } known)
            return known;
        long count = 0;
        using var cursor = data.GetRowCursor([]);
        while (cursor.MoveNext())
            count++;
        return count;
    }

    /// <summary>
    /// Reads all rows in one pass, some at a time, and says once what <see cref="ReadAll"/> says of all of them. A block is read when it is asked
    /// for, into memory of its own.
    /// </summary>
    /// <param name="rows">Rows of a block, at least 1; the last may have fewer.</param>
    /// <exception cref="InvalidOperationException">As of <see cref="ReadAll"/>.</exception>
    public IEnumerable<TrainingData> ReadBlocks(int rows)
    {
        SkippedRows skipped = new();
        long count = 0;
        bool weighs = false;
        foreach (TrainingData block in Blocks(rows, skipped))
        {
            count += block.Count;
            weighs |= HasWeight(block);
            yield return block;
        }
        if (count == 0)
            throw NoRows(skipped);
        Tell(count, weighs, skipped);
    }

    private IEnumerable<TrainingData> Blocks(int rows, SkippedRows skipped)
    {
        var feature = _columns.Feature.CheckIn(data.Schema);
        var label = _columns.Label.CheckIn(data.Schema);
        var weight = _columns.Weight?.CheckIn(data.Schema);
        using var cursor = data.GetRowCursor(_columns.All.Select(column => column.CheckIn(data.Schema)));
        var features = new FeatureReader(cursor, feature);
        var instruction = _columns.Instruction is { } asked ? new InstructionReader(cursor, asked.CheckIn(data.Schema)) : null;
        var getWeight = weight is { } column ? cursor.GetGetter<float>(column) : null;
        for (bool more = true; more;)
        {
            var block = TrainingData.Empty(ClassesOf(label), new FeatureRows(features.Length, Math.Min(data.GetRowCount() ?? 0, rows), keepsSparse), feature.IsNormalized(), instruction?.Form, skipped);
            var tryLabel = block.LabelReader(task, cursor, label);
            while (block.Count < rows && (more = cursor.MoveNext()))
            {
                if ((cursor.Position & 0xFFF) == 0)
                    run.ThrowIfCancelled();
                if (MissingIn(cursor, features, feature.Name, instruction, tryLabel, label.Name, getWeight, weight?.Name, out float? given) is { } missing)
                    skipped.Add(missing);
                else
                    block.Add(features.Last, given, instruction);
            }

            block.Complete();
            if (block.Count > 0)
                yield return block;
        }
    }

    /// <summary>Reads the current row; the column in which a value is missing, or null.</summary>
    private string? MissingIn(
        DataViewRow row, FeatureReader features, string feature, InstructionReader? instruction, Func<bool> tryLabel, string label, ValueGetter<float>? getWeight, string? weight, out float? given)
    {
        given = null;
        if (!FeatureReader.IsFinite(features.Read()))
        {
            return options.SkipMissingFeatures
                ? feature
                : throw new InvalidOperationException($"Row {row.Position} has a missing or infinite value in feature column '{feature}'.");
        }

        if (instruction?.TryRead() == false)
            return _columns.Instruction!.Name;

        if (getWeight is not null)
        {
            float value = 1;
            getWeight(ref value);
            if (value < 0)
                throw new InvalidOperationException($"Row {row.Position} has the weight {value} in column '{weight}'; weights must not be negative.");
            if (!float.IsFinite(value))
                return weight;
            given = value;
        }

        return tryLabel() ? null : label;
    }

    private int ClassesOf(DataViewSchema.Column label) => task switch
    {
        PredictionTask.Multiclass => ((KeyDataViewType)label.Type).Count is <= MostClasses and var count
            ? (int)count
            : throw new InvalidOperationException($"The label column '{label.Name}' has {((KeyDataViewType)label.Type).Count} classes, at most {MostClasses} can be told apart; MapValueToKey numbers only those that occur."),
        PredictionTask.Binary => 2,
        _ => 0,
    };

    private static bool HasWeight(TrainingData block) => block.Weights.IsEmpty || block.Weights.ContainsAnyExcept(0f);

    private InvalidOperationException NoRows(SkippedRows skipped) => new(skipped.Count == 0
        ? $"{(validates ? "Validation" : "Training")} set has 0 instances, aborting training."
        : $"{(validates ? "Validation" : "Training")} set has 0 instances without missing values ({skipped.Count} were skipped: {skipped}), aborting training.");

    private void Tell(long count, bool weighs, SkippedRows skipped)
    {
        if (skipped.Count > 0 && !_told)
            run.Warning($"Skipped {skipped.Count} instances with missing features/label/weight{(_columns.Instruction is null ? "" : "/instruction")} {(validates ? "of the validation set" : "during training")}: {skipped}.");
        _told = true;
        if (!weighs)
            throw new InvalidOperationException($"The weights of all {count} rows in column '{_columns.Weight?.Name}' are 0; there is nothing to learn from.");
    }
}
