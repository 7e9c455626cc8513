using System.ComponentModel;
using BioLearn.Cli.Scoring;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using Microsoft.ML;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Exports;

/// <summary>The command line of <c>biolearn export</c>.</summary>
internal sealed class ExportModelSettings : CommandSettings
{
    [CommandArgument(0, "<MODEL>")]
    [Description("A saved ML.NET model (.zip), the folder of a command that trained one, a plastic network (.blpn) or a spiking one (.blsn)")]
    public string Model { get; init; } = "";

    [CommandOption("-t|--to <FILE>")]
    [Description("File for the weights: .npz (NumPy), .safetensors (PyTorch, JAX), .onnx (the whole pipeline); can be repeated")]
    public string[] To { get; init; } = [];

    [CommandOption("-a|--activations <FILE>")]
    [Description("File for what layers do on the rows of --rows, and all columns that the model adds: .npz or .safetensors")]
    public string? Activations { get; init; }

    [CommandOption("-r|--rows <DATA>")]
    [Description("Rows for --activations: a CSV file; or pictures: sample, mnist, fashion-mnist, a folder of IDX or CIFAR files, a picture or a folder of pictures")]
    public string? Rows { get; init; }

    [CommandOption("-l|--label <COLUMN>")]
    [Description("Column of the CSV file that is no feature. Default: the one called label or class, or the one that the model does not read")]
    public string? Label { get; init; }

    [CommandOption("--training")]
    [Description("Of pictures: the rows to learn from instead of those to test on")]
    public bool Training { get; init; }

    public override ValidationResult Validate()
    {
        if (To.Length == 0 && Activations is null)
            return ValidationResult.Error("nothing to write: expected --to FILE, or --activations FILE with --rows DATA");
        if (To.FirstOrDefault(file => !NamedTensors.CanSave(file) && !IsOnnx(file)) is { } unknown)
            return ValidationResult.Error($"--to {unknown}: expected a file that ends with .npz, .safetensors or .onnx");
        if (Activations is not null && !NamedTensors.CanSave(Activations))
            return ValidationResult.Error($"--activations {Activations}: expected a file that ends with .npz or .safetensors");
        if (Activations is null != Rows is null)
            return ValidationResult.Error(Rows is null ? "--activations: expected --rows, too: on what?" : "--rows: expected --activations, too: where to?");
        return base.Validate();
    }

    public static bool IsOnnx(string file) => Path.GetExtension(file).Equals(".onnx", StringComparison.OrdinalIgnoreCase);
}

/// <summary><c>biolearn export</c>: what a saved model has learned, for other people's tools.</summary>
internal sealed class ExportModelCommand(IAnsiConsole console) : Command<ExportModelSettings>
{
    public override int Execute(CommandContext context, ExportModelSettings settings, CancellationToken cancellation)
    {
        string path = ScoredData.ModelPath(settings.Model);
        foreach (string file in settings.To)
            OutputFile.Check("--to", file, path, settings.Rows);
        OutputFile.Check("--activations", settings.Activations, path, settings.Rows);
        var mlContext = new MLContext(seed: 0);
        SavedNetwork saved = SavedNetwork.Open(mlContext, path);
        foreach (string file in settings.To)
        {
            if (!ExportModelSettings.IsOnnx(file))
            {
                Write(saved.Tensors(), file, "weights");
                continue;
            }
            if (saved.WriteOnnx(mlContext, file) is { } leftOut)
                console.MarkupLine($"[yellow]Score alone[/]: {Printable.Escape(leftOut)}");
            console.MarkupLine($"ONNX: [link]{Printable.Escape(Path.GetFullPath(file))}[/]");
        }
        if (settings.Activations is { } activations)
            Write(saved.Activations(mlContext, settings, cancellation), activations, "activations");
        return ExitCodes.Success;
    }

    private void Write(NamedTensors tensors, string file, string what)
    {
        tensors.Save(file);
        var table = new Table().Border(TableBorder.Simple).AddColumn("tensor").AddColumn("shape");
        foreach (NamedTensor tensor in tensors.Tensors)
            table.AddRow(Printable.Escape(tensor.Name), tensor.Shape.Count == 0 ? "a number" : string.Join(" x ", tensor.Shape));
        console.Write(table);
        console.MarkupLine($"{what}: [link]{Printable.Escape(Path.GetFullPath(file))}[/]");
    }
}
