using BioLearn.Cli.Terminal;
using BioLearn.ML.Memories;
using BioLearn.ML.Plasticity;

namespace BioLearn.Cli.Memories;

/// <summary>The memory that <c>--rule</c> names: a Hopfield memory by its rule, or the bundled plastic network.</summary>
internal sealed class MemoryChoice
{
    public const string Plastic = "plastic";

    private static readonly string[] Words = [.. Enum.GetValues<HopfieldRule>().Select(Choice.Word), Plastic];

    private readonly HopfieldRule _rule;
    private readonly AssociativeMemory? _network;

    /// <exception cref="UsageException">There is no such memory.</exception>
    public MemoryChoice(string word)
    {
        if (Choice.Parse("--rule", word, Words, name => name) == Plastic)
            _network = AssociativeMemory.Load(Path.Combine(AppContext.BaseDirectory, "models", "memory-8x8.blpn"));
        else
            _rule = Choice.Parse<HopfieldRule>("--rule", word);
    }

    /// <summary>Elements of a pattern; null where any number will do.</summary>
    public int? Size => _network?.PatternSize;

    /// <summary>Stores patterns.</summary>
    /// <param name="patterns">[count, size].</param>
    /// <param name="size">Elements of a pattern.</param>
    /// <returns>From a damaged pattern to a completed one.</returns>
    public Func<float[], float[]> Store(ReadOnlySpan<float> patterns, int size)
    {
        if (_network is { } network)
        {
            var stored = network.Memorize(patterns);
            return damaged =>
            {
                float[] completed = new float[size];
                stored.Complete(damaged, completed);
                return completed;
            };
        }
        var memory = HopfieldMemory.Store(new HopfieldOptions { Rule = _rule }, patterns, size);
        return damaged =>
        {
            var recollection = memory.Recollect(damaged);
            recollection.Complete();
            return recollection.State.ToArray();
        };
    }
}
