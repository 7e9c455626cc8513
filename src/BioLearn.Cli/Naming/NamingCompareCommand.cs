using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Naming.Comparing;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Naming.Report;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments.Naming;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Models;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Naming;

/// <summary>The command line of <c>biolearn naming compare</c>.</summary>
internal sealed class NamingCompareSettings : NamingSettings
{
    [CommandOption("--seeds <LIST>")]
    [Description("Seeds of several networks, such as 1,2,3,4: the comparison is made on each. Default: --seed alone")]
    public string? Seeds { get; init; }

    [CommandOption("--ways <LIST>")]
    [Description("Names of an episode; several numbers make several comparisons. Default: 2, and 5 where there are as many names")]
    public string? Ways { get; init; }

    [CommandOption("--shots <LIST>")]
    [Description("Examples of each name; several numbers make several comparisons; 0 takes all")]
    [DefaultValue("1")]
    public string Shots { get; init; } = "1";

    [CommandOption("-n|--episodes <N>")]
    [Description("Random choices of examples")]
    [DefaultValue(100)]
    public int Episodes { get; init; } = 100;

    [CommandOption("--tests <N>")]
    [Description("Most pictures to name, of each name. Default: all")]
    public int? Tests { get; init; }

    [CommandOption("--contestants <LIST>")]
    [Description("Who takes part: naming, naming-plain, naming-potential, svm, svm-neurons, linear-svm, nearest, pixels, cnn-naming, cnn-svm, cnn-nearest. Default: all")]
    public string? Contestants { get; init; }

    [CommandOption("--cnn <MODEL>")]
    [Description("A pretrained network (biolearn models list) whose activations take part too")]
    public string? Cnn { get; init; }

    public override ValidationResult Validate()
    {
        if (Episodes < 1)
            return ValidationResult.Error($"--episodes {Episodes}: must be at least 1");
        if (Tests < 1)
            return ValidationResult.Error($"--tests {Tests}: must be at least 1");
        if (List<int>("--shots", Shots).Any(shots => shots < 0))
            return ValidationResult.Error($"--shots {Shots}: expected numbers of examples, or 0 for all");
        if (Ways is { } ways && List<int>("--ways", ways).Any(way => way < 2))
            return ValidationResult.Error($"--ways {ways}: expected numbers of names, each at least 2");
        return base.Validate();
    }
}

/// <summary><c>biolearn naming compare</c>: naming after one or a few examples against support vector machines, on the same pictures.</summary>
internal sealed class NamingCompareCommand(IAnsiConsole console) : AsyncCommand<NamingCompareSettings>
{
    public override async Task<int> ExecuteAsync(CommandContext context, NamingCompareSettings settings, CancellationToken cancellation)
    {
        if (settings.Network is not null)
            new GivenOptions(context, settings).Refuse("--network names the network already", nameof(settings.Seeds));
        using var folder = OutputFolder.Take("--out", settings.Out, ResultTables.Summary, ResultTables.Episodes, ResultTables.Networks, NamingReport.FileName);
        var set = PictureSource.Open(settings.Data, settings.TestShare, settings.Seed);
        int[] ways = settings.Ways is { } list ? NamingSettings.List<int>("--ways", list) : set.Names.Count >= 5 ? [2, 5] : [2];
        int[] shots = NamingSettings.List<int>("--shots", settings.Shots);
        long[] seeds = settings.Network is null && settings.Seeds is { } several ? NamingSettings.List<long>("--seeds", several) : [settings.Seed];
        console.MarkupLine($"[bold]{Printable.Escape(set.Title)}[/]: {set.Names.Count} names, {set.Training.Sum(places => places.Length)} pictures to learn from, {set.Test.Sum(places => places.Length)} to be named");
        var results = new List<ComparisonResult>();
        IReadOnlyList<Memory> memories = [];
        IReadOnlyList<Example> examples = [];
        IReadOnlyList<float[]>? cnn = null; // the same pictures on every network
        foreach (long seed in seeds)
        {
            var network = NetworkChoice.Open(console, settings, set, seed, cancellation);
            string name = settings.Network is { } file ? Path.GetFileNameWithoutExtension(file) : $"network {seed}";
            var plan = Plan(settings, set, ways, shots);
            var features = await Look(settings, set, network, plan, cnn, cancellation);
            cnn = settings.Cnn is null ? null : features.Seen.Rows;
            foreach (var (way, shot, published, episodes) in plan)
            {
                var result = new ComparisonResult(name, way, shot, published, await Compare(settings, features, way, episodes, cancellation), settings.Seed);
                if (results.Count == 0)
                {
                    var options = settings.NamingOptions(way);
                    memories = Recall.Names(set, network, features, episodes[0], options, settings.Seed);
                    examples = Answers.Of(set, features, episodes[0], result.Comparison);
                }

                results.Add(result);
                CdfPlot.Write(Path.Combine(settings.Out, $"cdf-{result.Slug}.png"), $"{result.Title}, {name}, {set.Title}", result.Comparison);
                Print(result);
            }
        }

        foreach (AcrossNetworks across in AcrossNetworks.Of(results))
            Print(across);
        ResultTables.Write(settings.Out, results, set.Names);
        await NamingReport.WriteAsync(settings.Out, set, results, memories, examples, Describe(settings, set));
        console.MarkupLine($"{ResultTables.Summary}, {ResultTables.Episodes}, plots and report: [link]{Printable.Escape(Path.GetFullPath(Path.Combine(settings.Out, NamingReport.FileName)))}[/]");
        return ExitCodes.Success;
    }

