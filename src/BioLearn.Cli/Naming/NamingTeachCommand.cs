using System.ComponentModel;
using BioLearn.Cli.Naming.Comparing;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Naming;

/// <summary>The command line of <c>biolearn naming teach</c>.</summary>
internal sealed class NamingTeachSettings : CommandSettings
{
    [CommandArgument(0, "<NAME>")]
    [Description("The name; a new one, or one that the model has")]
    public string Name { get; init; } = "";

    [CommandArgument(1, "<PICTURES>")]
    [Description("Pictures, folders of pictures, patterns such as \"cats/*.jpg\"")]
    public string[] Pictures { get; init; } = [];

    [CommandOption("-m|--model <FOLDER>")]
    [Description("Folder of biolearn naming train; its model is replaced")]
    [DefaultValue("naming")]
    public string Model { get; init; } = "naming";

    [CommandOption("--network <FILE>")]
    [Description("A trained spiking network (.blsn): begins a model of this one name in a folder that holds none")]
    public string? Network { get; init; }
}

/// <summary><c>biolearn naming teach</c>: one more name, after one example or a few; the others stay as they are.</summary>
internal sealed class NamingTeachCommand(IAnsiConsole console) : Command<NamingTeachSettings>
{
    public override int Execute(CommandContext context, NamingTeachSettings settings, CancellationToken cancellation)
    {
        bool begins = settings.Network is not null;
        if (!begins)
            NamingModel.RequireAt(settings.Model);
        var paths = InputFiles.FindPictures(settings.Pictures);
        string place = Path.Combine(settings.Model, NamingModel.FileName);
        if (begins && !File.Exists(settings.Network))
            throw new UsageException($"--network {settings.Network}: no such file");
        if (begins && File.Exists(place))
            throw new UsageException($"--network begins a model, and {place} holds one and the names that were taught to it: leave --network out, or name another folder by --model");
        using var folder = OutputFolder.Take("--model", settings.Model, NamingModel.FileName);
        GrayPicture[] pictures = [.. paths.Select(PictureSource.Load)];
        var model = begins ? NamingModel.Begin(settings.Network!, settings.Name, pictures) : NamingModel.Load(settings.Model);
        bool isNew = begins || !model.Names.Contains(settings.Name);
        int silent = model.Silent(pictures, 1);
        if (silent == pictures.Length)
            throw new InvalidDataException($"{paths[0]}{(silent > 1 ? $" and {silent - 1} more" : "")}: nothing in the picture makes the network fire, so it teaches nothing: it is blank, or the thresholds are never reached");
        if (silent > 0)
            console.MarkupLine($"[yellow]{silent} of {pictures.Length} pictures leave the network silent and teach nothing[/]");
        if (!begins)
            model = model.Teach(settings.Name, pictures, 1);
        model.Save(settings.Model);
        int index = Array.IndexOf(model.Names, settings.Name);
        string recalled = Path.Combine(settings.Model, $"recalled-{NamingTrainCommand.FileWord(settings.Name)}.png");
        ImageFiles.Save(Features.Coloured(model.Recall(index)), recalled);
        console.MarkupLine($"{Printable.Escape(settings.Name)}: {(isNew ? "a new name" : "known already, taught further")}, {paths.Count} example{(paths.Count == 1 ? "" : "s")}; the model knows {model.Names.Length} name{(model.Names.Length == 1 ? "" : "s")}");
        console.MarkupLine($"what it recalls: [link]{Printable.Escape(Path.GetFullPath(recalled))}[/]");
        return ExitCodes.Success;
    }
}
