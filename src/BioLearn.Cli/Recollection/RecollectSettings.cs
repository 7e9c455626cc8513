using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Recollection;

/// <summary>Options of <c>biolearn recollect</c>.</summary>
internal sealed class RecollectSettings : CommandSettings
{
    [CommandArgument(0, "[pictures]")]
    [Description("Files, folders or patterns such as \"photos/**/*.jpg\", or a bundled photograph by its name (chelsea.png); without any, all bundled photographs")]
    public string[] Pictures { get; init; } = [];

    [CommandOption("-m|--model <NAME|FILE>")]
    [Description("A bundled network (biolearn models list) or an ONNX file")]
    [DefaultValue("alexnet")]
    public string Model { get; init; } = "alexnet";

    [CommandOption("-c|--cue <CUE>")]
    [Description("What starts the recollection, may be repeated: " + Cue.Grammar + ". Default: class")]
    public string[] Cues { get; init; } = [];

    [CommandOption("-l|--level <LEVEL>")]
    [Description("Start from the stored activation of a level, may be repeated: S1 (last hidden) up to the image, a tensor's name, or all")]
    public string[] Levels { get; init; } = [];

    [CommandOption("-v|--variant <VARIANT>")]
    [Description("How currents pass back, may be repeated: minmax_local, rescale_std, linear, deconvnet, gradient, guided, upsample, random_switches, or tokens of the notebooks joined by '_'. Default: minmax_local")]
    public string[] Variants { get; init; } = [];

    [CommandOption("--sparse <PERCENT>")]
    [Description("With --level: keep only this share of the stored activation, the largest values")]
    public double? Sparse { get; init; }

    [CommandOption("--sparse-per-channel")]
    [Description("Take the share in each channel rather than in the whole level")]
    public bool SparsePerChannel { get; init; }

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where results go. A run into a folder that holds an unfinished one goes on with it")]
    [DefaultValue("recollections")]
    public string Out { get; init; } = "recollections";

    [CommandOption("--overwrite")]
    [Description("Replace results made with other options instead of refusing")]
    public bool Overwrite { get; init; }

    [CommandOption("--index <I>")]
    [Description("With --of: do only this share of the pictures, from 0, beside the others. Default: what Slurm or Kubernetes says")]
    public int? Index { get; init; }

    [CommandOption("--of <N>")]
    [Description("Number of shares, for many machines; then biolearn recollect --merge")]
    public int? Of { get; init; }

    [CommandOption("--merge")]
    [Description("Make one manifest and one report of the shares in --out")]
    public bool Merge { get; init; }

    [CommandOption("--no-controls")]
    [Description("Leave out the three controls (cue specificity, switch dependence, weight dependence): several times faster")]
    public bool NoControls { get; init; }

    [CommandOption("-b|--batch <N>")]
    [Description("Pictures per pass through the network; changes speed and memory, never the pictures")]
    [DefaultValue(8)]
    public int Batch { get; init; } = 8;

    [CommandOption("-t|--threads <N>")]
    [Description("Default: all cores; changes speed, never the pictures")]
    public int? Threads { get; init; }

    [CommandOption("-p|--provider <PROVIDER>")]
    [Description("Where the network runs: auto, cpu, cuda, directml, coreml")]
    [DefaultValue(ExecutionProvider.Auto)]
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Auto;

    [CommandOption("--preprocessing <KIND>")]
    [Description("For a network of your own: imagenet, caffe, bytes (0 to 255), unit (0 to 1), symmetric (-1 to 1). Default: imagenet")]
    public string? Preprocessing { get; init; }

    [CommandOption("--input-size <HEIGHTxWIDTH>")]
    [Description("For a network of your own whose file leaves height and width open. Default: 224x224")]
    public string? InputSize { get; init; }

    [CommandOption("--seed <N>")]
    [Description("Seed of random cues, random switches and the untrained network")]
    [DefaultValue(0)]
    public int Seed { get; init; }

    /// <summary>The share that <see cref="Of"/> asks for; null for all pictures.</summary>
    /// <exception cref="UsageException">There is no such share, or a scheduler's variable cannot be read.</exception>
    public RecollectShard? Shard()
    {
        if (Of is null)
            return null;
        try
        {
            var share = BioLearn.Experiments.TrialShare.FromEnvironment(Index, Of);
            return new(share.Index, share.Count);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--of {Of}: {GivenOptions.Plain(e)}");
        }
    }

    /// <summary>What <see cref="InputSize"/> says; null where it says nothing, or nothing that can be read.</summary>
    public (int Height, int Width)? OpenInputSize => InputSize?.Split('x') is [var height, var width] && Side(height) is { } h && Side(width) is { } w ? (h, w) : null;

    private static int? Side(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is > 0 and <= 8192 ? side : null;

    public override ValidationResult Validate()
    {
        if (Batch is < 1 or > 256)
            return ValidationResult.Error($"--batch {Batch}: must lie between 1 and 256");
        if (Threads is < 1 or > 256)
            return ValidationResult.Error($"--threads {Threads}: must lie between 1 and 256");
        if (Sparse is { } percent && !(percent is > 0 and <= 100))
            return ValidationResult.Error($"--sparse {percent}: must be above 0 and at most 100");
        if (Sparse != null && Levels.Length == 0)
            return ValidationResult.Error("--sparse needs --level: it thins a stored activation");
        if (SparsePerChannel && Sparse == null)
            return ValidationResult.Error("--sparse-per-channel needs --sparse");
        if (InputSize != null && OpenInputSize is null)
            return ValidationResult.Error($"--input-size {InputSize}: expected height and width, 1 to 8192, such as 224x224");
        if (Of < 1)
            return ValidationResult.Error($"--of {Of}: must be at least 1");
        if (Index < 0 || (Index is not null && Of is null) || Index >= Of)
            return ValidationResult.Error($"--index {Index}: expected --of, too, and an index from 0 below it");
        if (Merge && (Of is not null || Pictures.Length > 0))
            return ValidationResult.Error("--merge: takes neither pictures nor --of: the shares in --out have them");
        if (string.IsNullOrWhiteSpace(Out))
            return ValidationResult.Error("--out: expected the name of a folder");
        return ValidationResult.Success();
    }
}
