using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Exports;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Hosting;
using BioLearn.Onnx;
using BioLearn.Plots;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary>The command line of <c>biolearn train</c>.</summary>
internal sealed class TrainRuleSettings : LearnSettings
{
    [CommandOption("-r|--rule <NAME>")]
    [Description("The learning rule, options behind colons (biolearn rules)")]
    [DefaultValue("feedback-alignment")]
    public string Rule { get; init; } = "feedback-alignment";

    [CommandOption("-s|--seed <N>")]
    [Description("Seed of weights, feedback, noise and the order of rows")]
    [DefaultValue(0)]
    public int Seed { get; init; }

    [CommandOption("--diagnostics-every <STEPS>")]
    [Description("Measure angles to backpropagation, feedback weights and updates every so many steps; 0 never. Default: 20 times in all")]
    public int? DiagnosticsEvery { get; init; }

    [CommandOption("--film")]
    [Description("Also write films, animated PNGs that browsers play: of the angles, and of the first layer's weights where rows are pictures. A training that is resumed shows all, if each part of it had --film")]
    public bool Film { get; init; }

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where model, curve and diagnostics go")]
    [DefaultValue("trained")]
    public string Out { get; init; } = "trained";

    [CommandOption("--onnx <FILE>")]
    [Description("Also write the network as ONNX; its input is a row of features as the data has them, words made numbers")]
    public string? Onnx { get; init; }

    [CommandOption("--export <FILE>")]
    [Description("Also write the weights, biases and side tensors to a .npz (NumPy) or .safetensors file")]
    public string? Export { get; init; }

    [CommandOption("--tensorboard <FOLDER>")]
    [Description("Also write losses, accuracies and diagnostics as event files that TensorBoard shows while it trains")]
    public string? TensorBoard { get; init; }

    [CommandOption("--resume")]
    [Description("Go on with the training in --out, to the same model as without the interruption; --epochs are then those in all")]
    public bool Resume { get; init; }

    [CommandOption("--overwrite")]
    [Description("Begin anew although --out holds a model")]
    public bool Overwrite { get; init; }

    [CommandOption("--checkpoint-every <SECONDS>")]
    [Description("How often the training is saved, at the end of an epoch")]
    [DefaultValue(30.0)]
    public double CheckpointEvery { get; init; } = 30;

    public override ValidationResult Validate()
    {
        if (DiagnosticsEvery < 0)
            return ValidationResult.Error($"--diagnostics-every {DiagnosticsEvery}: must be at least 0");
        if (CheckpointEvery < 0)
            return ValidationResult.Error($"--checkpoint-every {CheckpointEvery}: must be at least 0");
        if (Export is not null && !NamedTensors.CanSave(Export))
            return ValidationResult.Error($"--export {Export}: expected a file that ends with .npz or .safetensors");
        if (Onnx is not null && !ExportModelSettings.IsOnnx(Onnx))
            return ValidationResult.Error($"--onnx {Onnx}: expected a file that ends with .onnx");
        if (Film && DiagnosticsEvery == 0)
            return ValidationResult.Error("--film: shows what --diagnostics-every measures, which is 0; expected at least 1");
        return Resume && Overwrite ? ValidationResult.Error("--resume and --overwrite: expected one of them") : base.Validate();
    }
}

/// <summary><c>biolearn train</c>: a network taught by a learning rule; an ML.NET model and its curve out.</summary>
internal sealed class TrainRuleCommand(IAnsiConsole console) : Command<TrainRuleSettings>
{
    private const int MomentsByDefault = 20;

