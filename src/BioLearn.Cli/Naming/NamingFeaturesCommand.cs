using System.ComponentModel;
using BioLearn.Cli.Naming.Comparing;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Models;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Naming;

/// <summary>The command line of <c>biolearn naming features</c>.</summary>
internal sealed class NamingFeaturesSettings : CommandSettings
{
    [CommandOption("-d|--data <FOLDER>")]
    [Description("Named pictures, as for biolearn naming compare: one folder a name, lists and an archive, IDX files, Omniglot. Default: bundled pictures of clothes")]
    [DefaultValue(PictureSource.Sample)]
    public string Data { get; init; } = PictureSource.Sample;

    [CommandOption("--cnn <MODEL>")]
    [Description("The pretrained network (biolearn models list): activations of its last hidden layer are written, of one without its last layer its output")]
    [DefaultValue("resnet18")]
    public string Cnn { get; init; } = "resnet18";

    [CommandOption("-t|--threads <N>")]
    [Description("Default: all cores; changes speed, never the numbers")]
    public int? Threads { get; init; }

    [CommandOption("-o|--out <CSV>")]
    [Description("The file: a column label, then a column a feature; a row a picture")]
    [DefaultValue("features.csv")]
    public string Out { get; init; } = "features.csv";

    public override ValidationResult Validate() => Threads < 1 ? ValidationResult.Error($"--threads {Threads}: must be at least 1")
        : ValidationResult.Success();
}

/// <summary><c>biolearn naming features</c>: pictures as a pretrained network sees them, for the task <c>naming</c> of grid files and for other programs.</summary>
internal sealed class NamingFeaturesCommand(IAnsiConsole console) : AsyncCommand<NamingFeaturesSettings>
{
    private const double AnyShare = .5; // all pictures are written, whichever would be set aside

    public override async Task<int> ExecuteAsync(CommandContext context, NamingFeaturesSettings settings, CancellationToken cancellation)
    {
        OutputFile.Check("--out", settings.Out);
        string file = NetworkChoice.Cnn(settings.Cnn);
        var set = PictureSource.Open(settings.Data, AnyShare, seed: 1);
        int[] places = [.. set.Training.Concat(set.Test).SelectMany(own => own).Distinct().Order()];
        using var model = CnnModel.Load(file, new CnnModelOptions { Threads = settings.Threads ?? Environment.ProcessorCount });
        float[][] rows = [];
        var view = new ProgressView(console, $"pictures through {settings.Cnn}", places.Length, 0);
        await view.RunAsync(() => Task.Run(() => rows = CnnFeatures.Of(set, model, places, view.Step, cancellation), CancellationToken.None));
        int width = rows[places[0]].Length;
        SafeFile.Write(settings.Out, stream => CsvText.Write(
            stream, ["label", .. Enumerable.Range(1, width).Select(i => $"f{i}")], places.Select(place => (object[])[set.Names[set.Pictures[place].Name], .. rows[place].Select(x => (object)x)])));
        console.MarkupLine($"{places.Length} pictures of {set.Names.Count} names, {width} features: [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }
}
