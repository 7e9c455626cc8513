using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Models;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Naming.Sweeping;
using BioLearn.Cli.Terminal;
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

    [CommandOption("--overwrite")]
    [Description("Begin anew although --out holds another sweep")]
    public bool Overwrite { get; init; }
}

/// <summary><c>biolearn naming sweep</c>: the original's search over parameters, any of them, on one network.</summary>
internal sealed class NamingSweepCommand(IAnsiConsole console) : AsyncCommand<NamingSweepSettings>
{
    public const string ResultFile = "sweep.csv";
    private const int MostCombinations = 1_000_000;

    public override async Task<int> ExecuteAsync(CommandContext context, NamingSweepSettings settings, CancellationToken cancellation)
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
        var network = NetworkChoice.Open(console, settings, set, settings.Seed, cancellation);
        string path = Path.Combine(settings.Out, ResultFile);
        string networkFile = settings.Network ?? folder[$"network-{settings.Seed}.blsn"];
        string subject = Printable.Visible($"# {set.Title}: {string.Join(" / ", set.Names)}; network {(settings.Network is { } file ? Path.GetFileName(file) : $"of seed {settings.Seed}")}; seed {settings.Seed}; "
            + $"thresholds {settings.Thresholds ?? "its own"}; pictures {set.Fingerprint()[..16]}, network {ModelsVerifyCommand.Sha256(networkFile)[..16]}");
        using var results = SweepFile.Open(path, subject, settings.Overwrite);
        SweepPoint[] all = [.. SweepPoint.Combinations(ranges)], left = [.. all.Where(point => !results.Done.ContainsKey(point.Row))];
        console.MarkupLine($"{all.Length} combinations, {left.Length} to do");
        var view = new ProgressView(console, "combinations", all.Length, all.Length - left.Length);
        await view.RunAsync(() => Task.Run(() => Run(new SweepRun(set, network, settings.Seed), left, results, settings.ThreadCount, view, warning => console.MarkupLine($"[yellow]{Printable.Escape(warning)}[/]"), cancellation)));
        Print(all, ranges, results);
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
        return kept.Length >= 2 ? set.Only(kept) : throw new UsageException($"--names {names}: expected two names or more");
    }

    private static void Run(SweepRun run, SweepPoint[] points, SweepFile results, int threads, ProgressView view, Action<string> warn, CancellationToken cancellation)
    {
        foreach (var alike in points.GroupBy(point => (point["threshold-1"], point["threshold-2"])))
        {
            var potentials = run.Potentials(alike.First(), threads, cancellation);
            if (potentials.Values.All(values => values.AsSpan().IndexOfAnyExcept(0f) < 0))
                warn($"{(double.IsNaN(alike.Key.Item1) ? "the network" : $"thresholds {alike.Key.Item1} and {alike.Key.Item2}")}: no picture makes the last layer stir; all names are guesses");
            Parallel.ForEach(alike, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, point =>
            {
                results.Add(point, run.Measure(point, potentials, cancellation));
                lock (view)
                    view.Step();
            });
        }
    }

    private void Print(SweepPoint[] points, SweepRange[] ranges, SweepFile results)
    {
        var table = new Table().Border(TableBorder.Simple).Title("best by test accuracy of the weights score");
        // One column for all parameters, and the measures of test pictures alone, so that any number of ranges fits a terminal.
        int[] shown = [.. SweepRun.Measures.Split(',').Index().Where(measure => measure.Item.StartsWith("test", StringComparison.Ordinal)).Select(measure => measure.Index)];
        table.AddColumn(new TableColumn("parameters").NoWrap());
        foreach (string measure in shown.Select(i => SweepRun.Measures.Split(',')[i]))
            table.AddColumn(new TableColumn(measure.Replace('_', ' ')).RightAligned().Padding(1, 0));
        foreach (var point in points.OrderByDescending(point => double.Parse(results.Done[point.Row].Split(',')[2], CultureInfo.InvariantCulture)).Take(10))
            table.AddRow([string.Join('\n', ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.Parameter}={point[range.Parameter]}"))), .. shown.Select(i => results.Done[point.Row].Split(',')[i])]);
        console.Write(table);
    }
}
