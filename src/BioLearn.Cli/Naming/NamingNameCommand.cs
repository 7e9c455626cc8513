using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Images;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Naming;

/// <summary>The command line of <c>biolearn naming name</c>.</summary>
internal sealed class NamingNameSettings : CommandSettings
{
    [CommandArgument(0, "<PICTURES>")]
    [Description("Pictures, folders of pictures, patterns such as \"photos/*.jpg\"")]
    public string[] Pictures { get; init; } = [];

    [CommandOption("-m|--model <FOLDER>")]
    [Description("Folder of biolearn naming train")]
    [DefaultValue("naming")]
    public string Model { get; init; } = "naming";

    [CommandOption("--threshold <SCORE>")]
    [Description("Pictures whose best score stays below this get no name")]
    public float? Threshold { get; init; }

    [CommandOption("-o|--out <CSV>")]
    [Description("File for names and scores")]
    public string? Out { get; init; }

    [CommandOption("-t|--threads <N>")]
    [Description("Default: all cores")]
    public int? Threads { get; init; }
}

/// <summary><c>biolearn naming name</c>: names for pictures.</summary>
internal sealed class NamingNameCommand(IAnsiConsole console) : Command<NamingNameSettings>
{
    public override int Execute(CommandContext context, NamingNameSettings settings, CancellationToken cancellation)
    {
        var inputs = InputFiles.FindPictures(settings.Pictures);
        OutputFile.Check("--out", settings.Out, [.. inputs, Path.Combine(settings.Model, NamingModel.FileName)]);
        var model = NamingModel.Load(settings.Model);
        List<string> paths = [], failed = [];
        List<BioLearn.ML.Spiking.GrayPicture> pictures = [];
        foreach (string path in inputs)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                pictures.Add(PictureSource.Load(path));
                paths.Add(path);
            }
            catch (InvalidImageException error)
            {
                failed.Add(error.Message);
            }
        }

        var named = model.Name(pictures, settings.Threads ?? Environment.ProcessorCount);
        string[] names = model.Names;
        int guessed = 0;
        var table = new Table().Border(TableBorder.Simple).AddColumn("picture").AddColumn("name").AddColumn(new TableColumn("score").RightAligned()).AddColumn("next");
        var csv = new CsvText(["picture", "name", .. names]);
        for (int i = 0; i < named.Length; i++)
        {
            var (_, scores, silent) = named[i];
            if (silent)
                guessed++;
            string name = scores.Max() < settings.Threshold ? "" : named[i].Name;
            int[] order = [.. Enumerable.Range(0, scores.Length).OrderByDescending(k => scores[k])];
            table.AddRow(
                Printable.Escape(paths[i]), name.Length > 0 ? $"[bold]{Printable.Escape(name)}[/]" : "[grey]no name[/]",
                scores[order[0]].ToString("0.0", CultureInfo.InvariantCulture),
                order.Length > 1 ? $"{Printable.Escape(names[order[1]])} {scores[order[1]].ToString("0.0", CultureInfo.InvariantCulture)}" : "");
            csv.Row([paths[i], name, .. scores.Select(x => (object)x)]);
        }

        console.Write(table);
        if (guessed > 0)
            console.MarkupLine($"[yellow]{guessed} of {named.Length} pictures leave the network silent: their names are guesses[/] (blank pictures, or thresholds that are never reached)");
        if (settings.Out is { } file)
            SafeFile.WriteText(file, csv.ToString());
        foreach (string message in failed)
            console.MarkupLine($"[red]skipped[/] {Printable.Escape(message)}");
        return failed.Count > 0 ? ExitCodes.SomeFailed : ExitCodes.Success;
    }
}
