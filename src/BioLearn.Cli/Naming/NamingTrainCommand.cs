using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Naming.Comparing;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Images;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Naming;

/// <summary>The command line of <c>biolearn naming train</c>.</summary>
internal sealed class NamingTrainSettings : NamingSettings
{
    [CommandOption("--shots <N>")]
    [Description("Examples of each name that the cells are shown; 0 for all")]
    [DefaultValue(1)]
    public int Shots { get; init; } = 1;

    [CommandOption("--overwrite")]
    [Description("Begin anew although --out holds a model, and names that were taught to it, or the network of other pictures")]
    public bool Overwrite { get; init; }
}

/// <summary><c>biolearn naming train</c>: a network that learns features from pictures, and cells that are taught their names.</summary>
internal sealed class NamingTrainCommand(IAnsiConsole console) : Command<NamingTrainSettings>
{
    private const string NetworkFile = "network.blsn";

    public override int Execute(CommandContext context, NamingTrainSettings settings, CancellationToken cancellation)
    {
        if (settings.Shots < 0)
            throw new UsageException($"--shots {settings.Shots}: expected a number of examples, or 0 for all");
        string modelPath = Path.Combine(settings.Out, NamingModel.FileName);
        if (File.Exists(modelPath) && !settings.Overwrite)
            throw new UsageException($"{modelPath} holds a model and the names that were taught to it: --overwrite begins anew, --out names another folder, biolearn naming teach adds names");
        using var folder = OutputFolder.Take("--out", settings.Out, NamingModel.FileName, NetworkFile);
        var set = PictureSource.Open(settings.Data, settings.TestShare, settings.Seed);
        if (settings.Overwrite)
            Clear(settings);
        string networkPath = settings.Network ?? Path.Combine(settings.Out, NetworkFile);
        if (settings.Network is null)
            NetworkChoice.TrainOrResume(console, set, NetworkChoice.For(set, settings.Seed), networkPath, settings.ThreadCount, cancellation);
        else
            NetworkChoice.Open(console, settings, set, settings.Seed, cancellation);
        var model = NamingModel.Train(set, networkPath, settings, settings.Shots, warning => console.MarkupLine($"[yellow]{Printable.Escape(warning)}[/]"));
        model.Save(settings.Out);
        cancellation.ThrowIfCancellationRequested();

        NamedPicture[] tests = [.. set.Test.SelectMany(places => places).Select(place => set.Pictures[place])];
        var named = model.Name([.. tests.Select(picture => picture.Picture)], settings.ThreadCount);
        int silent = named.Count(answer => answer.IsSilent);
        if (silent > 0)
            console.MarkupLine($"[yellow]{silent} of {tests.Length} test pictures leave the network silent: they are blank, or its thresholds are never reached (--thresholds, --active-from); they are named by chance[/]");
        int right = named.Where((answer, i) => answer.Name == set.Names[tests[i].Name]).Count();
        for (int name = 0; name < model.Names.Length; name++)
            ImageFiles.Save(Features.Coloured(model.Recall(name)), Path.Combine(settings.Out, $"recalled-{FileWord(model.Names[name])}.png"));
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"{model.Names.Length} names after {(settings.Shots == 0 ? "all examples" : $"{settings.Shots} example(s) each")}: {right} of {tests.Length} test pictures named right ({100.0 * right / tests.Length:0.0} %)"));
        console.MarkupLine($"{NamingModel.FileName} and what each name recalls in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }

    /// <summary>Deletes what an earlier training has left in the folder; a network that is named stays.</summary>
    private static void Clear(NamingTrainSettings settings)
    {
        foreach (string recalled in Directory.GetFiles(settings.Out, "recalled-*.png"))
            File.Delete(recalled);
        File.Delete(Path.Combine(settings.Out, NamingModel.FileName));
        string network = Path.Combine(settings.Out, NetworkFile);
        if (settings.Network is null || Path.GetFullPath(settings.Network) != Path.GetFullPath(network))
            File.Delete(network);
    }

    /// <summary>A name as part of a file's name.</summary>
    public static string FileWord(string name) => string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
}
