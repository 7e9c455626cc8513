using System.Numerics.Tensors;
using BioLearn.Cli.Instructed.Data;
using BioLearn.ML.Instructed;

namespace BioLearn.Cli.Instructed;

/// <summary>Answers through gates that are set by hand, in the place of those that an instruction opens.</summary>
internal static class GateControl
{
    private const int Batch = 256;

    /// <summary>Share of right answers to each instruction.</summary>
    /// <param name="data">The data.</param>
    /// <param name="asked">Test rows, and what they are asked.</param>
    /// <param name="parts">For each instruction the part of the network that answers.</param>
    public static double[] Accuracy(InstructedData data, IReadOnlyList<AskedRow> asked, IReadOnlyList<SubNetwork> parts)
    {
        int[] answers = new int[asked.Count];
        foreach (var (instruction, part) in parts.Index())
        {
            int[] own = [.. Enumerable.Range(0, asked.Count).Where(i => asked[i].Question.Instruction == instruction)];
            foreach (int[] some in own.Chunk(Batch))
                Answer(data, asked, part, some, answers);
        }
        return Instructed.Accuracy.Of(data, asked, answers);
    }

    private static void Answer(InstructedData data, IReadOnlyList<AskedRow> asked, SubNetwork part, int[] some, int[] answers)
    {
        int width = data.Input.Shape.Size;
        float[] features = new float[some.Length * width];
        for (int i = 0; i < some.Length; i++)
            data.Test.CopyFeatures(asked[some[i]].Row, features.AsSpan(i * width, width));
        float[] scores = part.Predict(features);
        int outputs = scores.Length / some.Length;
        for (int i = 0; i < some.Length; i++)
            answers[some[i]] = outputs == 1 ? (scores[i] > 0 ? 1 : 0) : TensorPrimitives.IndexOfMax(scores.AsSpan(i * outputs, outputs));
    }
}
