using BioLearn.Benchmarks.Harness;
using BioLearn.Kernels.Random;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Benchmarks.Rules;

/// <summary>Rows that both sides learn from.</summary>
/// <param name="Suite">First part of the comparisons' names.</param>
/// <param name="Features">[rows, 784].</param>
/// <param name="Classes">One of ten a row.</param>
internal sealed record RuleRows(string Suite, float[] Features, int[] Classes)
{
    public const int FeatureCount = 784, ClassCount = 10;

    private const int Count = 512;

    /// <summary>One-hot rows [rows, 10].</summary>
    public float[] Targets
    {
        get
        {
            float[] targets = new float[Classes.Length * ClassCount];
            for (int i = 0; i < Classes.Length; i++)
                targets[(i * ClassCount) + Classes[i]] = 1;
            return targets;
        }
    }

    /// <summary>Uniform numbers: no zeros.</summary>
    public static RuleRows Uniform()
    {
        float[] features = new float[Count * FeatureCount];
        new RandomStream(1, "features").FillUniform<float>(features, 0, 1);
        return new("rules", features, [.. Enumerable.Range(0, Count).Select(i => i % ClassCount)]);
    }

    /// <summary>
    /// Pictures: MNIST (a fifth of its numbers is not zero) where the environment variable BIOLEARN_DATA names a folder that has it, else the
    /// part of Fashion-MNIST that the repository brings (a half).
    /// </summary>
    public static RuleRows Pictures()
    {
        string? data = Environment.GetEnvironmentVariable("BIOLEARN_DATA");
        bool mnist = data is not null && Directory.Exists(Path.Combine(data, "mnist"));
        IDataView rows = new MLContext().Data.TakeRows(
            PictureFolder.Load(new MLContext(), mnist ? Path.Combine(data!, "mnist") : Repository.File("examples", "data", "fashion-mnist"), "train"), Count);
        float[] features = [.. rows.GetColumn<float[]>("Features").SelectMany(f => f)];
        return new(mnist ? "rules-mnist" : "rules-fashion", features, [.. rows.GetColumn<byte>("Label").Select(l => (int)l)]);
    }
}
