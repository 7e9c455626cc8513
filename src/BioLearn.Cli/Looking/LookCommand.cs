using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Exports;
using BioLearn.Cli.Scoring;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Networks;
using BioLearn.Plots;
using Microsoft.ML;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Looking;

/// <summary>The command line of <c>biolearn look</c>.</summary>
internal sealed class LookSettings : CommandSettings
{
    [CommandArgument(0, "<MODELS>")]
    [Description("Saved ML.NET models (.zip), or folders of biolearn train; several are set one below the other")]
    public string[] Models { get; init; } = [];

    [CommandOption("-p|--picture <SHAPE>")]
    [Description("What a row of features is, such as 28x28, or 3x32x32. Default: what the network says, or a square")]
    public string? Picture { get; init; }

    [CommandOption("-n|--units <N>")]
    [Description("Most units of a layer that are drawn, the first ones")]
    [DefaultValue(40)]
    public int Units { get; init; } = 40;

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where pictures go")]
    [DefaultValue("look")]
    public string Out { get; init; } = "look";

    public override ValidationResult Validate()
    {
        if (Units < 1)
            return ValidationResult.Error($"--units {Units}: must be at least 1");
        return Shape() is null && Picture is not null ? ValidationResult.Error($"--picture {Picture}: expected HEIGHTxWIDTH, or 1 or 3 channels before them, such as 28x28 or 3x32x32") : base.Validate();
    }

    /// <summary>What --picture says; null where it says nothing, or nothing that is a picture.</summary>
    public TensorShape? Shape()
    {
        int[] sizes = [.. (Picture ?? "").Split('x').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0)];
        return sizes.Any(size => size is < 1 or > 1 << 14) ? null
            : sizes.Length == 2 ? new TensorShape(1, sizes[0], sizes[1])
            : sizes is [1 or 3, _, _] ? new TensorShape(sizes[0], sizes[1], sizes[2]) : null;
    }
}

/// <summary><c>biolearn look</c>: what the units of trained networks see, and what they draw when they are sent backwards through their own weights.</summary>
internal sealed class LookCommand(IAnsiConsole console) : Command<LookSettings>
{
    private const string Outputs = "outputs.png";

    public override int Execute(CommandContext context, LookSettings settings, CancellationToken cancellation)
    {
        string[] paths = [.. settings.Models.Select(ScoredData.ModelPath)], names = [.. Names(settings.Models)];
        using var folder = OutputFolder.Take("--out", settings.Out, Outputs);
        var mlContext = new MLContext(seed: 0);
        LookedAt[] models = [.. paths.Select((path, i) => LookedAt.Of(SavedNetwork.Open(mlContext, path), names[i], settings.Shape()))];
        foreach (LookedAt model in models)
        {
            foreach ((string what, ImageTiles sheet) in model.Sheets(settings.Units, cancellation))
            {
                sheet.Save(folder[$"{model.Name}-{what}.png"]);
                console.MarkupLine($"{Printable.Escape(model.Name)}-{what}.png: {Printable.Escape(sheet.Title ?? "")}");
            }
        }
        LookedAt[] drawing = [.. models.Where(model => model.HasOutputs)];
        if (drawing.Length > 0)
        {
            LookedAt.OutputsOf(drawing, settings.Units).Save(folder[Outputs]);
            console.MarkupLine($"{Outputs}: what the outputs draw, a line a model");
        }
        console.MarkupLine($"in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }

    /// <summary>Names of files: those of the folders or files, numbered where two are alike.</summary>
    private static IEnumerable<string> Names(string[] models)
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        foreach (string model in models)
        {
            string name = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(model)), free = name;
            for (int number = 2; !taken.Add(free); number++)
                free = $"{name}-{number}";
            yield return free;
        }
    }
}