    private static List<(int Ways, int Shots, bool Published, NamingEpisode[] Episodes)> Plan(NamingCompareSettings settings, PictureSet set, int[] ways, int[] shots)
    {
        var plan = new List<(int, int, bool, NamingEpisode[])>();
        foreach (int way in ways)
        {
            foreach (int shot in shots)
                plan.Add((way, shot, false, Draw(settings, set, way, shot)));
            if (set.Episodes.Count > 0 && way == 5 && shots.Contains(1))
                plan.Add((way, 1, true, set.LaidDown()));
        }

        return plan;
    }

    private static NamingEpisode[] Draw(NamingCompareSettings settings, PictureSet set, int ways, int shots)
    {
        try
        {
            return NamingEpisode.Draw(set.Rows, shots == 0 && set.Names.Count == ways ? 1 : settings.Episodes, ways, shots, settings.Tests ?? int.MaxValue, settings.Seed);
        }
        catch (ArgumentException refused)
        {
            throw new UsageException($"{set.Title}: {refused.Message}");
        }
    }

    private async Task<Features> Look(
        NamingCompareSettings settings, PictureSet set, SpikingNetwork network, IReadOnlyList<(int Ways, int Shots, bool Published, NamingEpisode[] Episodes)> plan, IReadOnlyList<float[]>? known, CancellationToken cancellation)
    {
        NamingEpisode[] all = [.. plan.SelectMany(part => part.Episodes)];
        var features = await Progress("pictures", all.SelectMany(e => e.Examples.Concat(e.Tests)).Distinct().Count(), step =>
            Features.Of(set, network, settings.ActiveFrom, all, settings.ThreadCount, step, cancellation));
        if (features.Silent > 0)
            console.MarkupLine($"[yellow]{features.Silent} of {features.Count} pictures leave the network silent: they are blank, or its thresholds are never reached (--thresholds); they teach nothing and are named by chance[/]");
        if (settings.Cnn is not { } cnn)
            return features;
        if (known is not null)
        {
            features.Seen.Rows = known;
            return features;
        }
        using var model = CnnModel.Load(NetworkChoice.Cnn(cnn), new CnnModelOptions { Threads = settings.ThreadCount });
        return await Progress($"pictures through {cnn}", features.Count, step =>
        {
            features.AddCnn(model, step, cancellation);
            return features;
        });
    }

