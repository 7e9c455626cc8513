using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;
using Spectre.Console;

namespace BioLearn.Cli.Learning.Baselines;

/// <summary><c>biolearn compare --baselines</c>: ML.NET's trainers beside the library's rules on anybody's tables, all with their defaults.</summary>
internal sealed class BaselineComparison
{
    private const string RulesByDefault = "feedback-alignment,backpropagation,predictive-coding,equilibrium-propagation";

    private readonly IAnsiConsole _console;
    private readonly CompareSettings _settings;
    private readonly CancellationToken _cancellation;
    private readonly BaselineTrainer[] _trainers;
    private readonly int _seeds;
    private readonly CsvText _csv = new("file", "task", "rows", "features", "trainer", "seed", "fold", "score", "seconds");
    private readonly List<(LearningTask Task, string Trainer, double Mean)> _means = [];
    private readonly HashSet<string> _warned = [];

    public BaselineComparison(IAnsiConsole console, CompareSettings settings, GivenOptions given, CancellationToken cancellation)
    {
        (_console, _settings, _cancellation) = (console, settings, cancellation);
        string rules = given.Has(nameof(CompareSettings.Rules)) ? settings.Rules : RulesByDefault;
        _seeds = given.Has(nameof(CompareSettings.Seeds)) ? settings.Seeds : 1;
        _trainers = [.. BaselineTrainer.OfMlNet, .. RuleChoice.ParseAll(rules, "--rules").Select(rule => BaselineTrainer.Of(rule, settings.Normalize))];
    }

    public int Run()
    {
        string[] files = _settings.Files is [] ? [_settings.Data] : _settings.Files;
        foreach (string missing in files.Where(file => !File.Exists(file)))
            throw new UsageException($"{missing}: no such file; expected a CSV file");
        OutputFile.Check("--csv", _settings.Csv, files);
        LearningTask? asked = _settings.Classification ? LearningTask.Classification : _settings.Regression ? LearningTask.Regression : null;
        // All are read before the first is learned from: a mistake in the last file costs no hour.
        FeatureTable[] tables = [.. files.Select(file => FeatureTable.Read(file, _settings.Label, _settings.CsvHeader, asked, _settings.Rows))];
        if (tables.FirstOrDefault(table => table.Rows.Count < 2 * _settings.Folds) is { } small)
            throw new UsageException($"--folds {_settings.Folds}: {small.Name} has {small.Rows.Count} rows; expected at least two a fold");
        foreach (var table in tables)
            Compare(table);
        if (tables.Length > 1)
            Means();
        if (_settings.Csv is { } csv)
        {
            SafeFile.WriteText(csv, _csv.ToString());
            _console.MarkupLine($"every fold: {Printable.Escape(Path.GetFullPath(csv))}");
        }
        return ExitCodes.Success;
    }

    private void Compare(FeatureTable table)
    {
        bool classes = table.Task == LearningTask.Classification;
        string what = classes ? $"classification, {table.Rows.Select(row => row.Class).Distinct(StringComparer.Ordinal).Count()} classes" : "regression";
        _console.MarkupLine($"[bold]{Printable.Escape(table.Name)}[/]: {what} of '{Printable.Escape(table.LabelName)}'; {table.Rows.Count} rows, {table.Features} features of {table.NumberColumns} columns of numbers and {table.WordColumns} of words; {_settings.Folds} folds{(_seeds > 1 ? $", {_seeds} seeds" : "")}");
        foreach (string note in table.Notes)
            _console.MarkupLine($"[yellow]{Printable.Escape(note)}[/]");
        CrossValidation validation = new(table, _settings.Folds, Warn);
        var shown = Table(classes ? "accuracy" : "R²").AddColumn(new TableColumn("seconds").RightAligned());
        foreach (var trainer in _trainers)
        {
            if (!classes && trainer.Numbers is null)
            {
                Warn($"{trainer.Name} has no trainer for regression and is left out");
                continue;
            }
            FoldScore[] scores = [.. Enumerable.Range(0, _seeds).SelectMany(seed => validation.Run(trainer, seed, _settings.Threads ?? 1, _cancellation))];
            foreach (var fold in scores)
                _csv.Row(table.Name, what.Split(',')[0], table.Rows.Count, table.Features, trainer.Name, fold.Seed, fold.Fold + 1, fold.Score, Math.Round(fold.Seconds, 3));
            // NaN: the trainer failed on a fold.
            EmpiricalDistribution? values = scores.All(fold => double.IsFinite(fold.Score)) ? new(scores.Select(fold => fold.Score)) : null;
            double mean = values?.Mean ?? double.NaN;
            _means.Add((table.Task, trainer.Name, mean));
            shown.AddRow(RuleChoice.Cell(trainer.Name), Figure(classes, mean), Figure(classes, values?.StandardDeviation ?? double.NaN), Figure(classes, values?.Sorted[0] ?? double.NaN), Text($"{scores.Sum(fold => fold.Seconds):0.0}"));
        }
        _console.Write(shown);
    }

    private void Means()
    {
        foreach (var task in _means.GroupBy(mean => mean.Task))
        {
            bool classes = task.Key == LearningTask.Classification;
            int sets = task.GroupBy(mean => mean.Trainer).Max(trainer => trainer.Count());
            if (sets < 2)
                continue;
            _console.MarkupLine($"[bold]mean over {sets} sets[/], {(classes ? "classification" : "regression")}");
            var shown = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("trainer")).AddColumn(new TableColumn(classes ? "accuracy" : "R²").RightAligned());
            foreach (var trainer in task.GroupBy(mean => mean.Trainer))
                shown.AddRow(RuleChoice.Cell(trainer.Key), Figure(classes, trainer.Average(mean => mean.Mean)));
            _console.Write(shown);
        }
    }

    private static Table Table(string score)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("trainer").NoWrap());
        foreach (string heading in (string[])[score, "±", "worst"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        return table;
    }

    private void Warn(string message)
    {
        // The same warning on every fold, with other figures in it, is one.
        if (_warned.Add(string.Concat(message.Where(letter => !char.IsAsciiDigit(letter)))))
            _console.MarkupLine($"[yellow]{Printable.Escape(message)}[/]");
    }

    private static string Figure(bool percent, double value) => double.IsNaN(value) ? "failed" : percent ? Text($"{100 * value:0.0} %") : Text($"{value:0.000}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
