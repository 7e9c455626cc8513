using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Plasticity.FeedForward;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary>The command line of <c>biolearn plastic feedforward</c>.</summary>
internal sealed class FeedForwardSettings : CommandSettings
{
    [CommandArgument(0, "<TASK>")]
    [Description("completion, oneshot or reversal")]
    public string Task { get; init; } = "";

    [CommandOption("--gradient <GRADIENT>")]
    [Description("exact, or as-coded: that of the published programs")]
    [DefaultValue("as-coded")]
    public string Gradient { get; init; } = "as-coded";

    [CommandOption("--seeds <N>")]
    [Description("Runs, with seeds from 0")]
    [DefaultValue(20)]
    public int Seeds { get; init; } = 20;

    public override ValidationResult Validate()
        => Seeds is < 1 or > 1000 ? ValidationResult.Error($"--seeds {Seeds}: must lie between 1 and 1000") : ValidationResult.Success();
}

/// <summary><c>biolearn plastic feedforward</c>: the three published experiments, their medians and quartiles over many seeds.</summary>
internal sealed class FeedForwardCommand(IAnsiConsole console) : Command<FeedForwardSettings>
{
    private const int Stretches = 10;

    public override int Execute(CommandContext context, FeedForwardSettings settings, CancellationToken cancellation)
    {
        FeedForwardTask[] tasks = [FeedForwardTask.Completion, FeedForwardTask.OneShot, FeedForwardTask.Reversal];
        var task = tasks.FirstOrDefault(t => t.Name == settings.Task) ?? throw new UsageException($"{settings.Task}: expected {string.Join(", ", tasks.Select(t => t.Name))}");
        var gradient = Choice.Parse<FeedForwardGradient>("--gradient", settings.Gradient);
        double[][] errors = [.. Enumerable.Range(0, settings.Seeds).Select(seed => Run(task, gradient, seed, cancellation))];

        var table = new Table().Border(TableBorder.Simple).Title($"{task.Name}, {settings.Gradient}, {settings.Seeds} seeds").AddColumn("episodes");
        foreach (string heading in (string[])["lower quartile", "median", "upper quartile"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        int stretch = task.Episodes / Stretches;
        for (int s = 0; s < Stretches; s++)
            AddRow(table, $"{s * stretch + 1} to {(s + 1) * stretch}", [.. errors.Select(run => run.AsSpan(s * stretch, stretch).ToArray().Average())]);
        double[] last = [.. errors.Select(run => run[^FeedForwardTask.FrozenEpisodes..].Average())];
        AddRow(table, $"last {FeedForwardTask.FrozenEpisodes}", last);
        console.Write(table);
        console.WriteLine($"last {FeedForwardTask.FrozenEpisodes} of each seed: {string.Join(' ', last.Select(e => e.ToString("0.#####", CultureInfo.InvariantCulture)))}");
        return ExitCodes.Success;
    }

    private static double[] Run(FeedForwardTask task, FeedForwardGradient gradient, int seed, CancellationToken cancellation)
    {
        var trainer = new FeedForwardTrainer<double>(task, gradient, seed);
        trainer.Train(cancellation);
        return trainer.Errors.ToArray();
    }

    private static void AddRow(Table table, string name, double[] values)
    {
        EmpiricalDistribution distribution = new(values);
        table.AddRow(name, Text(distribution.Quantile(.25)), Text(distribution.Quantile(.5)), Text(distribution.Quantile(.75)));
    }

    private static string Text(double value) => value.ToString("0.#####", CultureInfo.InvariantCulture);
}
