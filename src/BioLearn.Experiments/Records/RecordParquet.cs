using BioLearn.Experiments.Grids;
using BioLearn.ML.Hosting;
using Parquet;
using Parquet.Schema;

namespace BioLearn.Experiments;

/// <summary>Records as an Apache Parquet file, for data frames.</summary>
public static class RecordParquet
{
    /// <summary>Writes a table: <c>trial</c>, <c>seed</c>, <c>outcome</c>, the settings, <c>iteration</c>, the metrics. A setting that is a number everywhere is a column of numbers.</summary>
    /// <param name="table">The table.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <returns>A task that is done when the file is there.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static async Task WriteAsync(RecordTable table, string path)
    {
        ArgumentNullException.ThrowIfNull(table);
        DataField<string> trial = new("trial"), seed = new("seed"), outcome = new("outcome");
        DataField<int> iteration = new("iteration");
        DataField[] settings = [.. table.Settings.Select(name => table.IsNumber(name) ? (DataField)new DataField<double?>(name) : new DataField<string>(name))], metrics = [.. table.Metrics.Select(name => new DataField<double?>(name))];
        ParquetSchema schema = new([trial, seed, outcome, .. settings, iteration, .. metrics]);
        await SafeFile.WriteAsync(path, async stream =>
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, stream).ConfigureAwait(false);
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(trial, [.. table.Rows.Select(row => row.Trial.Identity)]).ConfigureAwait(false);
            await group.WriteAsync(seed, [.. table.Rows.Select(row => row.Trial.Seed)]).ConfigureAwait(false);
            await group.WriteAsync(outcome, [.. table.Rows.Select(row => SettingName.Of(row.Outcome.ToString()))]).ConfigureAwait(false);
            foreach (DataField setting in settings)
            {
                if (setting is DataField<string>)
                    await group.WriteAsync(setting, [.. table.Rows.Select(row => row.Setting(setting.Name)!)]).ConfigureAwait(false);
                else
                    await group.WriteAsync<double>(setting, table.Rows.Select(row => Number(row, setting.Name)).ToArray()).ConfigureAwait(false);
            }
            await group.WriteAsync<int>(iteration, table.Rows.Select(row => row.Row.Iteration).ToArray()).ConfigureAwait(false);
            foreach (DataField metric in metrics)
                await group.WriteAsync<double>(metric, table.Rows.Select(row => row.Metric(metric.Name)).ToArray()).ConfigureAwait(false);
            group.CompleteValidate();
        }).ConfigureAwait(false);
    }

    private static double? Number(RecordRow row, string path) => new GridPath(path.Split('.')).In(row.Trial.Settings) is GridScalar { Value: long or double } scalar ? Convert.ToDouble(scalar.Value, null) : null;
}
