using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary>The command line of <c>biolearn plastic omniglot</c>.</summary>
internal sealed class OmniglotSettings : SeededSettings
{
    [CommandOption("-d|--data <FOLDER>")]
    [Description("Folder of Omniglot: background-images-105-idx3-ubyte and evaluation-images-105-idx3-ubyte, compressed or not. Default: the environment variable BIOLEARN_OMNIGLOT")]
    public string? Data { get; init; }

    [CommandOption("-c|--classes <N>")]
    [Description("Characters of an episode")]
    [DefaultValue(5)]
    public int Classes { get; init; } = 5;

    [CommandOption("--features <N>")]
    [Description("Channels of the four convolutions. Published: 64")]
    [DefaultValue(64)]
    public int Features { get; init; } = 64;

    [CommandOption("--updates <N>")]
    [Description("Updates, each of --batch episodes. Published: 5000000")]
    [DefaultValue(10_000)]
    public int Updates { get; init; } = 10_000;

    [CommandOption("-b|--batch <N>")]
    [Description("Episodes of an update. Published: 1")]
    [DefaultValue(8)]
    public int Batch { get; init; } = 8;

    [CommandOption("--learning-rate <RATE>")]
    [Description("Adam's rate. Published: 0.00003")]
    [DefaultValue(.0005)]
    public double LearningRate { get; init; } = .0005;

    [CommandOption("--with-and-without")]
    [Description("Also the same network without plasticity")]
    public bool WithAndWithout { get; init; }

    [CommandOption("--seeds <N>")]
    [Description("Runs, with seeds from 0")]
    [DefaultValue(1)]
    public override int Seeds { get; init; } = 1;

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where runs and curves go; runs that lie there are not done again")]
    [DefaultValue("omniglot")]
    public string Out { get; init; } = "omniglot";

    public override ValidationResult Validate() =>
        Classes is < 2 or > 100 ? ValidationResult.Error($"--classes {Classes}: must lie between 2 and 100")
        : Features is < 1 or > 512 ? ValidationResult.Error($"--features {Features}: must lie between 1 and 512")
        : Updates < 1 ? ValidationResult.Error($"--updates {Updates}: must be at least 1")
        : Batch is < 1 or > 256 ? ValidationResult.Error($"--batch {Batch}: must lie between 1 and 256")
        : !(LearningRate is > 0 and <= 1) ? ValidationResult.Error($"--learning-rate {LearningRate}: must lie above 0, at most 1")
        : base.Validate();
}

/// <summary><c>biolearn plastic omniglot</c>: a network with a plastic layer that tells characters apart after one example of each.</summary>
internal sealed class OmniglotCommand(IAnsiConsole console) : Command<OmniglotSettings>
{
    private const string CurvesFile = "learning.png", Source = "omniglot", Pictures = "background-images-105-idx3-ubyte", Variable = "BIOLEARN_OMNIGLOT";

    public override int Execute(CommandContext context, OmniglotSettings settings, CancellationToken cancellation)
    {
        using OutputFolder folder = OutputFolder.Take("--out", settings.Out, CurvesFile);
        string data = settings.Data ?? Environment.GetEnvironmentVariable(Variable) ?? throw new DirectoryNotFoundException($"no folder of Omniglot is given by --data or by {Variable}; its pictures are at github.com/brendenlake/omniglot, the IDX files are made of them");
        if (!Directory.Exists(data))
            throw new UsageException($"--data {data}: no such folder");
        if (IdxFolder.Find(data, Pictures) is null)
            throw new UsageException($"--data {data}: no {Pictures}, compressed or not; expected Omniglot's IDX files");
        string grid = string.Create(CultureInfo.InvariantCulture, $$"""
            name: plastic-omniglot
            summary: {{settings.Classes}} characters, one example of each, {{settings.Updates}} updates
            task: one-shot
            data:
              {{Source}}: '{{Path.GetFullPath(data).Replace("'", "''", StringComparison.Ordinal)}}'
            seeds: {{settings.Seeds}}
            trial:
              data: {{Source}}
              plastic: {{(settings.WithAndWithout ? "{grid: [true, false]}" : "{grid: [true]}")}}
              classes: {{settings.Classes}}
              features: {{settings.Features}}
              updates: {{settings.Updates}}
              batch-size: {{settings.Batch}}
              learning-rate: {{settings.LearningRate}}
            """);
        if (new LearningToLearn(console, grid, folder, settings.Workers).Run(cancellation) is not { } runs)
            return ExitCodes.SomeFailed;
        var groups = runs.GroupBy(run => LearningToLearn.Setting(run.Trial, "plastic")).Select(group => (group.Key == "true" ? "plastic" : "without plasticity", group.Select(run => run.Record).ToArray())).ToArray();
        LearningToLearn.Curves($"Omniglot, {settings.Classes} ways, one shot", "accuracy on training characters", "training-accuracy", groups).Save(folder[CurvesFile]);
        var table = new Table().Border(TableBorder.Simple).AddColumn("network").AddColumn(new TableColumn("accuracy on new characters").RightAligned()).AddColumn(new TableColumn("chance").RightAligned());
        foreach ((string name, TrialRecord[] seeds) in groups)
            table.AddRow(name, LearningToLearn.Text([.. seeds.Select(record => 100 * LearningToLearn.Last(record, "accuracy"))], "0.0") + " %", string.Create(CultureInfo.InvariantCulture, $"{100.0 / settings.Classes:0.0} %"));
        console.Write(table);
        console.MarkupLine($"1,000 episodes of characters of alphabets that were not learned from, with one example of each character. {CurvesFile} in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }
}
