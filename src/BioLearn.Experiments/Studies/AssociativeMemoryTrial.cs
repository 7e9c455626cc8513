using BioLearn.ML.Plasticity;

namespace BioLearn.Experiments.Studies;

/// <summary>
/// A network with Hebbian plastic connections is trained to store patterns in one episode and to complete them (Miconi 2016; Miconi, Clune and Stanley
/// 2018): a published task, and what is given beside it.
/// </summary>
/// <remarks>
/// Rows, one a twentieth of the updates: <c>error</c>, mean Σ|output − target| of that twentieth, and <c>wrong-signs</c>, mean share of wrong signs. The last
/// one also has <c>last-error</c>, <c>last-wrong-signs</c> and <c>large-failures</c>, and, where they came to be, <c>below-1-at</c> and
/// <c>wrong-signs-below-1-percent-at</c> (<see cref="MemoryFigures"/>).
/// </remarks>
public sealed class AssociativeMemoryTrial : ITrial
{
    private const int Stretches = 20;

    /// <summary>The task to start from. Default: that of 28 elements. What follows is the task's unless it is given.</summary>
    public MemoryTask Task { get; init; }

    /// <summary>Elements of a pattern; the network has one neuron more, the bias.</summary>
    public int? PatternSize { get; init; }

    /// <summary>Patterns of an episode.</summary>
    public int? Patterns { get; init; }

    /// <summary>How patterns are drawn.</summary>
    public PatternKind? PatternKind { get; init; }

    /// <summary>How often all patterns are shown.</summary>
    public int? Cycles { get; init; }

    /// <summary>Steps of a presentation.</summary>
    public int? PresentationSteps { get; init; }

    /// <summary>Steps of the pause behind it.</summary>
    public int? DelaySteps { get; init; }

    /// <summary>Steps of the test.</summary>
    public int? TestSteps { get; init; }

    /// <summary>Share of the elements that the test lacks, above 0 and at most 1.</summary>
    public double? Degraded { get; init; }

    /// <summary>How the trace takes up activity.</summary>
    public PlasticityRule? Rule { get; init; }

    /// <summary>How inputs reach neurons.</summary>
    public InputMode? Input { get; init; }

    /// <summary>Which connections share a plasticity coefficient.</summary>
    public PlasticitySharing? Sharing { get; init; }

    /// <summary>Rate of the trace, from 0 to 1.</summary>
    public double? Rate { get; init; }

    /// <summary>Whether that rate is trained, too.</summary>
    public bool? LearnRate { get; init; }

    /// <summary>Whether connections are plastic at all; false is the control. Default: yes.</summary>
    public bool Plastic { get; init; } = true;

    /// <summary>How parameters follow their gradients.</summary>
    public PlasticOptimizer? Optimizer { get; init; }

    /// <summary>Step of the optimizer; above 0.</summary>
    public double? LearningRate { get; init; }

    /// <summary>How gradients are computed. Default: backpropagation through time.</summary>
    public GradientEngine Engine { get; init; } = GradientEngine.BackpropagationThroughTime;

    /// <summary>Updates of the parameters; at least 1.</summary>
    public int? Updates { get; init; }

    /// <summary>Episodes of an update; at least 1.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The options of the trainer: the task's, with what is given; one thread.</summary>
    /// <param name="seed">Seed of weights and episodes.</param>
    /// <returns>The options.</returns>
    public PlasticTrainerOptions ToOptions(long seed)
    {
        PlasticTrainerOptions start = Task switch
        {
            MemoryTask.Orthogonal28 => PlasticTrainerOptions.Orthogonal28,
            MemoryTask.Binary1000 => PlasticTrainerOptions.Binary1000,
            _ => PlasticTrainerOptions.Binary50,
        };
        PlasticitySharing sharing = Sharing ?? start.Network.Sharing;
        return start with
        {
            Task = start.Task with
            {
                PatternSize = PatternSize ?? start.Task.PatternSize,
                Patterns = Patterns ?? start.Task.Patterns,
                PatternKind = PatternKind ?? start.Task.PatternKind,
                Cycles = Cycles ?? start.Task.Cycles,
                PresentationSteps = PresentationSteps ?? start.Task.PresentationSteps,
                DelaySteps = DelaySteps ?? start.Task.DelaySteps,
                TestSteps = TestSteps ?? start.Task.TestSteps,
                DegradedShare = Degraded ?? start.Task.DegradedShare,
            },
            Network = start.Network with
            {
                Rule = Rule ?? start.Network.Rule,
                InputMode = Input ?? start.Network.InputMode,
                Sharing = sharing,
                SelfPlasticity = start.Network.SelfPlasticity || sharing != PlasticitySharing.Free,
                Rate = Rate ?? start.Network.Rate,
                LearnRate = LearnRate ?? start.Network.LearnRate,
            },
            Optimizer = start.Optimizer with { Kind = Optimizer ?? start.Optimizer.Kind, LearningRate = LearningRate ?? start.Optimizer.LearningRate },
            Plastic = Plastic,
            Updates = Updates ?? start.Updates,
            BatchSize = BatchSize ?? start.BatchSize,
            Engine = Engine,
            Seed = seed,
        };
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        PlasticRecurrentTrainer<float> trainer = new(ToOptions(context.SeedNumber));
        context.TryRestore(reader => trainer = PlasticRecurrentTrainer<float>.Resume(reader));
        int updates = trainer.Options.Updates, noted = trainer.UpdatesDone;
        for (int stretch = 1; stretch <= Stretches; stretch++)
        {
            int end = (int)((long)updates * stretch / Stretches);
            if (end <= noted)
                continue;
            while (trainer.UpdatesDone < end)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                trainer.Update();
            }
            (string, double)[] row = [("error", Mean(trainer.History.AbsoluteErrors[noted..])), ("wrong-signs", Mean(trainer.History.WrongSigns[noted..]))];
            context.Record(end, [.. row, .. end == updates ? AtTheEnd(MemoryFigures.Of(trainer.History)) : []]);
            noted = end;
            context.Checkpoint(trainer.Save);
        }
    }

    private static List<(string, double)> AtTheEnd(MemoryFigures figures)
    {
        List<(string, double)> row = [("last-error", figures.LastError), ("last-wrong-signs", figures.LastWrongSigns), ("large-failures", figures.LargeFailures)];
        if (figures.Below1At is { } below)
            row.Add(("below-1-at", below));
        if (figures.WrongSignsBelow1PercentAt is { } right)
            row.Add(("wrong-signs-below-1-percent-at", right));
        return row;
    }

    private static double Mean(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum / values.Length;
    }
}
