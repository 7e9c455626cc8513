using System.ComponentModel;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments.Studies;
using BioLearn.ML.Plasticity;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Plasticity;

/// <summary>The command line of <c>biolearn plastic train</c>.</summary>
internal sealed class TrainSettings : CommandSettings
{
    [CommandOption("--task <TASK>")]
    [Description("Preset to start from: orthogonal28 (Miconi's 28 elements), binary1000, binary50 (Miconi, Clune and Stanley). Options below change it")]
    [DefaultValue("orthogonal28")]
    public string Task { get; init; } = "orthogonal28";

    [CommandOption("--pattern-size <N>")]
    [Description("Elements of a pattern; the network has one neuron more, the bias")]
    public int? PatternSize { get; init; }

    [CommandOption("--patterns <N>")]
    [Description("Patterns of an episode")]
    public int? Patterns { get; init; }

    [CommandOption("--pattern-kind <KIND>")]
    [Description("How patterns are drawn: orthogonal, balanced, independent")]
    public string? PatternKind { get; init; }

    [CommandOption("--cycles <N>")]
    [Description("How often all patterns are shown")]
    public int? Cycles { get; init; }

    [CommandOption("--steps <PRESENTATION,DELAY,TEST>")]
    [Description("Steps of a presentation, of the pause behind it, and of the test, such as 6,4,6")]
    public string? Steps { get; init; }

    [CommandOption("--degraded <SHARE>")]
    [Description("Share of the elements that the test lacks, above 0 and at most 1")]
    public double? Degraded { get; init; }

    [CommandOption("--rule <RULE>")]
    [Description("How the trace takes up activity: hebb, oja")]
    public string? Rule { get; init; }

    [CommandOption("--input <MODE>")]
    [Description("How inputs reach neurons: additive, clamp")]
    public string? Input { get; init; }

    [CommandOption("--sharing <SHARING>")]
    [Description("Which connections share a plasticity coefficient: free, per-neuron, yoked")]
    public string? Sharing { get; init; }

    [CommandOption("--rate <ETA>")]
    [Description("Rate of the trace, from 0 to 1")]
    public double? Rate { get; init; }

    [CommandOption("--learn-rate")]
    [Description("Train that rate too")]
    public bool LearnRate { get; init; }

    [CommandOption("--no-plasticity")]
    [Description("Control: hold all plasticity coefficients at zero")]
    public bool NoPlasticity { get; init; }

    [CommandOption("--optimizer <KIND>")]
    [Description("adam, adam-as-coded (Miconi's program), sgd (clipped)")]
    public string? Optimizer { get; init; }

    [CommandOption("--learning-rate <LR>")]
    [Description("Step of the optimizer")]
    public double? LearningRate { get; init; }

    [CommandOption("--engine <ENGINE>")]
    [Description("Gradient: bptt, rtrl (the rule's original form, small networks only)")]
    [DefaultValue("bptt")]
    public string Engine { get; init; } = "bptt";

    [CommandOption("--traces <STORAGE>")]
    [Description("Where bptt finds earlier traces: automatic, stored, checkpointed, rebuilt")]
    [DefaultValue("automatic")]
    public string Traces { get; init; } = "automatic";

    [CommandOption("-n|--updates <N>")]
    [Description("Updates of the parameters; with --resume, in all")]
    public int? Updates { get; init; }

    [CommandOption("-b|--batch <N>")]
    [Description("Episodes of one update")]
    public int? Batch { get; init; }

    [CommandOption("--seed <N>")]
    [Description("Seed of weights and episodes")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    [CommandOption("-t|--threads <N>")]
    [Description("Default: all cores; changes speed, never the numbers")]
    public int? Threads { get; init; }

    [CommandOption("-o|--out <FOLDER>")]
    [Description("Where network, loss curve and record go")]
    [DefaultValue("plastic")]
    public string Out { get; init; } = "plastic";

    [CommandOption("--resume")]
    [Description("Go on with the training in --out, to the same numbers as without the interruption")]
    public bool Resume { get; init; }

    [CommandOption("--overwrite")]
    [Description("Begin anew although --out holds a training")]
    public bool Overwrite { get; init; }

    [CommandOption("--checkpoint-every <SECONDS>")]
    [Description("How often the training is saved")]
    [DefaultValue(30.0)]
    public double CheckpointEvery { get; init; } = 30;

    /// <summary>The task with the options that were given.</summary>
    /// <exception cref="UsageException">An option has no such value.</exception>
    public PlasticTrainerOptions ToOptions()
    {
        (int? presentation, int? delay, int? test) = ParseSteps();
        AssociativeMemoryTrial trial = new()
        {
            Task = Choice.Parse<MemoryTask>("--task", Task),
            PatternSize = PatternSize,
            Patterns = Patterns,
            PatternKind = PatternKind is null ? null : Choice.Parse<PatternKind>("--pattern-kind", PatternKind),
            Cycles = Cycles,
            PresentationSteps = presentation,
            DelaySteps = delay,
            TestSteps = test,
            Degraded = Degraded,
            Rule = Rule is null ? null : Choice.Parse<PlasticityRule>("--rule", Rule),
            Input = Input is null ? null : Choice.Parse<InputMode>("--input", Input),
            Sharing = Sharing is null ? null : Choice.Parse<PlasticitySharing>("--sharing", Sharing),
            Rate = Rate,
            LearnRate = LearnRate ? true : null,
            Plastic = !NoPlasticity,
            Optimizer = Optimizer is null ? null : Choice.Parse<PlasticOptimizer>("--optimizer", Optimizer),
            LearningRate = LearningRate,
            Engine = Engine switch
            {
                "bptt" => GradientEngine.BackpropagationThroughTime,
                "rtrl" => GradientEngine.RealTimeRecurrentLearning,
                _ => throw new UsageException($"--engine {Engine}: expected bptt or rtrl"),
            },
            Updates = Updates,
            BatchSize = Batch,
        };
        return trial.ToOptions(Seed) with { Threads = Threads ?? Environment.ProcessorCount, TraceStorage = Choice.Parse<TraceStorage>("--traces", Traces) };
    }

    private (int? Presentation, int? Delay, int? Test) ParseSteps()
    {
        if (Steps is null)
            return default;
        string[] parts = Steps.Split(',');
        return parts.Length == 3 && int.TryParse(parts[0], out int presentation) && int.TryParse(parts[1], out int delay) && int.TryParse(parts[2], out int test)
            ? (presentation, delay, test)
            : throw new UsageException($"--steps {Steps}: expected three numbers such as 6,4,6");
    }
}
