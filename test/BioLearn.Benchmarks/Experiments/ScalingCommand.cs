using System.ComponentModel;
using System.Globalization;
using BioLearn.Benchmarks.Harness;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Statistics;
using BioLearn.Plots;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Experiments;

/// <summary>
/// <c>-- scaling GRID RESULTS</c>: what an experiment of <c>experiments/scaling</c> measured, over the setting that it varies; the model that each series
/// fits best; and what the model says of a size that was not measured.
/// </summary>
internal sealed class ScalingCommand : Command<ScalingCommand.Settings>
{
    private const int DrawnPoints = 40;

    internal sealed class Settings : CommandSettings
    {
        [CommandArgument(0, "<GRID>")]
        [Description("The grid file, such as experiments/scaling/rows.quick.yaml.")]
        public required string Grid { get; init; }

        [CommandArgument(1, "<RESULTS>")]
        [Description("The folder of results that biolearn experiment run made.")]
        public required string Results { get; init; }

        [CommandOption("--over <SETTING>")]
        [Description("Setting over which costs are drawn. Default: the last part of the grid's name.")]
        public string? Over { get; init; }

        [CommandOption("--metric <NAME>")]
        [Description("seconds, cpu-seconds, score-seconds or megabytes.")]
        [DefaultValue("seconds")]
        public string Metric { get; init; } = "seconds";

        [CommandOption("--to <SIZE>")]
        [Description("Size to extrapolate to. Default: 64 threads, a million rows, eight times the largest size of anything else.")]
        public double? To { get; init; }

        [CommandOption("--picture <FILE>")]
        [Description("Where the picture goes: .png or .svg.")]
        [DefaultValue("scaling.png")]
        public string Picture { get; init; } = "scaling.png";

        public override ValidationResult Validate() => !File.Exists(Grid) ? ValidationResult.Error($"{Grid}: there is no such file")
            : !Directory.Exists(Results) ? ValidationResult.Error($"{Results}: there is no such folder")
            : To is <= 0 ? ValidationResult.Error($"--to is {To}, must be above 0") : ValidationResult.Success();
    }

    public override int Execute(CommandContext context, Settings settings, CancellationToken cancellationToken)
    {
        Experiment experiment = new(GridFile.Read(settings.Grid), TrialCatalog.Standard());
        string over = settings.Over ?? experiment.Grid.Name.Split('/')[^1].Split('-')[0];
        RecordTable records = RecordTable.Read(experiment, new ResultsFolder(settings.Results), cancellation: cancellationToken);
        Series[] all = [.. SeriesOf(records, over, settings.Metric)];
        if (all.Length == 0)
            throw new InvalidDataException($"{settings.Results} has no {settings.Metric} of two values of {over}; expected results of {settings.Grid}.");
        bool threads = over == "threads";
        double to = settings.To ?? (over == "rows" ? 1e6 : threads ? 64 : 8 * all.Max(series => series.Sizes[^1]));
        Chart chart = new()
        {
            Title = $"{experiment.Grid.Name}: {settings.Metric}, measured (points) and fitted (lines)",
            Width = 900,
            Height = 620,
            X = new(over) { Logarithmic = true },
            Y = new(settings.Metric) { Logarithmic = true },
        };
        foreach (Series series in all)
        {
            GrowthFit fit = threads ? GrowthFit.Of(GrowthForm.Shared, series.Sizes, series.Costs) : GrowthFit.Best(series.Sizes, series.Costs);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{series.Name}: {Measured(series)}; {Formula(fit, over)} (relative error {fit.Error:P1}); at {over} {to:G4}: {fit.At(to):G3}{(threads ? Speedup(fit, to) : "")}"));
            chart.Points(series.Name, series.Sizes.Zip(series.Costs, (x, y) => new PlotPoint(x, y)), new() { Hollow = true });
            double step = Math.Pow(to / series.Sizes[0], 1.0 / DrawnPoints);
            chart.Curve($"{series.Name}, fitted", Enumerable.Range(0, DrawnPoints + 1).Select(i => series.Sizes[0] * Math.Pow(step, i)).Select(x => new PlotPoint(x, fit.At(x))), new() { Dashed = true });
        }
        chart.Save(settings.Picture);
        Report.Line($"Picture: {settings.Picture}");
        Report.Line(threads
            ? "Assumed: what two threads cannot share stays the same for any number (Amdahl); as much memory bandwidth for each thread as these had; no cost of waking more."
            : "Assumed: beyond what was measured the same form holds: no cache is left, no memory runs out, no other way is taken by larger work.");
        return 0;
    }

    /// <summary>Medians over repetitions, for each combination of the other settings.</summary>
    private static IEnumerable<Series> SeriesOf(RecordTable records, string over, string metric)
    {
        string[] others = [.. records.Settings.Where(setting => setting != over && records.Rows.Select(row => row.Setting(setting)).Distinct().Skip(1).Any())];
        foreach (var group in records.Rows.Where(row => row.Setting(over) is not null && row.Metric(metric) > 0).GroupBy(row => string.Join(", ", others.Select(row.Setting).Where(value => value is not null))))
        {
            (double Size, double Cost)[] points = [.. group.GroupBy(row => double.Parse(row.Setting(over)!, CultureInfo.InvariantCulture)).OrderBy(size => size.Key)
                .Select(size => (size.Key, Median([.. size.Select(row => row.Metric(metric)!.Value)])))];
            if (points.Length > 1)
                yield return new(group.Key, [.. points.Select(p => p.Size)], [.. points.Select(p => p.Cost)]);
        }
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static string Measured(Series series) => string.Join(", ", series.Sizes.Zip(series.Costs, (x, y) => string.Create(CultureInfo.InvariantCulture, $"{x:G6}: {y:G3}")));

    private static string Formula(GrowthFit fit, string size) => fit.Form switch
    {
        GrowthForm.Power => string.Create(CultureInfo.InvariantCulture, $"{fit.A:G3} {size}^{fit.B:F2}"),
        GrowthForm.Line => string.Create(CultureInfo.InvariantCulture, $"{fit.A:G3} + {fit.B:G3} {size}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{fit.A:G3} + {fit.B:G3} / {size}"),
    };

    private static string Speedup(GrowthFit fit, double threads) =>
        string.Create(CultureInfo.InvariantCulture, $", {fit.At(1) / fit.At(threads):F1} times one thread; {fit.A / (fit.A + fit.B):P0} is not shared, so never more than {(fit.A + fit.B) / fit.A:F1} times");

    private sealed record Series(string Name, double[] Sizes, double[] Costs);
}
