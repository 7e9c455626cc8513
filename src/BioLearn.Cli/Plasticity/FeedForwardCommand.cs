using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Experiments;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Studies;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Plasticity.FeedForward;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary>The command line of <c>biolearn plastic feedforward</c>.</summary>
internal sealed class FeedForwardSettings : SeededSettings
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
    public override int Seeds { get; init; } = 20;

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where the runs go; runs that lie there are not done again")]
    [DefaultValue("feedforward")]
    public string Out { get; init; } = "feedforward";
}

/// <summary><c>biolearn plastic feedforward</c>: the three published experiments, their medians and quartiles over many seeds.</summary>
internal sealed class FeedForwardCommand(IAnsiConsole console) : Command<FeedForwardSettings>
{
    private const string TaskName = "plastic-feedforward";

    public override int Execute(CommandContext context, FeedForwardSettings settings, CancellationToken cancellation)
    {
        FeedForwardTask task = FeedForwardTrial.Tasks.FirstOrDefault(t => t.Name == settings.Task) ?? throw new UsageException($"{settings.Task}: expected {string.Join(", ", FeedForwardTrial.Tasks.Select(t => t.Name))}");
        string gradient = Choice.Word(Choice.Parse<FeedForwardGradient>("--gradient", settings.Gradient));
        Experiment experiment = new(GridFile.Parse($$"""
            name: {{TaskName}}
            summary: {{task.Name}}, gradient {{gradient}}
            task: {{TaskName}}
            seeds: {{settings.Seeds}}
            trial: {task: {{task.Name}}, gradient: {{gradient}}}
            """, $"{task.Name}-{gradient}"));
        using OutputFolder folder = OutputFolder.Take("--out", settings.Out);
        ResultsFolder results = new(folder.Path);
        int code = new TrialsOnTerminal(console, RunLimits.Options(settings.Workers, checkpointEvery: 60) with { RetriesFailed = true }, cancellation).Run(new(experiment, results, settings.Out), trials: null);
        if (code != ExitCodes.Success)
            return code;

        TrialRecord[] runs = [.. experiment.Trials.Select(trial => results.Read(trial.Identity)!)];
        var table = new Table().Border(TableBorder.Simple).Title($"{task.Name}, {gradient}, {settings.Seeds} seeds").AddColumn("episodes");
        foreach (string heading in (string[])["lower quartile", "median", "upper quartile"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        int before = 0;
        for (int s = 0; s < FeedForwardTrial.Stretches; s++)
        {
            int to = runs[0].Rows[s].Iteration;
            AddRow(table, $"{before + 1} to {to}", [.. runs.Select(run => run.Rows[s].Find(FeedForwardTrial.Error)!.Value)]);
            before = to;
        }
        double[] last = [.. runs.Select(run => run.Rows[^1].Find(FeedForwardTrial.FrozenError)!.Value)];
        AddRow(table, $"last {FeedForwardTask.FrozenEpisodes}", last);
        console.Write(table);
        console.WriteLine($"last {FeedForwardTask.FrozenEpisodes} of each seed: {string.Join(' ', last.Select(Text))}");
        return ExitCodes.Success;
    }

    private static void AddRow(Table table, string name, double[] values)
    {
        EmpiricalDistribution distribution = new(values);
        table.AddRow(name, Text(distribution.Quantile(.25)), Text(distribution.Quantile(.5)), Text(distribution.Quantile(.75)));
    }

    private static string Text(double value) => value.ToString("0.#####", CultureInfo.InvariantCulture);
}
