using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;

[assembly: LoadableComponent<UnsupervisedTransformer<CompetitiveLayer>>]

namespace BioLearn.ML.Hebbian;

/// <summary>Units that have competed for the training rows; its output is an activation of their currents.</summary>
public sealed class CompetitiveLayer : IFeatureModel<CompetitiveLayer>
{
    private readonly float[] _mean; // empty if nothing is taken from the rows
    private readonly float[] _weights; // [units, features]
    private readonly float[] _effective; // the weights that make the currents
    private readonly bool _unitLengthInput;
    private readonly double _currentPower;
    private readonly CompetitiveActivation _activation;
    private readonly float _activationPower;

    internal CompetitiveLayer(
        string ruleName, int features, float[] mean, float[] weights, bool unitLengthInput, double currentPower, CompetitiveActivation activation, float activationPower)
    {
        RuleName = ruleName;
        FeatureCount = features;
        _mean = mean;
        _weights = weights;
        _unitLengthInput = unitLengthInput;
        _currentPower = currentPower;
        _activation = activation;
        _activationPower = activationPower;
        _effective = weights;
        if (currentPower != 2)
            CompetitiveLearner<float>.EffectiveWeights(weights, currentPower, _effective = new float[weights.Length]);
    }

    /// <summary>The field's name of the rule that taught it.</summary>
    public string RuleName { get; }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <summary>Number of units.</summary>
    public int UnitCount => _weights.Length / FeatureCount;

    static string IFeatureModel<CompetitiveLayer>.ComponentName => "BioLearn.CompetitiveLayer";

    IReadOnlyList<FeatureOutput> IFeatureModel<CompetitiveLayer>.Outputs => [FeatureOutput.Vector(UnitCount)];

    /// <summary>W, [units, features] row by row; a copy.</summary>
    /// <returns>The weights.</returns>
    public float[] GetWeights() => [.. _weights];

    FeatureMapper IFeatureModel<CompetitiveLayer>.CreateMapper(int capacity)
    {
        float[] prepared = new float[capacity * FeatureCount];
        return (features, rows, outputs) =>
        {
            if (outputs[0].Length == 0)
                return;
            Span<float> input = prepared.AsSpan(0, features.Length);
            features.CopyTo(input);
            Prepare(input, FeatureCount, _mean, _unitLengthInput);
            MatrixSpan<float> currents = new(outputs[0].AsSpan(0, rows * UnitCount), rows, UnitCount);
            Gemm.NT<float>(new(input, rows, FeatureCount), new(_effective, UnitCount, FeatureCount), currents);
            CompetitiveActivations.Apply(_activation, _activationPower, currents);
        };
    }

    void IFeatureModel<CompetitiveLayer>.Save(ModelWriter writer)
    {
        writer.Fields.Write(RuleName);
        writer.Fields.Write(FeatureCount);
        writer.Fields.Write(_unitLengthInput);
        writer.Fields.Write(_currentPower);
        writer.Fields.Write((int)_activation);
        writer.Fields.Write(_activationPower);
        writer.WriteTensor<float>("Mean", _mean);
        writer.WriteTensor<float>("Weights", _weights);
    }

    static CompetitiveLayer IFeatureModel<CompetitiveLayer>.Load(ModelReader reader)
    {
        string rule = reader.Fields.ReadString();
        int features = reader.ReadCount("features", 1, int.MaxValue);
        bool unitLength = reader.Fields.ReadBoolean();
        double currentPower = reader.Fields.ReadDouble();
        var activation = (CompetitiveActivation)reader.ReadCount("activation", 0, (int)CompetitiveActivation.Linear);
        float activationPower = reader.Fields.ReadSingle();
        float[] mean = reader.ReadTensor<float>("Mean"), weights = reader.ReadTensor<float>("Weights");
        if (weights.Length == 0 || weights.Length % features != 0 || (mean.Length != 0 && mean.Length != features))
            throw reader.Damaged($"{weights.Length} weights and {mean.Length} means do not fit {features} features");
        return new(rule, features, mean, weights, unitLength, currentPower, activation, activationPower);
    }

    /// <summary>Takes the mean from rows and brings them to length 1, as asked; a row of zeros stays one.</summary>
    internal static void Prepare(Span<float> rows, int features, ReadOnlySpan<float> mean, bool unitLength)
    {
        if (!mean.IsEmpty)
            CentredRows.Subtract(rows, mean, rows);
        if (!unitLength)
            return;
        for (int start = 0; start < rows.Length; start += features)
        {
            Span<float> row = rows.Slice(start, features);
            float length = TensorPrimitives.Norm<float>(row);
            if (length > 0)
                TensorPrimitives.Divide(row, length, row);
        }
    }
}
