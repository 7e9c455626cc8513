using System.Globalization;
using BioLearn.Cli.Learning.Baselines;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary><c>biolearn compare</c>: the same network taught by several rules and seeds; curves, a table and a plot out.</summary>
internal sealed class CompareRulesCommand(IAnsiConsole console) : Command<CompareSettings>
{
    private const string CurvesFile = "curves.csv";
    private const string TableFile = "table.csv";
    private const string PlotFile = "curves.png";
    private const string SettingsFile = "comparison.json";

    public override int Execute(CommandContext context, CompareSettings settings, CancellationToken cancellation)
    {
        GivenOptions given = new(context, settings);
        settings.CheckMode(given);
        return settings.Baselines ? new BaselineComparison(console, settings, given, cancellation).Run() : Compare(settings, given, cancellation);
    }

    private int Compare(CompareSettings settings, GivenOptions given, CancellationToken cancellation)
    {
        RuleChoice[] rules = [.. settings.Rules.Split(',').Select(rule => RuleChoice.Parse(rule, "--rules"))];
        using var folder = OutputFolder.Take("--out", settings.Out, CurvesFile, TableFile, PlotFile, SettingsFile);
        List<RunCurve> done = Earlier(settings);
        var run = new LearningRun(settings, warning => console.MarkupLine($"[yellow]{Printable.Escape(warning)}[/]"));
        settings.CheckData(given, run.ArePictures);
        int epochs = settings.ToOptions(run.Features, run.Classes).EpochsFor(run.TrainingRows);
        if (done.Count == 0)
            Clear(settings.Out);
        SafeFile.WriteText(Path.Combine(settings.Out, SettingsFile), SettingsRecord.Of(settings, nameof(LearnSettings.Threads)));
        console.MarkupLine($"{Printable.Escape(run.DataName)}: {run.Features} features, {run.Classes} classes; {rules.Length} rules, {settings.Seeds} seeds, {epochs} epochs");

        var board = new RunBoard(console, epochs);
        board.Show(() =>
        {
            for (int seed = 0; seed < settings.Seeds; seed++)
            {
                foreach (var rule in rules)
                {
                    if (done.Any(d => d.Rule == rule.Text && d.Seed == seed))
                        continue;
                    done.Add(Teach(run, rule, seed, settings, board.Begin(rule.Text, seed), cancellation));
                    CurveFile.Write(Path.Combine(settings.Out, CurvesFile), done);
                }
            }
        });
        Summarize(settings, run, [.. rules.Select(r => (r.Text, done.Where(d => d.Rule == r.Text && d.Seed < settings.Seeds).Select(d => d.Epochs).ToArray()))]);
        return ExitCodes.Success;
    }

    private RunCurve Teach(LearningRun run, RuleChoice rule, int seed, CompareSettings settings, Action<EpochResult> shown, CancellationToken cancellation)
    {
        List<EpochResult> epochs = [];
        try
        {
            using var model = run.Train(rule.Rule, settings.ToOptions(run.Features, run.Classes), seed, Report, cancellation).Model;
        }
        catch (DivergenceException diverged)
        {
            console.MarkupLine($"[yellow]{Printable.Escape($"{rule.Text}, seed {seed}: {diverged.Message}")}[/]");
        }
        // A run that diverged stays at its last good epoch, or at nothing learned.
        if (epochs.Count == 0)
            epochs.Add(new(1, double.NaN, double.NaN, double.NaN, 0));
        return new(rule.Text, seed, [.. epochs]);

        void Report(EpochResult epoch)
        {
            epochs.Add(epoch);
            shown(epoch);
        }
    }

    private static List<RunCurve> Earlier(CompareSettings settings)
    {
        string curves = Path.Combine(settings.Out, CurvesFile), record = Path.Combine(settings.Out, SettingsFile);
        if (settings.Resume && settings.Overwrite)
            throw new UsageException("--resume and --overwrite: expected one of them");
        if (!File.Exists(curves) || settings.Overwrite)
            return [];
        if (!settings.Resume)
            throw new UsageException($"{curves} holds a comparison: --resume goes on with it, --overwrite begins anew, --out names another folder");
        if (!File.Exists(record) || File.ReadAllText(record) != SettingsRecord.Of(settings, nameof(LearnSettings.Threads)))
            throw new UsageException($"--resume: {record} has other settings, or other data of the same name; only --rules, --seeds and --threads may differ");
        return CurveFile.Read(curves);
    }

    /// <summary>Deletes the results of an earlier comparison: they must not be taken for those of other settings.</summary>
    private static void Clear(string folder)
    {
        foreach (string file in (string[])[CurvesFile, TableFile, PlotFile, SettingsFile])
            File.Delete(Path.Combine(folder, file));
    }

    private void Summarize(CompareSettings settings, LearningRun run, (string Rule, EpochResult[][] Seeds)[] rules)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("rule").NoWrap());
        foreach (string heading in (string[])["last", "±", "best", "±", "mean", "seconds"])
            table.AddColumn(new TableColumn(heading).RightAligned().Padding(1, 0));
        var csv = new CsvText("rule,seeds,last_mean,last_deviation,best_mean,best_deviation,epochs_mean,lowest_last,highest_last,seconds_mean".Split(','));
        foreach (var (rule, seeds) in rules)
        {
            double[] last = [.. seeds.Select(s => 100 * s[^1].TestAccuracy)], best = [.. seeds.Select(s => 100 * s.Max(e => e.TestAccuracy))];
            double whole = 100 * seeds.Average(s => s.Average(e => e.TestAccuracy)), seconds = seeds.Average(s => s[^1].Seconds);
            table.AddRow(RuleChoice.Cell(rule), Text($"{last.Average():0.00}"), Text($"{Deviation(last):0.00}"), Text($"{best.Average():0.00}"), Text($"{Deviation(best):0.00}"), Text($"{whole:0.00}"), Text($"{seconds:0.0}"));
            csv.Row([rule, seeds.Length, .. new[] { last.Average(), Deviation(last), best.Average(), Deviation(best), whole, last.Min(), last.Max() }.Select(x => (object)Math.Round(x, 3)), Math.Round(seconds, 2)]);
        }
        SafeFile.WriteText(Path.Combine(settings.Out, TableFile), csv.ToString());
        LearningPlot.Accuracy(Path.Combine(settings.Out, PlotFile), $"{run.DataName}, {settings.Layers}, {settings.Seeds} seeds", [.. rules.Where(r => r.Seeds.All(s => double.IsFinite(s[^1].TestAccuracy)))]);
        console.Write(table);
        console.MarkupLine($"[grey]test accuracy in % after the last epoch, after the best (chosen on the test rows), and over all epochs; mean and standard deviation of {settings.Seeds} seeds. {CurvesFile}, {TableFile}, {PlotFile} in {Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
    }

    /// <summary>Standard deviation with n − 1; 0 for one value, NaN where a run diverged.</summary>
    private static double Deviation(double[] values) => values.All(double.IsFinite) ? new EmpiricalDistribution(values).StandardDeviation : double.NaN;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
