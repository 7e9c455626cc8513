using System.ComponentModel;
using System.Globalization;
using BioLearn.Cli.Terminal;
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

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where model, curve and diagnostics go")]
    [DefaultValue("trained")]
    public string Out { get; init; } = "trained";

    [CommandOption("--overwrite")]
    [Description("Begin anew although --out holds a model")]
    public bool Overwrite { get; init; }
}

/// <summary><c>biolearn train</c>: a network taught by a learning rule; an ML.NET model and its curve out.</summary>
internal sealed class TrainRuleCommand(IAnsiConsole console) : Command<TrainRuleSettings>
{
    private const string ModelFile = "model.zip";
    private const string CurvesFile = "curves.csv";
    private const string PlotFile = "curves.png";

    public override int Execute(CommandContext context, TrainRuleSettings settings, CancellationToken cancellation)
    {
        var rule = RuleChoice.Parse(settings.Rule);
        string path = Path.Combine(settings.Out, ModelFile);
        if (File.Exists(path) && !settings.Overwrite)
            throw new UsageException($"{path} holds a model: --overwrite begins anew, --out names another folder");
        var run = new LearningRun(settings, warning => console.MarkupLine($"[yellow]{Markup.Escape(warning)}[/]"));
        var options = settings.ToOptions(run.Features, run.Classes);
        console.MarkupLine($"[bold]{Markup.Escape(rule.Rule.Name)}[/] on {Markup.Escape(run.DataName)}: {run.Features}-{string.Join('-', options.HiddenUnits)}-{run.Classes}");

        List<EpochResult> epochs = [];
        var board = new RunBoard(console, settings.Epochs);
        BioLearn.ML.Hosting.PredictionTransformer<BioLearn.ML.Networks.NetworkModelParameters>? model = null;
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

        Directory.CreateDirectory(settings.Out);
        run.Save(model!, path);
        CurveFile.Write(Path.Combine(settings.Out, CurvesFile), [new RunCurve(rule.Text, settings.Seed, [.. epochs])]);
        LearningPlot.Accuracy(Path.Combine(settings.Out, PlotFile), $"{rule.Rule.Name}, {model!.Model.Spec}, {run.DataName}", [(rule.Text, [[.. epochs]])]);
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"test accuracy [bold]{100 * epochs[^1].TestAccuracy:0.00} %[/] after {epochs[^1].Seconds:0.0} s"));
        console.MarkupLine($"{ModelFile}, {CurvesFile}, {PlotFile} in [link]{Markup.Escape(Path.GetFullPath(settings.Out))}[/]");
        return ExitCodes.Success;
    }
}
