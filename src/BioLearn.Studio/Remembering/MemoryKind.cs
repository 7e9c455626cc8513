using BioLearn.ML.Diagnostics;
using BioLearn.ML.Memories;
using BioLearn.ML.Plasticity;
using BioLearn.Onnx.Models;

namespace BioLearn.Studio.Remembering;

/// <summary>A kind of memory to fill.</summary>
internal sealed record MemoryKind
{
    private static readonly Lazy<AssociativeMemory> Plastic = new(() => AssociativeMemory.Load(Path.Combine(ModelCatalog.BundledFolder, "memory-8x8.blpn")));

    /// <summary>Names it in a link and for the tool.</summary>
    public required string Key { get; init; }

    /// <summary>What a reader is told.</summary>
    public required string Title { get; init; }

    /// <summary>How it stores and recalls, in plain words.</summary>
    public required string Explains { get; init; }

    /// <summary>The rule of a Hopfield memory; null for the plastic network.</summary>
    public HopfieldRule? Rule { get; init; }

    /// <summary>What a step of its recollection is.</summary>
    public required string StepWord { get; init; }

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<MemoryKind> All { get; } =
    [
        new()
        {
            Key = "hebb", Title = "Hopfield, Hebb's rule (1982)", Rule = HopfieldRule.Hebb, StepWord = "one square changes",
            Explains = "Every square is a unit. Units that are filled together, or empty together, are tied; the ties of all patterns are summed. A unit takes the sign of what reaches it over its ties. Patterns that resemble each other run into one.",
        },
        new()
        {
            Key = "storkey", Title = "Hopfield, Storkey's rule (1997)", Rule = HopfieldRule.Storkey, StepWord = "one square changes",
            Explains = "As with Hebb, but a new pattern changes only what the memory does not expect already. It holds more patterns, and more alike ones.",
        },
        new()
        {
            Key = "pseudo-inverse", Title = "Hopfield, pseudo-inverse (1985)", Rule = HopfieldRule.PseudoInverse, StepWord = "one square changes",
            Explains = "The ties are computed from all patterns at once, so that each pattern is exactly at rest, however alike they are. No brain could compute it so; it shows what the ties can hold.",
        },
        new()
        {
            Key = "modern", Title = "Modern Hopfield (2020)", Rule = HopfieldRule.Modern, StepWord = "all squares at once",
            Explains = "The patterns are kept as they are; the state moves to their mean, weighted by how well each fits, as attention does in language models. It holds very many.",
        },
        new()
        {
            Key = "plastic", Title = "Plastic network (2016)", StepWord = "every unit answers to the others once",
            Explains = "Trained over many episodes to memorize three random patterns in each. It is shown your patterns twice, and no weight is trained any more; only its Hebbian trace keeps them. It believes every square that it is shown, so it fills in hidden squares and leaves flipped ones.",
        },
    ];

    /// <summary>A kind by its key, or null.</summary>
    public static MemoryKind? Find(string? key) => All.FirstOrDefault(kind => kind.Key == key);

    /// <summary>Stores patterns.</summary>
    /// <param name="patterns">[count, size], elements -1 and +1.</param>
    /// <param name="size">Elements of a pattern; the plastic network takes 64.</param>
    /// <returns>From a cue to a recollection.</returns>
    public Func<float[], IRecollection> Store(ReadOnlySpan<float> patterns, int size)
    {
        if (Rule is { } rule)
        {
            var memory = HopfieldMemory.Store(new HopfieldOptions { Rule = rule }, patterns, size);
            return cue => new ByHopfield(memory.Recollect(cue));
        }
        var stored = Plastic.Value.Memorize(patterns);
        return cue => new ByPlastic(stored.Recollect(cue), cue);
    }

    /// <summary>The memory as it is measured.</summary>
    public Func<float[], float[]> Measured(ReadOnlySpan<float> patterns, int size)
    {
        var recollect = Store(patterns, size);
        return damaged =>
        {
            var recollection = recollect(damaged);
            while (recollection.Step())
            {
            }
            return recollection.State;
        };
    }

    private sealed class ByHopfield(HopfieldRecollection recollection) : IRecollection
    {
        public float[] State => recollection.State.ToArray();

        public double? Energy => recollection.Energy;

        public bool Step() => recollection.Step();
    }

    private sealed class ByPlastic(PlasticRecollection recollection, float[] cue) : IRecollection
    {
        public float[] State => recollection.Steps == 0 ? cue : recollection.Outputs.ToArray();

        public double? Energy => null;

        public bool Step() => recollection.Step();
    }
}

/// <summary>A recollection under way.</summary>
internal interface IRecollection
{
    /// <summary>A copy of the state; before the first step the cue.</summary>
    float[] State { get; }

    /// <summary>Its energy, where there is one.</summary>
    double? Energy { get; }

    /// <summary>Goes on; false when it is over.</summary>
    bool Step();
}
