namespace BioLearn.ML.Plasticity;

/// <summary>How the patterns of an episode are drawn; all are of ±1.</summary>
public enum PatternKind
{
    /// <summary>As many +1 as -1, and every two patterns of an episode orthogonal: the length must be a multiple of 4.</summary>
    Orthogonal,

    /// <summary>As many +1 as -1: the length must be even.</summary>
    Balanced,

    /// <summary>Every element by itself.</summary>
    Independent,
}

/// <summary>
/// The auto-associative memory task: an episode shows a few new patterns several times over, then one of them with a share
/// of its elements missing, and asks for the whole. What an episode's patterns are can only be kept in the Hebbian trace.
/// </summary>
/// <remarks>
/// The defaults are the 28-element task of Miconi's program (BOHP_RNN): 3 patterns, 2 cycles of (6 + 4) steps a pattern,
/// 6 test steps, 66 in all. <see cref="Binary1000"/> is the 1000-element task of Miconi, Clune and Stanley (2018).
/// </remarks>
public sealed record AssociativeMemoryTask
{
    /// <summary>Elements of a pattern P, 2 to 20,000.</summary>
    public int PatternSize { get; init; } = 28;

    /// <summary>Patterns of an episode, 1 to 10,000; at most 3 orthogonal ones.</summary>
    public int Patterns { get; init; } = 3;

    /// <summary>How often all patterns are shown, in a new order each time; 1 to 10,000.</summary>
    public int Cycles { get; init; } = 2;

    /// <summary>Steps that a pattern is shown, 1 to 10,000.</summary>
    public int PresentationSteps { get; init; } = 6;

    /// <summary>Steps without a pattern after each, 0 to 10,000.</summary>
    public int DelaySteps { get; init; } = 4;

    /// <summary>Steps that the degraded pattern is shown at the end, 1 to 10,000.</summary>
    public int TestSteps { get; init; } = 6;

    /// <summary>How patterns are drawn.</summary>
    public PatternKind PatternKind { get; init; } = PatternKind.Orthogonal;

    /// <summary>Share of the elements that the degraded pattern lacks, in (0, 1].</summary>
    public double DegradedShare { get; init; } = .5;

    /// <summary>Whether each element is missing by itself with that probability; otherwise exactly that share is missing.</summary>
    public bool IndependentMask { get; init; }

    /// <summary>What patterns are multiplied by on their way in; so strong that the outputs saturate. Above 0.</summary>
    public double PatternStrength { get; init; } = 20;

    /// <summary>Constant input of one more neuron, the bias; 0 for none.</summary>
    public double BiasStrength { get; init; } = 200;

    /// <summary>Weight of the summed squared error in the loss: ½ in Miconi's program, 1 in Uber's.</summary>
    public double LossWeight { get; init; } = .5;

    /// <summary>The 28-element task.</summary>
    public static AssociativeMemoryTask Orthogonal28 { get; } = new();

    /// <summary>1000 elements, 5 patterns, 106 steps (simple.py).</summary>
    public static AssociativeMemoryTask Binary1000 { get; } = new()
    {
        PatternSize = 1000,
        Patterns = 5,
        PatternKind = PatternKind.Balanced,
        BiasStrength = 20,
        LossWeight = 1,
    };

    /// <summary>50 elements, 2 patterns, 11 steps (full.py).</summary>
    public static AssociativeMemoryTask Binary50 { get; } = Binary1000 with { PatternSize = 50, Patterns = 2, Cycles = 1, PresentationSteps = 3, DelaySteps = 1, TestSteps = 3 };

    /// <summary>Neurons of the network: one an element, and the bias.</summary>
    public int Neurons => PatternSize + (BiasStrength != 0 ? 1 : 0);

    /// <summary>Steps of an episode.</summary>
    public int Steps => PresentationStepsInAll + TestSteps;

    /// <summary>Steps before the test.</summary>
    internal int PresentationStepsInAll => Cycles * Patterns * (PresentationSteps + DelaySteps);

    internal void Validate()
    {
        Guard.Between(PatternSize, 2, 20_000);
        Guard.Between(Patterns, 1, 10_000);
        Guard.Between(Cycles, 1, 10_000);
        Guard.Between(PresentationSteps, 1, 10_000);
        Guard.Between(DelaySteps, 0, 10_000);
        Guard.Between(TestSteps, 1, 10_000);
        Guard.Holds((long)Cycles * Patterns * (PresentationSteps + DelaySteps) <= 1_000_000, Cycles, "an episode may have at most 1,000,000 steps", nameof(Cycles));
        Guard.Defined(PatternKind);
        Guard.Holds(PatternKind != PatternKind.Balanced || PatternSize % 2 == 0, PatternSize, "must be even for balanced patterns", nameof(PatternSize));
        Guard.Holds(PatternKind != PatternKind.Orthogonal || PatternSize % 4 == 0, PatternSize, "must be a multiple of 4 for orthogonal patterns", nameof(PatternSize));
        Guard.Holds(PatternKind != PatternKind.Orthogonal || Patterns <= 3, Patterns, "at most 3 patterns are drawn orthogonal: draw them balanced or independent", nameof(Patterns));
        Guard.Share(DegradedShare);
        Guard.AboveZero(PatternStrength);
        Guard.AboveZero(LossWeight);
        Guard.Finite(BiasStrength);
    }
}
