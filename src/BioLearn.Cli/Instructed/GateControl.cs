using BioLearn.Cli.Instructed.Data;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Instructed;

/// <summary>Answers through other gates than those that an instruction opens.</summary>
internal static class GateControl
{
    private const int MostNumbers = 1 << 24;

    /// <summary>Share of right answers to each instruction; NaN for one that no row is asked.</summary>
    /// <param name="model">The network.</param>
    /// <param name="data">The data.</param>
    /// <param name="asked">Test rows, and what they are asked.</param>
    /// <param name="control">What is done to the gates.</param>
    /// <param name="cancellation">Heard between batches.</param>
    public static double[] Accuracy(InstructedModel model, InstructedData data, IReadOnlyList<AskedRow> asked, InstructionControl control, CancellationToken cancellation)
    {
        int width = data.Input.Shape.Size, most = Math.Max(1, MostNumbers / width);
        double[] accuracy = new double[data.Instructions.Count];
        for (int instruction = 0; instruction < accuracy.Length; instruction++)
        {
            AskedRow[] own = [.. asked.Where(one => one.Question.Instruction == instruction)];
            double right = own.Chunk(most).Sum(some => some.Length * InstructedEvaluation.Evaluate(model.Network, Samples(model, data, some), control, cancellation: cancellation).Sum(one => one.Accuracy));
            accuracy[instruction] = right / own.Length;
        }
        return accuracy;
    }

    private static Samples<float> Samples(InstructedModel model, InstructedData data, AskedRow[] asked)
    {
        int width = data.Input.Shape.Size;
        float[] features = new float[asked.Length * width];
        for (int i = 0; i < asked.Length; i++)
            data.Test.CopyFeatures(asked[i].Row, features.AsSpan(i * width, width));
        int[] answers = [.. asked.Select(one => one.Question.Answer)];
        var rows = data.IsBinary ? Samples<float>.OfTargets(features, answers.Select(answer => (float)answer).ToArray(), answers.Length) : Samples<float>.OfClasses(features, answers);
        return rows.With(Instructions<float>.OfVectors([.. asked.SelectMany(one => model.VectorOf(one.Question.Instruction))], data.InstructionWidth));
    }
}
