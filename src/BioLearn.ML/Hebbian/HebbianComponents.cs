using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;

[assembly: LoadableComponent<UnsupervisedTransformer<HebbianComponents>>]

namespace BioLearn.ML.Hebbian;

/// <summary>Linear units that a Hebbian rule has taught: y = W (x − mean).</summary>
public sealed class HebbianComponents : IFeatureModel<HebbianComponents>
{
    private readonly float[] _mean;
    private readonly float[] _weights; // [rank, features]

    internal HebbianComponents(string ruleName, float[] mean, float[] weights)
    {
        RuleName = ruleName;
        _mean = mean;
        _weights = weights;
    }

    /// <summary>The field's name of the rule that taught it.</summary>
    public string RuleName { get; }

    /// <inheritdoc/>
    public int FeatureCount => _mean.Length;

    /// <summary>Number of units.</summary>
    public int Rank => _weights.Length / _mean.Length;

    static string IFeatureModel<HebbianComponents>.ComponentName => "BioLearn.HebbianComponents";

    IReadOnlyList<FeatureOutput> IFeatureModel<HebbianComponents>.Outputs => [FeatureOutput.Vector(Rank)];

    /// <summary>W, [rank, features] row by row; a copy.</summary>
    /// <returns>The weights.</returns>
    public float[] GetWeights() => [.. _weights];

    /// <summary>What is taken from every row first; zeros if it was not asked for. A copy.</summary>
    /// <returns>One number a feature.</returns>
    public float[] GetMean() => [.. _mean];

    /// <summary>W [rank, features] and mean [features].</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = new NamedTensors().Add<float>("W", _weights, Rank, FeatureCount).Add<float>("mean", _mean, FeatureCount);
        tensors.Metadata["rule"] = RuleName;
        return tensors;
    }

    FeatureMapper IFeatureModel<HebbianComponents>.CreateMapper(int capacity)
    {
        float[] centred = new float[capacity * FeatureCount];
        return (features, rows, outputs) =>
        {
            if (outputs[0].Length == 0)
                return;
            CentredRows.Subtract(features, _mean, centred.AsSpan(0, features.Length));
            Gemm.NT<float>(
                new(centred.AsSpan(0, features.Length), rows, FeatureCount),
                new(_weights, Rank, FeatureCount),
                new(outputs[0].AsSpan(0, rows * Rank), rows, Rank));
        };
    }

    void IFeatureModel<HebbianComponents>.Save(ModelWriter writer)
    {
        writer.Fields.Write(RuleName);
        writer.WriteTensor<float>("Mean", _mean);
        writer.WriteTensor<float>("Weights", _weights);
    }

    static HebbianComponents IFeatureModel<HebbianComponents>.Load(ModelReader reader)
    {
        string rule = reader.Fields.ReadString();
        float[] mean = reader.ReadTensor<float>("Mean"), weights = reader.ReadTensor<float>("Weights");
        if (mean.Length == 0 || weights.Length == 0 || weights.Length % mean.Length != 0)
            throw reader.Damaged($"{weights.Length} weights are no rows of {mean.Length} features");
        return new(rule, mean, weights);
    }
}
