using System.ComponentModel;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Exports;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Reports;
using BioLearn.ML.Hosting;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Experiments;

/// <summary>The command line of <c>biolearn experiment export</c>.</summary>
internal sealed class ExportSettings : NamedGridSettings
{
    [CommandOption("--csv <FILE>")]
    [Description("Write a row a trial and iteration as CSV")]
    public string? Csv { get; init; }

    [CommandOption("--parquet <FILE>")]
    [Description("Write the same as Apache Parquet")]
    public string? Parquet { get; init; }

    [CommandOption("--tensorboard <FOLDER>")]
    [Description("Write an event file a trial, for tensorboard --logdir FOLDER")]
    public string? TensorBoard { get; init; }

    [CommandOption("--mlflow <FOLDER>")]
    [Description("Write a run a trial in MLflow's file format, for mlflow ui --backend-store-uri FOLDER")]
    public string? Mlflow { get; init; }

    [CommandOption("--records <FOLDER>")]
    [Description("Write what claims and tables rest on as one small file that a repository can keep, FOLDER/NAME.csv, for biolearn experiment print")]
    public string? Records { get; init; }

    [CommandOption("--last")]
    [Description("Only the last row of each trial")]
    public bool Last { get; init; }
}

/// <summary><c>biolearn experiment export</c>: the records as one table.</summary>
internal sealed class ExportCommand(IAnsiConsole console) : AsyncCommand<ExportSettings>
{
    public override async Task<int> ExecuteAsync(CommandContext context, ExportSettings settings, CancellationToken cancellation)
    {
        if (settings is { Csv: null, Parquet: null, TensorBoard: null, Mlflow: null, Records: null })
            throw new UsageException("expected --csv FILE, --parquet FILE, --tensorboard FOLDER, --mlflow FOLDER or --records FOLDER");
        OutputFile.Check("--csv", settings.Csv, settings.File);
        OutputFile.Check("--parquet", settings.Parquet, settings.File);
        OutputFolder.Check("--tensorboard", settings.TensorBoard);
        OutputFolder.Check("--mlflow", settings.Mlflow);
        OutputFolder.Check("--records", settings.Records);
        GridChoice choice = GridChoice.Open(settings.File, settings);
        RecordTable table = RecordTable.Read(choice.Experiment, choice.Folder, settings.Last, cancellation);
        if (settings.Csv is not null)
            SafeFile.WriteText(settings.Csv, Csv(table));
        if (settings.Parquet is not null)
            await RecordParquet.WriteAsync(table, settings.Parquet);
        if (settings.Mlflow is not null)
            MlflowStore.Write(table, choice.Experiment.Grid.Name, settings.Mlflow);
        if (settings.Records is not null)
            Keep(choice, settings.Records, cancellation);
        // Last: a folder with events of another program is refused, and what else was asked for is there.
        if (settings.TensorBoard is not null)
            TrialEvents.Write(table, settings.TensorBoard);
        console.MarkupLine($"{table.Rows.Count} rows of {table.Rows.Select(row => row.Trial).Distinct().Count()} trials, {table.Settings.Count} settings, {table.Metrics.Count} metrics");
        LackingText.Tell(console, Path.GetFileNameWithoutExtension(choice.Experiment.Grid.Document.Place.File), table.Missing, choice.Experiment.Trials.Count, table.Damaged);
        return ExitCodes.Success;
    }

    private static void Keep(GridChoice choice, string folder, CancellationToken cancellation)
    {
        ExperimentResults results = ExperimentResults.Read(choice.Experiment, choice.Folder, "", cancellation);
        string file = RecordsFolder.FileOf(folder, choice.BundledName() ?? choice.OwnName());
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        KeptRecords.Write(file, choice.Experiment, results);
    }

    private static string Csv(RecordTable table)
    {
        CsvText csv = new(["trial", "seed", "outcome", .. table.Settings, "iteration", .. table.Metrics]);
        foreach (RecordRow row in table.Rows)
            csv.Row([row.Trial.Identity, row.Trial.Seed, SettingName.Of(row.Outcome.ToString()), .. table.Settings.Select(setting => (object?)row.Setting(setting) ?? ""), row.Row.Iteration, .. table.Metrics.Select(metric => (object?)row.Metric(metric) ?? "")]);
        return csv.ToString();
    }
}
