using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// Finds instructions that leave no way from the input to the outputs: a layer without an open unit on every path. All rows that ask such a
/// thing get the same answer, and nothing is learned from them.
/// </summary>
internal static class DeadSubNetworks
{
    /// <summary>The most distinct instructions that are looked at, each of which takes a pass down.</summary>
    private const int Most = 256;

    /// <summary>Says which instructions are dead, in one warning.</summary>
    /// <param name="network">The network.</param>
    /// <param name="rule">The rule that opens its gates.</param>
    /// <param name="instructions">What rows ask; null for nothing.</param>
    /// <param name="form">Names of what they ask.</param>
    /// <param name="when">Such as "before training".</param>
    /// <param name="run">The log.</param>
    public static void Warn(Network<float> network, LearningRule rule, Instructions<float>? instructions, InstructionForm? form, string when, TrainingRun run)
    {
        if (instructions is null || form is null)
            return;
        using LearningContext<float> step = new(network, 1);
        using MiniBatch<float> batch = new(network.Spec, 1);
        batch.Fill(new float[network.Spec.Input.Size], 1);
        List<string> dead = [];
        for (int i = 0; i < Math.Min(instructions.Distinct, Most); i++)
        {
            run.ThrowIfCancelled();
            ReadOnlySpan<float> vector = instructions.Vectors.Span.Slice(i * instructions.Width, instructions.Width);
            batch.Instruct(vector);
            step.Observe(batch.Input, batch.Target, default, batch.Instructions);
            rule.Guide(step);
            if (ClosedLayer(network.Spec, l => step.Gates(l, 0) is var gates && (gates.IsEmpty || gates.ContainsAnyExcept(0f))) is { } layer)
                dead.Add($"{(form.IsKey ? form.NameOf(i) : $"[{string.Join(", ", vector.ToArray())}]")} (no open unit in layer {layer})");
        }
        if (dead.Count == 0)
            return;
        const int named = 8;
        string more = dead.Count > named ? $" and {dead.Count - named} more" : "";
        run.Warning($"{(dead.Count == 1 ? "The sub-network of instruction" : "The sub-networks of instructions")} {string.Join(", ", dead.Take(named))}{more} {(dead.Count == 1 ? "is" : "are")} dead {when}: rows that ask so all get one answer. More units in each hidden layer, or another Seed, open a way.");
    }

    /// <summary>Number of the layer that cuts the outputs off, or null if there is a way.</summary>
    /// <param name="network">The network.</param>
    /// <param name="isOpen">Whether a layer, by its number from 1, has an open unit.</param>
    public static int? ClosedLayer(NetworkSpec network, Func<int, bool> isOpen)
    {
        bool[] alive = new bool[network.Graph.Length + 1];
        alive[0] = true;
        int? closed = null;
        for (int l = 1; l < alive.Length; l++)
        {
            Layer layer = network.Graph[l - 1];
            bool open = isOpen(l);
            alive[l] = open && (alive[layer.Source] || layer.Adds.Any(added => alive[added]));
            if (!open)
                closed ??= l;
        }
        return alive[^1] ? null : closed;
    }
}
