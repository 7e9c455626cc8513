using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Studies;
using BioLearn.ML.Plasticity.Mazes;
using BioLearn.Plots;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary>The command line of <c>biolearn plastic maze</c>.</summary>
internal sealed class MazeSettings : SeededSettings
{
    [CommandOption("-p|--plasticity <KINDS>")]
    [Description("What learns within an episode, with commas: off, plastic (constant rate), simple or retroactive (neuromodulated)")]
    [DefaultValue("off,plastic,simple")]
    public string Plasticity { get; init; } = "off,plastic,simple";

    [CommandOption("--size <CELLS>")]
    [Description("Cells a side, walls among them; odd. Published: 13")]
    [DefaultValue(7)]
    public int Size { get; init; } = 7;

    [CommandOption("--steps <N>")]
    [Description("Steps of an episode. Published: 200")]
    [DefaultValue(60)]
    public int Steps { get; init; } = 60;

    [CommandOption("--neurons <N>")]
    [Description("Recurrent neurons. Published: 100")]
    [DefaultValue(50)]
    public int Neurons { get; init; } = 50;

    [CommandOption("--updates <N>")]
    [Description("Updates, each of --batch episodes. Published: 200000")]
    [DefaultValue(3000)]
    public int Updates { get; init; } = 3000;

    [CommandOption("-b|--batch <N>")]
    [Description("Episodes of an update. Published: 30")]
    [DefaultValue(20)]
    public int Batch { get; init; } = 20;

    [CommandOption("--learning-rate <RATE>")]
    [Description("Adam's rate. Published: 0.0001")]
    [DefaultValue(.001)]
    public double LearningRate { get; init; } = .001;

    [CommandOption("--seeds <N>")]
    [Description("Runs of each, with seeds from 0")]
    [DefaultValue(1)]
    public override int Seeds { get; init; } = 1;

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where runs, curves and pictures go; runs that lie there are not done again")]
    [DefaultValue("maze")]
    public string Out { get; init; } = "maze";

    public override ValidationResult Validate() =>
        Size is < 5 or > 101 || Size % 2 == 0 ? ValidationResult.Error($"--size {Size}: must be odd, from 5 to 101")
        : Steps is < 1 or > 10_000 ? ValidationResult.Error($"--steps {Steps}: must lie between 1 and 10000")
        : Neurons is < 1 or > 2000 ? ValidationResult.Error($"--neurons {Neurons}: must lie between 1 and 2000")
        : Updates < 1 ? ValidationResult.Error($"--updates {Updates}: must be at least 1")
        : Batch is < 1 or > 1000 ? ValidationResult.Error($"--batch {Batch}: must lie between 1 and 1000")
        : (long)Neurons * Neurons * (Steps + Batch) > 1 << 29 ? ValidationResult.Error($"--neurons {Neurons}: its traces, {Neurons} x {Neurons} at each of {Steps} steps and in each of {Batch} episodes, are more than {1 << 29} numbers")
        : !(LearningRate is > 0 and <= 1) ? ValidationResult.Error($"--learning-rate {LearningRate}: must lie above 0, at most 1")
        : base.Validate();
}

/// <summary><c>biolearn plastic maze</c>: networks that learn how to learn mazes, with and without plasticity; what it brings, and how an episode goes.</summary>
internal sealed class MazeCommand(IAnsiConsole console) : Command<MazeSettings>
{
    private const string CurvesFile = "rewards.png";

    public override int Execute(CommandContext context, MazeSettings settings, CancellationToken cancellation)
    {
        string[] kinds = [.. settings.Plasticity.Split(',').Select(kind => Choice.Parse("--plasticity", kind.Trim(), MazeTrial.Kinds, one => one)).Distinct()];
        using OutputFolder folder = OutputFolder.Take("--out", settings.Out, [CurvesFile, .. kinds.Select(EpisodeFile)]);
        string grid = string.Create(CultureInfo.InvariantCulture, $$"""
            name: plastic-maze
            summary: A maze of {{settings.Size}} x {{settings.Size}} cells, {{settings.Updates}} updates
            task: maze
            seeds: {{settings.Seeds}}
            trial:
              plasticity: {grid: [{{string.Join(", ", kinds.Select(kind => $"'{kind}'"))}}]}
              size: {{settings.Size}}
              steps: {{settings.Steps}}
              neurons: {{settings.Neurons}}
              updates: {{settings.Updates}}
              batch-size: {{settings.Batch}}
              learning-rate: {{settings.LearningRate}}
            """);
        if (new LearningToLearn(console, grid, folder, settings.Workers).Run(cancellation) is not { } runs)
            return ExitCodes.SomeFailed;
        var groups = kinds.Select(kind => (kind, runs.Where(run => LearningToLearn.Setting(run.Trial, "plasticity") == kind).Select(run => run.Record).ToArray())).ToArray();
        LearningToLearn.Curves($"Mazes of {settings.Size} x {settings.Size} cells, {settings.Neurons} neurons", "reward of an episode", "reward", groups).Save(folder[CurvesFile]);
        var table = new Table().Border(TableBorder.Simple).AddColumn("plasticity");
        foreach (string heading in (string[])["reward of an episode", "first half", "second half"])
            table.AddColumn(new TableColumn(heading).RightAligned());
        foreach ((string kind, TrialRecord[] seeds) in groups)
        {
            table.AddRow([kind, .. ((string[])["final-reward", "first-half", "second-half"]).Select(metric => LearningToLearn.Text([.. seeds.Select(record => LearningToLearn.Last(record, metric))], "0.0"))]);
            Episode(settings, kind, seeds[0]).Save(folder[EpisodeFile(kind)]);
        }
        console.Write(table);
        console.MarkupLine($"reward {new MazeOptions().Reward} each time that the cell is found; {new MazeTrial().TestEpisodes} episodes after training, actions drawn from the policy. {CurvesFile}, {string.Join(", ", kinds.Select(EpisodeFile))} in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }

    private static string EpisodeFile(string kind) => $"episode-{kind}.png";

    private static MazePicture Episode(MazeSettings settings, string kind, TrialRecord record)
    {
        TrialRow[] rows = [.. record.Rows.Where(row => row.Find("step-reward") is not null)];
        MazeCell Cell(TrialRow row, string prefix) => new((int)row.Find($"{prefix}row")!.Value, (int)row.Find($"{prefix}column")!.Value);
        return new(new() { Size = settings.Size, Steps = settings.Steps }, Cell(rows[0], "goal-"), [.. rows.Select(row => new MazeStep(Cell(row, ""), 0, row.Find("step-reward")!.Value, row.Find("signal")!.Value))])
        {
            Title = kind == "off" ? "An episode without plasticity" : $"An episode, plasticity {kind}",
        };
    }
}
