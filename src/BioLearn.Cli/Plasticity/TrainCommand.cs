using System.Diagnostics;
using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Plasticity;
using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary><c>biolearn plastic train</c>: meta-trains an associative memory; network, loss curve and record out.</summary>
internal sealed class TrainCommand(IAnsiConsole console) : Command<TrainSettings>
{
    private const string NetworkFile = "network.blpn";
    private const string CurveFile = "curve.png";
    private const string RecordFile = "training.json";

    public override int Execute(CommandContext context, TrainSettings settings, CancellationToken cancellation)
    {
        using var folder = OutputFolder.Take("--out", settings.Out, NetworkFile, CurveFile, RecordFile);
        string path = Path.Combine(settings.Out, NetworkFile);
        var trainer = Open(settings, path, new GivenOptions(context, settings));
        Announce(trainer, settings.Out);
        var clock = Stopwatch.StartNew();
        try
        {
            new TrainingView(console, trainer.History, trainer.Options.Updates).Run(shown => Train(trainer, path, settings.CheckpointEvery, shown, cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            trainer.Save(path);
            console.MarkupLine($"[yellow]stopped[/] after {trainer.UpdatesDone} of {trainer.Options.Updates} updates; the same command with --resume goes on from here");
            throw;
        }

        trainer.Save(path);
        var record = TrainingRecord.Of(trainer.Options, trainer.History, clock.Elapsed.TotalSeconds);
        record.Write(Path.Combine(settings.Out, RecordFile));
        LossCurve.Write(Path.Combine(settings.Out, CurveFile), Title(trainer.Options), trainer.History);
        Summarize(record, settings.Out);
        if (!double.IsFinite(record.LastError))
            throw new InvalidDataException($"the training diverged: its error is no finite number any more; a lower --learning-rate than {trainer.Options.Optimizer.LearningRate} usually helps");
        if (record.LastWrongSigns > NothingLearned)
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"[yellow]nothing was learned: {100 * record.LastWrongSigns:0.0} % wrong signs, 50 % are chance; more --updates or another --learning-rate may help[/]"));
        return ExitCodes.Success;
    }

    /// <summary>Share of wrong signs above which a training has taught nothing.</summary>
    private const double NothingLearned = .4;

    private static PlasticRecurrentTrainer<float> Open(TrainSettings settings, string path, GivenOptions given)
    {
        if (settings.Resume)
        {
            if (settings.Overwrite)
                throw new UsageException("--resume and --overwrite: expected one of them");
            if (!File.Exists(path))
                throw new UsageException($"--resume: there is no {path}");
            var resumed = Resume(path, settings);
            // The whole command may be repeated with --resume; what differs from the training is refused, not passed over.
            PlasticTrainerOptions asked = settings.ToOptions(), own = resumed.Options;
            if (asked with { Updates = own.Updates, Threads = own.Threads, TraceStorage = own.TraceStorage, Network = asked.Network with { Neurons = own.Network.Neurons } } != own)
            {
                given.RefuseAllBut($"with --resume the training in {path} goes on with its own options; leave this out, or repeat the command that began it", nameof(TrainSettings.Resume), nameof(TrainSettings.Updates),
                    nameof(TrainSettings.Threads), nameof(TrainSettings.Traces), nameof(TrainSettings.Out), nameof(TrainSettings.CheckpointEvery));
            }
            return resumed;
        }

        if (File.Exists(path) && !settings.Overwrite)
            throw new UsageException($"{path} holds a training: --resume goes on with it, --overwrite begins anew, --out names another folder");
        try
        {
            return new(settings.ToOptions());
        }
        catch (ArgumentException error)
        {
            throw GivenOptions.Refusal(error, settings);
        }
    }

    private static PlasticRecurrentTrainer<float> Resume(string path, TrainSettings settings)
    {
        try
        {
            return PlasticRecurrentTrainer<float>.Resume(path, settings.Updates);
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--updates {settings.Updates}: {GivenOptions.Plain(error)}");
        }
    }

    private static void Train(PlasticRecurrentTrainer<float> trainer, string path, double checkpointEvery, Action shown, CancellationToken cancellation)
    {
        var sinceSaved = Stopwatch.StartNew();
        while (trainer.UpdatesDone < trainer.Options.Updates)
        {
            cancellation.ThrowIfCancellationRequested();
            trainer.Update();
            shown();
            if (sinceSaved.Elapsed.TotalSeconds < checkpointEvery)
                continue;
            trainer.Save(path);
            sinceSaved.Restart();
        }
    }

    private void Announce(PlasticRecurrentTrainer<float> trainer, string folder)
    {
        console.MarkupLine($"[bold]{Printable.Escape(Title(trainer.Options))}[/], into {Printable.Escape(folder)}");
        if (trainer.UpdatesDone > 0)
            console.MarkupLine($"[grey]{trainer.UpdatesDone} updates already done[/]");
    }

    private static string Title(PlasticTrainerOptions options)
    {
        var task = options.Task;
        return $"{task.Patterns} patterns of {task.PatternSize} elements, {task.Neurons} neurons, {task.Steps} steps, {Choice.Word(options.Network.Rule)}, seed {options.Seed}";
    }

    private void Summarize(TrainingRecord record, string folder)
    {
        var table = new Table().Border(TableBorder.Simple).HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        void Row(string name, FormattableString value) => table.AddRow(name, value.ToString(CultureInfo.InvariantCulture));
        Row("mean error, last 1,000", $"{record.LastError:0.000}");
        Row("wrong signs, last 1,000", $"{100 * record.LastWrongSigns:0.00} %");
        Row("errors above 10, last 1,000", $"{100 * record.LargeFailures:0.0} %");
        Row("mean error of 500 below 1 at", $"{record.Below1At?.ToString(CultureInfo.InvariantCulture) ?? "never"}");
        Row("wrong signs of 20 below 1 % at", $"{record.WrongSignsBelow1PercentAt?.ToString(CultureInfo.InvariantCulture) ?? "never"}");
        Row("seconds", $"{record.Seconds:0.0}");
        console.Write(table);
        console.MarkupLine($"{NetworkFile}, {CurveFile}, {RecordFile} in [link]{Printable.Escape(Path.GetFullPath(folder))}[/]");
    }
}