    private Task<NamingComparison> Compare(NamingCompareSettings settings, Features features, int ways, NamingEpisode[] episodes, CancellationToken cancellation)
    {
        var options = settings.NamingOptions(ways);
        IReadOnlyList<NamingContestant> contestants = [.. NamingContestant.OnSpikes(options, settings.Seed), .. settings.Cnn is null ? [] : NamingContestant.OnRows(options, settings.Seed, "cnn", "activations of a pretrained CNN")];
        if (settings.Contestants is { } chosen)
        {
            string[] keys = chosen.Split(',');
            if (keys.FirstOrDefault(key => contestants.All(c => c.Key != key)) is { } unknown)
                throw new UsageException($"--contestants {unknown}: expected {string.Join(", ", contestants.Select(c => c.Key))}");
            contestants = [.. contestants.Where(c => keys.Contains(c.Key))];
        }

        return Progress("episodes", episodes.Length, step => NamingComparison.Run(contestants, features.Seen, episodes, settings.ThreadCount, step, cancellation));
    }

    private async Task<T> Progress<T>(string what, int total, Func<Action, T> work)
    {
        var view = new ProgressView(console, what, total, 0);
        T? result = default;
        await view.RunAsync(() => Task.Run(() => result = work(() =>
        {
            lock (view)
                view.Step();
        })));
        return result!;
    }

    private void Print(ComparisonResult result)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{Printable.Escape(result.Title)}[/], {Printable.Escape(result.Network)}, {result.Comparison.Episodes.Count} episodes: share named right");
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (string column in (string[])["mean", "sd", "5 %", "median", "95 %"])
            table.AddColumn(new TableColumn(column).RightAligned());
        for (int c = 0; c < result.Comparison.Contestants.Count; c++)
        {
            var d = new EmpiricalDistribution(result.Comparison.Accuracies[c]);
            table.AddRow([result.Comparison.Contestants[c].Key, .. new[] { d.Mean, d.StandardDeviation, d.Quantile(.05), d.Quantile(.5), d.Quantile(.95) }.Select(x => (100 * x).ToString("0.0", CultureInfo.InvariantCulture))]);
        }

        console.Write(table);
        if (result.Difference is { } difference)
            console.MarkupLine($"naming - svm: {Verdict.Points(difference.Difference)} points, 95 % interval {Verdict.Points(difference.Lower)} to {Verdict.Points(difference.Upper)}, p {Verdict.P(difference.PValue)}");
    }

    private void Print(AcrossNetworks across)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{Printable.Escape(across.Title)}[/], {across.Networks.Count} networks: share named right, and 95 % intervals over networks and examples");
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (string column in (string[])["mean", "from", "to", "minus svm", "from", "to"])
            table.AddColumn(new TableColumn(column).RightAligned());
        for (int c = 0; c < across.Contestants.Count; c++)
        {
            var (mean, interval) = across.Accuracy(c);
            string[] difference = across.Difference(c, NamingContestant.Svm) is { } d ? [Verdict.Points(d.Mean), Verdict.Points(d.Interval.Low), Verdict.Points(d.Interval.High)] : ["", "", ""];
            table.AddRow([across.Contestants[c].Key, .. new[] { mean, interval.Low, interval.High }.Select(x => (100 * x).ToString("0.0", CultureInfo.InvariantCulture)), .. difference]);
        }

        console.Write(table);
    }

    private static List<(string Name, string Value)> Describe(NamingCompareSettings settings, PictureSet set)
    {
        var options = settings.NamingOptions(2);
        return
        [
            ("Pictures", set.Title),
            ("Network", settings.Network ?? $"learned from {(set.Unnamed is null ? "the pictures to learn from" : "pictures of its own")}, seeds {settings.Seeds ?? settings.Seed.ToString(CultureInfo.InvariantCulture)}"),
            ("Thresholds", settings.Thresholds ?? "the network's own"),
            ("Active from", settings.ActiveFrom.ToString(CultureInfo.InvariantCulture)),
            ("Rule", settings.Rule ?? "as coded for two names, as intended for more"),
            ("Rates", string.Create(CultureInfo.InvariantCulture, $"a+ {options.PotentiationRate}, a- {options.DepressionRate}, times {options.NoveltyFactor} for the first {options.NovelExampleCount} examples")),
            ("SVM", "C 1; on maxima of maps: standardized, gamma 1 / features; on neurons: gamma 1 / (features x variance)"),
            ("Seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
            ("Version", typeof(NamingCompareCommand).Assembly.GetName().Version?.ToString(3) ?? ""),
        ];
    }
}
