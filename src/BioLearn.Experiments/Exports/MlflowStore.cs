using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BioLearn.Experiments.Grids;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments.Exports;

/// <summary>
/// Records as MLflow's folder of runs, which <c>mlflow ui --backend-store-uri FOLDER</c> shows: a run a trial, with settings as parameters and what it
/// noted as metrics. Run and experiment have ids that follow from the trial, so that writing again replaces, and runs of other programs stay.
/// </summary>
public static class MlflowStore
{
    private const int Finished = 3, Failed = 4; // of mlflow.entities.RunStatus
    private const int LongestParameter = 6000, LongestName = 250;
    private const int IdDigits = 18;

    /// <summary>Writes the trials of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="experiment">Name of the experiment; a grid's name.</param>
    /// <param name="folder">The folder, commonly <c>mlruns</c>; made if it is not there.</param>
    /// <param name="clock">Where times come from, which records do not have; null for the system's clock.</param>
    /// <returns>Number of runs.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static int Write(RecordTable table, string experiment, string folder, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrWhiteSpace(experiment);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        long now = (clock ?? TimeProvider.System).GetUtcNow().ToUnixTimeMilliseconds();
        string id = (BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(experiment))) % (ulong)Math.Pow(10, IdDigits)).ToString(CultureInfo.InvariantCulture).PadLeft(IdDigits, '1');
        string home = Path.Combine(Path.GetFullPath(folder), id);
        Put(Path.Combine(home, "meta.yaml"), Yaml(("artifact_location", Uri(home)), ("creation_time", now), ("experiment_id", id), ("last_update_time", now), ("lifecycle_stage", "active"), ("name", experiment)));
        int runs = 0;
        foreach (IGrouping<Trial, RecordRow> trial in table.Rows.GroupBy(row => row.Trial))
        {
            WriteRun(home, id, experiment, trial.Key, [.. trial], now);
            runs++;
        }
        return runs;
    }

    private static void WriteRun(string home, string experiment, string experimentName, Trial trial, RecordRow[] rows, long now)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{experimentName}\n{trial.Identity}")))[..32], run = Path.Combine(home, id), name = trial.ToString();
        if (Directory.Exists(run))
            Directory.Delete(run, recursive: true); // metrics that are no longer noted
        Directory.CreateDirectory(Path.Combine(run, "artifacts"));
        foreach ((string path, string value) in Settings(trial.Settings, "").Append(new("seed", trial.Seed)))
            Put(Path.Combine(run, "params", NameOf(path)), value.Length <= LongestParameter ? value : value[..LongestParameter]);
        foreach (var metric in rows.SelectMany(row => row.Row.Values.Select(value => (value.Key, value.Value, row.Row.Iteration))).GroupBy(value => NameOf(value.Key)))
            Put(Path.Combine(run, "metrics", Path.Combine(metric.Key.Split('/'))), string.Concat(metric.Select(value => string.Create(CultureInfo.InvariantCulture, $"{now} {Text(value.Value)} {value.Iteration}\n"))));
        (string, string)[] tags = [("mlflow.runName", name), ("mlflow.source.name", "biolearn"), ("mlflow.source.type", "LOCAL"), ("trial", trial.Identity), ("outcome", SettingName.Of(rows[0].Outcome.ToString()))];
        foreach ((string tag, string value) in tags)
            Put(Path.Combine(run, "tags", tag), value);
        // Last: MLflow takes for a run what has this file.
        Put(Path.Combine(run, "meta.yaml"), Yaml(
            ("artifact_uri", Uri(Path.Combine(run, "artifacts"))), ("end_time", now), ("entry_point_name", ""), ("experiment_id", experiment), ("lifecycle_stage", "active"), ("run_id", id), ("run_name", name), ("run_uuid", id),
            ("source_name", ""), ("source_type", 4L), ("source_version", ""), ("start_time", now), ("status", rows[0].Outcome == TrialOutcome.Finished ? (long)Finished : Failed), ("tags", null), ("user_id", "biolearn")));
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(GridMap map, string before) => map.Entries.SelectMany(entry =>
        entry.Value is GridMap inner ? Settings(inner, $"{before}{entry.Key}.") : [new($"{before}{entry.Key}", entry.Value.ToString()!)]);

    /// <summary>MLflow's names have letters, digits, and _ - . space : /, and no step up among folders.</summary>
    private static string NameOf(string name)
    {
        string clean = string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or ':' or '/' ? c : '_'));
        clean = string.Join('/', clean.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Trim('.', ' ') is { Length: > 0 } left ? left : "_"));
        return clean.Length <= LongestName ? clean : clean[..LongestName];
    }

    private static string Text(double value) => double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? value > 0 ? "inf" : "-inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Uri(string path) => new Uri(path).AbsoluteUri;

    private static string Yaml(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        StringBuilder text = new();
        foreach ((string key, object? value) in entries)
            text.Append(CultureInfo.InvariantCulture, $"{key}: {value switch { null => "[]", long number => number.ToString(CultureInfo.InvariantCulture), var other => $"'{other.ToString()!.ReplaceLineEndings(" ").Replace("'", "''", StringComparison.Ordinal)}'" }}\n");
        return text.ToString();
    }

    private static void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafeFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)), durable: false);
    }
}
