using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Experiments;
using BioLearn.Cli.Models;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Naming.Sweeping;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Naming;

/// <summary>The command line of <c>biolearn naming sweep</c>.</summary>
internal sealed class NamingSweepSettings : NamingSettings
{
    [CommandOption("-r|--range <RANGE>")]
    [Description("A parameter and its values, such as novelty=1,10,65 or active-from=5:15:0.5; once for each parameter. See docs/naming.md for their names")]
    public string[] Ranges { get; init; } = [];

    [CommandOption("--names <LIST>")]
    [Description("Names that take part; default: the first two")]
    public string? Names { get; init; }
}

/// <summary><c>biolearn naming sweep</c>: the original's search over parameters, any of them, on one network.</summary>
internal sealed class NamingSweepCommand(IAnsiConsole console) : Command<NamingSweepSettings>
{
    public const string ResultFile = "sweep.csv";
    private const int MostCombinations = 1_000_000;

    public override int Execute(CommandContext context, NamingSweepSettings settings, CancellationToken cancellation)
    {
        if (settings.Ranges.Length == 0)
            throw new UsageException("--range is missing, such as --range novelty=1,10,65 --range active-from=5:15:1");
        SweepRange[] ranges = [.. Fixed(new GivenOptions(context, settings), settings), .. settings.Ranges.Select(SweepRange.Parse)];
        if (ranges.Select(range => range.Parameter).Distinct().Count() < ranges.Length)
            throw new UsageException("--range: a parameter is given twice (--rule, --novelty, --novel-examples and --active-from set one, too)");
        if (ranges.Aggregate(1.0, (product, range) => product * range.Values.Length) > MostCombinations)
            throw new UsageException($"--range: more than {MostCombinations} combinations");
        // The options must make sense together before pictures are looked at.
        settings.NamingOptions(2);
        using var folder = OutputFolder.Take("--out", settings.Out, ResultFile);
        var set = Chosen(PictureSource.Open(settings.Data, settings.TestShare, settings.Seed), settings.Names);
        var (fewest, poorest) = set.Training.Select((places, name) => (places.Length, set.Names[name])).MinBy(name => name.Length);
        if (ranges.FirstOrDefault(range => range.Parameter == "shots") is { } shots && shots.Values.Any(value => value > fewest))
            throw new UsageException($"--range shots: '{poorest}' has {fewest} pictures to learn from; expected at most that, or 0 for all");
        var network = NetworkChoice.Open(console, settings, set, settings.Seed, cancellation);
        string path = Path.Combine(settings.Out, ResultFile);
        string networkFile = settings.Network ?? folder[$"network-{settings.Seed}.blsn"];
        string subject = Printable.Visible($"{set.Title}: {string.Join(" / ", set.Names)}; network {(settings.Network is { } file ? Path.GetFileName(file) : $"of seed {settings.Seed}")}; seed {settings.Seed}; "
            + $"thresholds {settings.Thresholds ?? "its own"}; pictures {set.Fingerprint()[..16]}, network {ModelsVerifyCommand.Sha256(networkFile)[..16]}");
        Experiment experiment = SweepGrid.Of(ranges, subject);
        ResultsFolder results = new(folder.Path);
        console.MarkupLine($"{experiment.Trials.Count} combinations");
        SweepRun.Current = new(set, network, settings.Seed, settings.ThreadCount, warning => console.MarkupLine($"[yellow]{Printable.Escape(warning)}[/]"));
        int code = new TrialsOnTerminal(console, RunLimits.Options(settings.ThreadCount, checkpointEvery: 60) with { RetriesFailed = true }, cancellation).Run(new(experiment, results, path), trials: null);
        if (code != ExitCodes.Success)
            return code;
        (SweepPoint Point, double[] Measures)[] all = [.. experiment.Trials.Select(trial => (SweepGrid.PointOf(trial), results.Read(trial.Identity)!.Rows[0].Values.Select(value => value.Value).ToArray()))];
        SafeFile.WriteText(path, string.Concat(new[] { $"# {subject}", $"{string.Join(',', SweepPoint.Parameters)},{string.Join(',', SweepRun.Measures)}" }.Concat(all.Select(one => $"{one.Point.Row},{string.Join(',', one.Measures.Select(Text))}")).Select(line => line + "\n")));
        Print(all, ranges);
        console.MarkupLine($"all results: [link]{Printable.Escape(Path.GetFullPath(path))}[/]");
        return ExitCodes.Success;
    }

    /// <summary>Parameters that options of all naming commands set: ranges of one value.</summary>
    private static IEnumerable<SweepRange> Fixed(GivenOptions given, NamingSweepSettings settings)
    {
        if (given.Has(nameof(settings.Rule)))
            yield return new("rule", [(double)Choice.Parse<NamingRule>("--rule", settings.Rule ?? "")]);
        if (given.Has(nameof(settings.Novelty)))
            yield return new("novelty", [settings.Novelty]);
        if (given.Has(nameof(settings.DepressionRate)))
            yield return new("depression", [settings.DepressionRate]);
        if (given.Has(nameof(settings.NovelExamples)))
            yield return new("novel-examples", [settings.NovelExamples]);
        if (given.Has(nameof(settings.ActiveFrom)))
            yield return new("active-from", [settings.ActiveFrom]);
    }

    private static PictureSet Chosen(PictureSet set, string? names)
    {
        if (names is null)
            return set.Names.Count == 2 ? set : set.Only([0, 1]);
        int[] kept = [.. names.Split(',').Select(name => Array.IndexOf([.. set.Names], name.Trim()) is >= 0 and var index
            ? index
            : throw new UsageException($"--names {names}: no '{name}' among {string.Join(", ", set.Names.Take(20))}"))];
        if (kept.Distinct().Count() < kept.Length)
            throw new UsageException($"--names {names}: a name stands twice; expected different ones");
        return kept.Length >= 2 ? set.Only(kept) : throw new UsageException($"--names {names}: expected two names or more");
    }

    private void Print((SweepPoint Point, double[] Measures)[] all, SweepRange[] ranges)
    {
        var table = new Table().Border(TableBorder.Simple).Title("best by test accuracy of the weights score");
        // One column for all parameters, and the measures of test pictures alone, so that any number of ranges fits a terminal.
        int[] shown = [.. SweepRun.Measures.Index().Where(measure => measure.Item.StartsWith("test", StringComparison.Ordinal)).Select(measure => measure.Index)];
        table.AddColumn(new TableColumn("parameters").NoWrap());
        foreach (int measure in shown)
            table.AddColumn(new TableColumn(SweepRun.Measures[measure].Replace('_', ' ')).RightAligned().Padding(1, 0));
        foreach ((SweepPoint point, double[] measures) in all.OrderByDescending(one => one.Measures[shown[0]]).Take(10))
            table.AddRow([string.Join('\n', ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Parameter}={point[range.Parameter]}"))), .. shown.Select(i => Text(measures[i]))]);
        console.Write(table);
    }

    private static string Text(double measure) => measure.ToString("0.######", CultureInfo.InvariantCulture);
}
