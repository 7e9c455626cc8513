using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Reads one feature column into memory in one pass.</summary>
internal static class UnlabelledRows
{
    /// <exception cref="InvalidOperationException">No row is left, or features are missing and may not be skipped.</exception>
    public static FloatRows Read(IDataView data, InputColumn input, bool skipMissing, TrainingRun run)
    {
        DataViewSchema.Column column = input.CheckIn(data.Schema);
        var rows = new FloatRows(((VectorDataViewType)column.Type).Size, data.GetRowCount() ?? 0);
        long skipped = 0;
        using (DataViewRowCursor cursor = data.GetRowCursor([column]))
        {
            FeatureReader reader = new(cursor, column);
            while (cursor.MoveNext())
            {
                if ((cursor.Position & 0xFFF) == 0)
                    run.ThrowIfCancelled();
                ref readonly VBuffer<float> features = ref reader.Read();
                if (FeatureReader.IsFinite(features))
                    features.CopyTo(rows.Add());
                else if (skipMissing)
                    skipped++;
                else
                    throw new InvalidOperationException($"Row {cursor.Position} has a missing or infinite value in input column '{column.Name}'.");
            }
        }
        if (skipped > 0)
            run.Warning($"Skipped {skipped} rows with missing or infinite features in column '{column.Name}'.");
        if (rows.Count == 0)
        {
            throw new InvalidOperationException(skipped == 0
                ? $"There are 0 rows to learn from in column '{column.Name}'."
                : $"There are 0 rows without missing values to learn from in column '{column.Name}' ({skipped} were skipped).");
        }
        run.Info($"{rows.Count} rows, {rows.Width} features");
        return rows;
    }
}
