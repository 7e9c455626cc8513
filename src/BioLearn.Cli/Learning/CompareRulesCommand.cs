using System.Globalization;
using BioLearn.Cli.Learning.Baselines;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary><c>biolearn compare</c>: the same network taught by several rules and seeds; curves, a table and a plot out.</summary>
internal sealed class CompareRulesCommand(IAnsiConsole console) : Command<CompareSettings>
{
    private const string CurvesFile = "curves.csv";
    private const string TableFile = "table.csv";
    private const string PlotFile = "curves.png";

    public override int Execute(CommandContext context, CompareSettings settings, CancellationToken cancellation)
    {
        GivenOptions given = new(context, settings);
        settings.CheckMode(given);
        return settings.Baselines ? new BaselineComparison(console, settings, given, cancellation).Run() : Compare(settings, given, cancellation);
    }

    private int Compare(CompareSettings settings, GivenOptions given, CancellationToken cancellation)
    {
        RuleChoice[] rules = RuleChoice.ParseAll(settings.Rules, "--rules");
        using var folder = OutputFolder.Take("--out", settings.Out, CurvesFile, TableFile, PlotFile);
        TeachingProcess process = TeachingProcess.Current = new() { Threads = settings.Threads ?? Environment.ProcessorCount, Warn = warning => console.MarkupLine($"[yellow]{Printable.Escape(warning)}[/]") };
        LearningRun run = process.Open(settings, cancellation);
        settings.CheckData(given, run);
        int epochs = settings.ToOptions(run).EpochsFor(run.TrainingRows);
        Experiment experiment = ComparisonGrid.Of(settings, rules, run);
        ResultsFolder results = new(settings.Out);
        ComparedRuns runs = new(experiment, results);
        if (!runs.AreDone)
        {
            foreach (RuleChoice rule in rules)
                run.Rehearse(rule.Rule, settings.ToOptions(run), cancellation);
            Clear(settings.Out);
        }
        results.Grids.Keep(experiment.Grid);
        console.MarkupLine($"{Printable.Escape(run.DataName)}: {run.Features} features, {run.OutputText}; {rules.Length} rules, {settings.Seeds} seeds, {epochs} epochs");

        RunBoard board = new(console, epochs, run.Score, run.Validates);
        process.Begin = board.Begin;
        try
        {
            board.Show(() => runs.Run(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            console.MarkupLine($"[yellow]stopped[/]: {runs.Done} of {experiment.Trials.Count} trainings are done; the same command goes on from there");
            throw;
        }
        var curves = runs.Curves().ToArray();
        foreach (var diverged in curves.Where(one => one.Outcome == TrialOutcome.Diverged))
            console.MarkupLine($"[yellow]{Printable.Escape($"{diverged.Rule}, seed {diverged.Curve.Seed}: diverged in epoch {diverged.Curve.Epochs[^1].Epoch + (double.IsFinite(diverged.Curve.Epochs[^1].Loss) ? 1 : 0)}")}[/]");
        CurveFile.Write(folder[CurvesFile], curves.Select(one => one.Curve), run.Score, run.Validates, timed: false);
        Summarize(settings, run, [.. rules.Select(rule => (rule.Text, curves.Where(one => one.Rule == rule.Text).Select(one => one.Curve.Epochs).ToArray(), curves.Where(one => one.Rule == rule.Text).Average(one => one.Seconds)))]);
        return ExitCodes.Success;
    }

    /// <summary>Deletes what an earlier comparison came to: it must not be taken for what this one, if it is stopped, has done.</summary>
    private static void Clear(string folder)
    {
        foreach (string file in (string[])[CurvesFile, TableFile, PlotFile])
            File.Delete(Path.Combine(folder, file));
    }

    private void Summarize(CompareSettings settings, LearningRun run, (string Rule, EpochResult[][] Seeds, double Seconds)[] rules)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("rule").NoWrap());
        ScoreKind score = run.Score;
        string[] figures = run.Validates ? ["last", "±", "best", "±", "mean", "seconds"] : ["last", "±", "mean", "seconds"];
        foreach (string heading in figures)
            table.AddColumn(new TableColumn(heading).RightAligned().Padding(1, 0));
        var csv = new CsvText(["rule", "seeds", "last_mean", "last_deviation", .. run.Validates ? ["best_mean", "best_deviation"] : Array.Empty<string>(), "epochs_mean", "lowest_last", "highest_last", "seconds_mean"]);
        foreach (var (rule, seeds, seconds) in rules)
        {
            double[] last = [.. seeds.Select(s => score.Scaled(s[^1].TestScore))], best = [.. seeds.Select(s => score.Scaled(EpochResult.Best(s).TestScore))];
            double whole = score.Scaled(seeds.Average(s => s.Average(e => e.TestScore)));
            double[] shown = [last.Average(), Deviation(last), .. run.Validates ? [best.Average(), Deviation(best)] : Array.Empty<double>(), whole];
            table.AddRow([RuleChoice.Cell(rule), .. shown.Select(x => x.ToString(score.IsShare ? "0.00" : "0.0000", CultureInfo.InvariantCulture)), Text($"{seconds:0.0}")]);
            csv.Row([rule, seeds.Length, .. shown.Concat([last.Min(), last.Max()]).Select(x => (object)Math.Round(x, score.IsShare ? 3 : 5)), Math.Round(seconds, 2)]);
        }
        SafeFile.WriteText(Path.Combine(settings.Out, TableFile), csv.ToString());
        LearningPlot.Scores(Path.Combine(settings.Out, PlotFile), $"{run.DataName}, {settings.Network ?? settings.Layers}, {settings.Seeds} seeds", score, [.. rules.Where(r => r.Seeds.All(s => double.IsFinite(s[^1].TestScore))).Select(r => (r.Rule, r.Seeds))]);
        console.Write(table);
        console.MarkupLine($"[grey]test {score.Name}{(score.IsShare ? " in %" : "")} after the last epoch, {(run.Validates ? "after the best (lowest loss on the rows set aside), " : "")}and over all epochs; mean and standard deviation of {settings.Seeds} seeds. {CurvesFile}, {TableFile}, {PlotFile}, and every run in {Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
    }

    /// <summary>Standard deviation with n − 1; 0 for one value, NaN where a run diverged.</summary>
    private static double Deviation(double[] values) => values.All(double.IsFinite) ? new EmpiricalDistribution(values).StandardDeviation : double.NaN;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
