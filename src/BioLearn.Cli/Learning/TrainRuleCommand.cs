using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Diagnostics;
using BioLearn.Onnx;
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

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where model, curve and diagnostics go")]
    [DefaultValue("trained")]
    public string Out { get; init; } = "trained";

    [CommandOption("--onnx <FILE>")]
    [Description("Also write the forward network as ONNX; its input is what the network reads, so normalized for a CSV file")]
    public string? Onnx { get; init; }

    [CommandOption("--overwrite")]
    [Description("Begin anew although --out holds a model")]
    public bool Overwrite { get; init; }

    public override ValidationResult Validate() =>
        DiagnosticsEvery < 0 ? ValidationResult.Error($"--diagnostics-every {DiagnosticsEvery}: must be at least 0") : base.Validate();
}

/// <summary><c>biolearn train</c>: a network taught by a learning rule; an ML.NET model and its curve out.</summary>
internal sealed class TrainRuleCommand(IAnsiConsole console) : Command<TrainRuleSettings>
{
    private const string ModelFile = "model.zip";
    private const string CurvesFile = "curves.csv";
    private const string PlotFile = "curves.png";
    private const string DiagnosticsFile = "diagnostics.csv";
    private const string DiagnosticsPlotFile = "diagnostics.png";
    private const int MomentsByDefault = 20;

    public override int Execute(CommandContext context, TrainRuleSettings settings, CancellationToken cancellation)
    {
        var rule = RuleChoice.Parse(settings.Rule);
        string path = Path.Combine(settings.Out, ModelFile);
        if (File.Exists(path) && !settings.Overwrite)
            throw new UsageException($"{path} holds a model: --overwrite begins anew, --out names another folder");
        if (settings.Onnx is not null && !rule.Rule.PredictsByForwardPass)
            throw new UsageException($"--onnx: {rule.Rule.Name} predicts in a way of its own, not by a forward pass; leave --onnx out");
        using var folder = OutputFolder.Take("--out", settings.Out, ModelFile, CurvesFile, PlotFile, DiagnosticsFile, DiagnosticsPlotFile);
        OutputFile.Check("--onnx", settings.Onnx, settings.Data, settings.Test, path);
        var run = new LearningRun(settings, warning => console.MarkupLine($"[yellow]{Printable.Escape(warning)}[/]"));
        settings.CheckData(new GivenOptions(context, settings), run.ArePictures);
        var options = settings.ToOptions(run.Features, run.Classes);
        int epochsToDo = options.EpochsFor(run.TrainingRows);
        LearningDiagnostics? diagnostics = Diagnostics(settings, run.TrainingRows, epochsToDo);
        options.Diagnostics = diagnostics;
        console.MarkupLine($"[bold]{Printable.Escape(rule.Rule.Name)}[/] on {Printable.Escape(run.DataName)}: {run.Features}-{string.Join('-', options.HiddenUnits)}-{run.Classes}");

        List<EpochResult> epochs = [];
        var board = new RunBoard(console, epochsToDo);
        BioLearn.ML.Hosting.PredictionTransformer<BioLearn.ML.NetworkModelParameters>? model = null;
        board.Show(() =>
        {
            var shown = board.Begin(rule.Text, settings.Seed);
            model = run.Train(rule.Rule, options, settings.Seed, Report, cancellation);

            void Report(EpochResult epoch)
            {
                epochs.Add(epoch);
                shown(epoch);
            }
        });

        run.Save(model!, path);
        CurveFile.Write(Path.Combine(settings.Out, CurvesFile), [new RunCurve(rule.Text, settings.Seed, [.. epochs])]);
        LearningPlot.Accuracy(Path.Combine(settings.Out, PlotFile), $"{rule.Rule.Name}, {model!.Model.Spec}, {run.DataName}", [(rule.Text, [[.. epochs]])]);
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"test accuracy [bold]{100 * epochs[^1].TestAccuracy:0.00} %[/] after {epochs[^1].Seconds:0.0} s"));
        if (settings.Onnx is { } onnx)
        {
            model.Model.SaveAsOnnx(onnx);
            console.MarkupLine($"ONNX: [link]{Printable.Escape(Path.GetFullPath(onnx))}[/]");
        }
        string files = $"{ModelFile}, {CurvesFile}, {PlotFile}";
        if (diagnostics is not null)
        {
            diagnostics.WriteCsv(Path.Combine(settings.Out, DiagnosticsFile));
            DiagnosticsPlot.Write(Path.Combine(settings.Out, DiagnosticsPlotFile), $"{rule.Rule.Name}, {model.Model.Spec}", diagnostics);
            files += $", {DiagnosticsFile}, {DiagnosticsPlotFile}";
        }
        console.MarkupLine($"{files} in [link]{Printable.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }

    private static LearningDiagnostics? Diagnostics(TrainRuleSettings settings, long rows, int epochs)
    {
        long perEpoch = (rows + settings.Batch - 1) / Math.Max(1, settings.Batch);
        if (settings.StepsPerEpoch > 0)
            perEpoch = Math.Min(perEpoch, settings.StepsPerEpoch);
        int every = settings.DiagnosticsEvery ?? (int)Math.Clamp(perEpoch * epochs / MomentsByDefault, 1, int.MaxValue);
        return every == 0 ? null : new LearningDiagnostics { Every = every };
    }
}