    public override int Execute(CommandContext context, TrainRuleSettings settings, CancellationToken cancellation)
    {
        var rule = RuleChoice.Parse(settings.Rule);
        string path = Path.Combine(settings.Out, CheckpointedTraining.ModelFile);
        if (File.Exists(path) && !settings.Overwrite && !settings.Resume)
            throw new UsageException($"{path} holds a model: --resume goes on with its training, --overwrite begins anew, --out names another folder");
        if (settings.Onnx is not null && !rule.Rule.WritesOnnx)
            throw new UsageException($"--onnx: {rule.Rule.Name} predicts in a way that has no ONNX form; leave --onnx out");
        using var folder = OutputFolder.Take("--out", settings.Out, CheckpointedTraining.Files);
        OutputFile.Check("--onnx", settings.Onnx, settings.Data, settings.Test, path);
        OutputFile.Check("--export", settings.Export, settings.Data, settings.Test, path);
        OutputFolder.Check("--tensorboard", settings.TensorBoard);
        var run = new LearningRun(settings, warning => console.MarkupLine($"[yellow]{Printable.Escape(warning)}[/]"), cancellation);
        settings.CheckData(new GivenOptions(context, settings), run);
        var options = settings.ToOptions(run);
        CheckpointedTraining training = new(run, settings, rule, folder, options.EpochsFor(run.TrainingRows));
        console.MarkupLine($"[bold]{Printable.Escape(rule.Rule.Name)}[/] on {Printable.Escape(run.DataName)}: {(settings.Network is { } network ? $"{Printable.Escape(Path.GetFileNameWithoutExtension(network))} on {run.Shape?.ToString() ?? $"{run.Features}"}, {run.OutputText}" : $"{run.Features}-{string.Join('-', options.HiddenUnits)}-{run.Outputs}")}");
        if (training.Saved > 0)
            console.MarkupLine($"[grey]{training.Saved} of {training.All} epochs already done[/]");

        using TrainingEvents? events = settings.TensorBoard is { } runs ? new(runs, run.Score) : null;
        var board = new RunBoard(console, training.All, run.Score, run.Validates);
        BioLearn.ML.Hosting.PredictionTransformer<BioLearn.ML.Networks.NetworkModelParameters>? model = null;
        try
        {
            Action<EpochResult> show = board.Begin(rule.Text, $"{settings.Seed}");
            board.Show(() => model = training.Train(options, DiagnosticsEvery(settings, run.TrainingRows, training.All), epoch => Report(epoch, show, events), cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            console.MarkupLine($"[yellow]stopped[/]: {(training.Saved > 0 ? $"{training.Saved} of {training.All} epochs are saved; the same command with --resume goes on from there" : "the first epoch had not ended, and nothing is saved; the same command begins anew")}");
            throw;
        }

        var epochs = training.Epochs;
        LearningPlot.Scores(folder[CheckpointedTraining.PlotFile], $"{rule.Rule.Name}, {Short(model!.Model.Spec)}, {run.DataName}", run.Score, [(rule.Text, [[.. epochs]])]);
        EpochResult kept = EpochResult.Best(epochs);
        if (training.IsStale)
            console.MarkupLine($"stopped after epoch {epochs[^1].Epoch}: the loss on the rows set aside has not fallen for {settings.Patience} epochs");
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"test {run.Score.Name} [bold]{run.Score.Text(kept.TestScore)}[/]{(run.Validates ? $" of the model of epoch {kept.Epoch}, whose loss on the rows set aside is lowest," : "")} after {epochs[^1].Seconds:0.0} s"));
        if (settings.Onnx is { } onnx)
        {
            model.Model.SaveAsOnnx(onnx);
            console.MarkupLine($"ONNX: [link]{Printable.Escape(Path.GetFullPath(onnx))}[/]");
        }
        if (settings.Export is { } export)
        {
            model.Model.GetTensors().Save(export);
            console.MarkupLine($"weights: [link]{Printable.Escape(Path.GetFullPath(export))}[/]");
        }
        events?.Add(training.Diagnostics);
        string files = $"{CheckpointedTraining.ModelFile}, {CheckpointedTraining.CurvesFile}, {CheckpointedTraining.PlotFile}";
        if (training.Diagnostics.Count > 0)
        {
            DiagnosticsCharts.Angles(training.Diagnostics, $"{rule.Rule.Name}, {Short(model.Model.Spec)}").Save(folder[CheckpointedTraining.DiagnosticsPlotFile]);
            files += $", {CheckpointedTraining.DiagnosticsName}, {CheckpointedTraining.DiagnosticsPlotFile}";
            if (settings.Film)
                files += Films(training, rule.Rule.Name, folder);
        }
        console.MarkupLine($"{files} in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }

    /// <summary>Writes the films that there are, and names them.</summary>
    private static string Films(CheckpointedTraining training, string title, OutputFolder folder)
    {
        DiagnosticsCharts.Film(training.Diagnostics, until => DiagnosticsCharts.Angles(until, title)).Save(folder[CheckpointedTraining.AnglesFilmFile]);
        if (training.Film is not { Moments.Count: > 0 } film)
            return $", {CheckpointedTraining.AnglesFilmFile}";
        film.Film().Save(folder[CheckpointedTraining.WeightsFilmFile]);
        return $", {CheckpointedTraining.AnglesFilmFile}, {CheckpointedTraining.WeightsFilmFile}";
    }

    /// <summary>A network in a title: the sizes of its layers, if they are few.</summary>
    private static string Short(BioLearn.ML.Networks.NetworkSpec spec) => spec.Graph.Length <= 8 ? $"{spec}" : $"{spec.Input}-...-{spec.Outputs}, {spec.Graph.Length} layers";

    private static void Report(EpochResult epoch, Action<EpochResult> show, TrainingEvents? events)
    {
        events?.Add(epoch);
        show(epoch);
    }

    private static int DiagnosticsEvery(TrainRuleSettings settings, long rows, int epochs)
    {
        long perEpoch = (rows + settings.Batch - 1) / Math.Max(1, settings.Batch);
        if (settings.StepsPerEpoch > 0)
            perEpoch = Math.Min(perEpoch, settings.StepsPerEpoch);
        return settings.DiagnosticsEvery ?? (int)Math.Clamp(perEpoch * epochs / MomentsByDefault, 1, int.MaxValue);
    }
}
