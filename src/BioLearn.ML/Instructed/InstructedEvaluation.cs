using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>How well one instruction is answered.</summary>
/// <param name="Instruction">Index in <see cref="Instructions{T}.Vectors"/>.</param>
/// <param name="Count">Rows that have it.</param>
/// <param name="Loss">Mean loss.</param>
/// <param name="Accuracy">Share of rows whose largest output is the target's; of a single output, on the right side of one half.</param>
public sealed record InstructionAccuracy(int Instruction, int Count, double Loss, double Accuracy);

/// <summary>Evaluates an instructed network, instruction by instruction, and under controls.</summary>
public static class InstructedEvaluation
{
    /// <summary>Evaluates.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="network">The network.</param>
    /// <param name="rule">The rule that teaches it.</param>
    /// <param name="samples">Rows with instructions and their targets.</param>
    /// <param name="control">What is done to the gates. Default: nothing.</param>
    /// <param name="batchSize">Rows at a time. Default: 256.</param>
    /// <param name="cancellation">Heard before every batch.</param>
    /// <returns>One entry an instruction that occurs, in their order.</returns>
    /// <exception cref="ArgumentException">The rows have no instructions, or do not fit the network.</exception>
    public static IReadOnlyList<InstructionAccuracy> Evaluate<T>(
        Network<T> network, LearningRule rule, in Samples<T> samples, InstructionControl control = InstructionControl.None, int batchSize = 256, CancellationToken cancellation = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(rule);
        Instructions<T> instructions = samples.Instructions ?? throw new ArgumentException("The rows have no instructions.", nameof(samples));
        Samples<T> asked = control == InstructionControl.WrongInstruction ? samples.With(Next(instructions)) : samples;
        using LearningContext<T> step = new(network, batchSize);
        using MiniBatch<T> batch = new(network.Spec, batchSize);
        (int Count, double Loss, int Right)[] sums = new (int, double, int)[instructions.Distinct];
        int[] rows = new int[batchSize];
        for (int start = 0; start < samples.Count; start += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(batchSize, samples.Count - start);
            for (int i = 0; i < count; i++)
                rows[i] = start + i;
            batch.Gather(asked, rows.AsSpan(0, count));
            step.Observe(batch.Input, batch.Target, batch.Weights, batch.Instructions);
            rule.Guide(step);
            Disturb(step, control, network.Seed);
            step.Forward();
            step.LossPerSample(step.Clean, step.Losses);
            for (int i = 0; i < count; i++)
            {
                ref (int Count, double Loss, int Right) sum = ref sums[instructions.OfRow.Span[start + i]];
                sum.Count++;
                sum.Loss += double.CreateChecked(step.Losses.Span[i]);
                sum.Right += NetworkTrainer<T>.SameChoice(step.Clean.Units(step.Depth).Row(i), step.Target.Row(i)) ? 1 : 0;
            }
        }
        return [.. sums.Select((s, i) => new InstructionAccuracy(i, s.Count, s.Loss / s.Count, (double)s.Right / s.Count)).Where(a => a.Count > 0)];
    }

    /// <summary>Evaluates a trained model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="samples">Rows with instructions and their targets; features as they come, the model maps them.</param>
    /// <param name="control">What is done to the gates. Default: nothing.</param>
    /// <param name="batchSize">Rows at a time. Default: 256.</param>
    /// <param name="cancellation">Heard before every batch.</param>
    /// <returns>One entry an instruction that occurs, in their order.</returns>
    /// <exception cref="ArgumentException">The rows have no instructions, or do not fit the network.</exception>
    /// <exception cref="InvalidOperationException">The rule that taught the model is not known here.</exception>
    public static IReadOnlyList<InstructionAccuracy> Evaluate(
        NetworkModelParameters model, in Samples<float> samples, InstructionControl control = InstructionControl.None, int batchSize = 256, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        LearningRule rule = model.Rule ?? throw new InvalidOperationException("The rule that taught the model is not known here, and with it how an instruction comes down.");
        return Evaluate(model.Network, rule, samples.With(model.InputMap), control, batchSize, cancellation);
    }

    private static Instructions<T> Next<T>(Instructions<T> instructions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] vectors = new T[instructions.Count * instructions.Width];
        for (int row = 0; row < instructions.Count; row++)
        {
            int next = (instructions.OfRow.Span[row] + 1) % instructions.Distinct;
            instructions.Vectors.Span.Slice(next * instructions.Width, instructions.Width).CopyTo(vectors.AsSpan(row * instructions.Width));
        }
        return Instructions<T>.OfVectors(vectors, instructions.Width);
    }

    private static void Disturb<T>(LearningContext<T> step, InstructionControl control, long seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (control is not (InstructionControl.RandomGates or InstructionControl.AllOpen))
            return;
        BatchInstructions<T> instructions = step.Instructions!;
        foreach (Layer layer in step.Spec.InstructedLayers)
        {
            int[] open = new int[instructions.Vectors.Batch];
            for (int b = 0; b < step.Batch; b++)
                open[instructions.OfSample[b]] = CountOpen(step.Gates(layer.Index, b));
            Signal<T> gates = step.OpenGates(layer.Index);
            for (int i = 0; i < gates.Batch; i++)
            {
                if (control == InstructionControl.AllOpen)
                    gates.Row(i).Fill(T.One);
                else
                    OpenAtRandom(gates.Row(i), open[i], new RandomStream(seed, $"random gates/{layer.Index}/{string.Join(',', instructions.Vectors.Row(i).ToArray())}"));
            }
        }
    }

    private static int CountOpen<T>(ReadOnlySpan<T> gates)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int open = 0;
        foreach (T gate in gates)
            open += gate != T.Zero ? 1 : 0;
        return open;
    }

    private static void OpenAtRandom<T>(Span<T> gates, int open, RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] order = new int[gates.Length];
        random.FillPermutation(order);
        gates.Clear();
        foreach (int unit in order.AsSpan(0, open))
            gates[unit] = T.One;
    }
}
