using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

[assembly: LoadableComponent<UnsupervisedTransformer<CompetitiveLayer>>]

namespace BioLearn.ML.Hebbian;

/// <summary>Units that have competed for the training rows, or for patches of them; its output is an activation of their currents.</summary>
public sealed class CompetitiveLayer : IFeatureModel<CompetitiveLayer>
{
    private readonly RowPreparation _preparation;
    private readonly float[] _weights; // [units, numbers in a row or a patch]
    private readonly float[] _effective; // the weights that make the currents
    private readonly double _currentPower;
    private readonly CompetitiveActivation _activation;
    private readonly float _activationPower;

    internal CompetitiveLayer(
        string ruleName, RowPreparation preparation, float[] weights, double currentPower, CompetitiveActivation activation, float activationPower, PatchSpec? patches)
    {
        RuleName = ruleName;
        Patches = patches;
        _preparation = preparation;
        _weights = weights;
        _currentPower = currentPower;
        _activation = activation;
        _activationPower = activationPower;
        _effective = weights;
        if (currentPower != 2)
            CompetitiveLearner<float>.EffectiveWeights(weights, currentPower, _effective = new float[weights.Length]);
    }

    /// <summary>The field's name of the rule that taught it.</summary>
    public string RuleName { get; }

    /// <summary>How it looks at pictures; null where every unit has the entire row.</summary>
    public PatchSpec? Patches { get; }

    /// <inheritdoc/>
    public int FeatureCount => Patches?.Picture.Size ?? _preparation.Width;

    /// <summary>Number of units.</summary>
    public int UnitCount => _weights.Length / _preparation.Width;

    /// <summary>Shape of the output column: a channel for every unit, and with patches a height and a width of places, or of pools of them.</summary>
    public TensorShape OutputShape => Patches?.Output(UnitCount) ?? new(UnitCount);

    static string IFeatureModel<CompetitiveLayer>.ComponentName => "BioLearn.CompetitiveLayer";

    // 2: whitening, layers on patches.
    static int IFeatureModel<CompetitiveLayer>.Version => 3; // 2: patches; 3: names where there were numbers

    IReadOnlyList<FeatureOutput> IFeatureModel<CompetitiveLayer>.Outputs => [FeatureOutput.Vector(OutputShape.Size)];

    /// <summary>W, [units, features of a row or numbers of a patch] row by row; a copy.</summary>
    /// <returns>The weights.</returns>
    public float[] GetWeights() => [.. _weights];

    /// <summary>W [units, features of a row or numbers of a patch], and what is done to rows first: mean [width], whitening [width, width], where it is done.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        int width = _preparation.Width;
        NamedTensors tensors = new NamedTensors().Add<float>("W", _weights, UnitCount, width);
        if (_preparation.Mean.Length > 0)
            tensors.Add<float>("mean", _preparation.Mean, width);
        if (_preparation.Whitening.Length > 0)
            tensors.Add<float>("whitening", _preparation.Whitening, width, width);
        tensors.Metadata["rule"] = RuleName;
        return tensors;
    }

    FeatureMapper IFeatureModel<CompetitiveLayer>.CreateMapper(int capacity)
    {
        if (Patches is { } patches)
            return new PatchMapper(patches, _preparation, _effective, _activation, _activationPower).Map;
        float[] prepared = new float[capacity * FeatureCount];
        return (features, rows, outputs) =>
        {
            if (outputs[0].Length == 0)
                return;
            Span<float> input = prepared.AsSpan(0, features.Length);
            features.CopyTo(input);
            _preparation.Apply(input);
            MatrixSpan<float> currents = new(outputs[0].AsSpan(0, rows * UnitCount), rows, UnitCount);
            Gemm.NT<float>(new(input, rows, FeatureCount), new(_effective, UnitCount, FeatureCount), currents);
            CompetitiveActivations.Apply(_activation, _activationPower, currents);
        };
    }

    void IFeatureModel<CompetitiveLayer>.Save(ModelWriter writer)
    {
        writer.Fields.Write(RuleName);
        writer.Fields.Write(_preparation.Width);
        writer.Fields.Write(_preparation.UnitLength);
        writer.Fields.Write(_currentPower);
        writer.WriteName(_activation);
        writer.Fields.Write(_activationPower);
        writer.Fields.Write(_preparation.LeastLength);
        writer.Fields.Write(Patches is not null);
        Patches?.Save(writer);
        writer.WriteTensor<float>("Mean", _preparation.Mean);
        writer.WriteTensor<float>("Whitening", _preparation.Whitening);
        writer.WriteTensor<float>("Weights", _weights);
    }

    static CompetitiveLayer IFeatureModel<CompetitiveLayer>.Load(ModelReader reader)
    {
        string rule = reader.Fields.ReadString();
        int width = reader.ReadCount("features", 1, int.MaxValue);
        bool unitLength = reader.Fields.ReadBoolean();
        double currentPower = reader.Fields.ReadDouble();
        var activation = reader.ReadName("activation", namedSince: 3, [CompetitiveActivation.RectifiedPower, CompetitiveActivation.Triangle, CompetitiveActivation.Linear]);
        float activationPower = reader.Fields.ReadSingle(), leastLength = 0;
        float[] whitening = [];
        PatchSpec? patches = null;
        if (reader.ComponentVersion >= 2)
        {
            leastLength = reader.Fields.ReadSingle();
            if (reader.Fields.ReadBoolean())
                patches = PatchSpec.Load(reader);
            whitening = reader.ReadTensor<float>("Whitening");
        }
        float[] mean = reader.ReadTensor<float>("Mean"), weights = reader.ReadTensor<float>("Weights");
        if (weights.Length == 0 || weights.Length % width != 0 || (mean.Length != 0 && mean.Length != width))
            throw reader.Damaged($"{weights.Length} weights and {mean.Length} means do not fit {width} features");
        if (whitening.Length != 0 && whitening.Length != (long)width * width)
            throw reader.Damaged($"{whitening.Length} numbers are no square of {width} to whiten with");
        if (patches is not null && patches.Length != width)
            throw reader.Damaged($"patches of {patches.Length} numbers do not fit units of {width}");
        return new(rule, new(width, mean, whitening, unitLength, leastLength), weights, currentPower, activation, activationPower, patches);
    }
}
