using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;

[assembly: LoadableComponent<UnsupervisedTransformer<RestrictedBoltzmannMachine>>]

namespace BioLearn.ML.Memories;

/// <summary>A restricted Boltzmann machine: E(v, h) = −a v − b h − h W v (Smolensky 1986; Hinton 2002).</summary>
public sealed class RestrictedBoltzmannMachine : IFeatureModel<RestrictedBoltzmannMachine>
{
    private readonly FeatureScale _scale;
    private readonly BoltzmannLayer<float> _layer;

    internal RestrictedBoltzmannMachine(FeatureScale scale, BoltzmannLayer<float> layer)
    {
        _scale = scale;
        _layer = layer;
    }

    /// <inheritdoc/>
    public int FeatureCount => _layer.Visible;

    /// <summary>Number of hidden units.</summary>
    public int HiddenUnitCount => _layer.Hidden;

    /// <summary>What the visible units stand for.</summary>
    public VisibleUnits VisibleUnits => _layer.Units;

    static string IFeatureModel<RestrictedBoltzmannMachine>.ComponentName => "BioLearn.RestrictedBoltzmannMachine";

    IReadOnlyList<FeatureOutput> IFeatureModel<RestrictedBoltzmannMachine>.Outputs =>
        [FeatureOutput.Vector(HiddenUnitCount), FeatureOutput.Vector(FeatureCount), FeatureOutput.Number];

    /// <summary>W, [hidden, visible] row by row; a copy.</summary>
    /// <returns>The weights.</returns>
    public float[] GetWeights() => [.. _layer.Weights];

    /// <summary>a, one a feature; a copy.</summary>
    /// <returns>The biases.</returns>
    public float[] GetVisibleBiases() => [.. _layer.VisibleBiases];

    /// <summary>b, one a hidden unit; a copy.</summary>
    /// <returns>The biases.</returns>
    public float[] GetHiddenBiases() => [.. _layer.HiddenBiases];

    /// <summary>W [hidden, visible], the biases a [visible] and b [hidden]; of Gaussian units mean and deviation of the features too.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = _layer.GetTensors();
        _scale.AddTo(tensors);
        return tensors;
    }

    /// <summary>Rows that the machine imagines: independent chains of Gibbs sampling, from random hidden units.</summary>
    /// <param name="count">Number of rows, at least 1.</param>
    /// <param name="gibbsSteps">Steps of each chain, at least 1; many are needed to forget the start.</param>
    /// <param name="seed">Decides the samples.</param>
    /// <returns>Probabilities (Bernoulli) or means (Gaussian, in the features' own units), one array a row.</returns>
    public float[][] Sample(int count, int gibbsSteps = 1000, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(gibbsSteps, 1);
        Chance<float> chance = Chance<float>.Of(new RandomStream(seed, "dream"));
        float[] hidden = new float[count * _layer.Hidden], visible = new float[count * _layer.Visible];
        MatrixSpan<float> h = new(hidden, count, _layer.Hidden), v = new(visible, count, _layer.Visible);
        Array.Fill(hidden, 0.5f);
        for (int step = 0; step < gibbsSteps; step++)
        {
            chance.Sample(hidden, hidden);
            _layer.Down(h, v);
            if (step + 1 == gibbsSteps)
                break;
            if (_layer.Units == VisibleUnits.Bernoulli)
                chance.Sample(visible, visible);
            else
                chance.AddNormal(visible);
            _layer.Up(v, h);
        }
        _scale.ToFeatures(visible);
        return [.. visible.Chunk(_layer.Visible)];
    }

    FeatureMapper IFeatureModel<RestrictedBoltzmannMachine>.CreateMapper(int capacity)
    {
        float[] scaled = new float[capacity * FeatureCount], room = new float[capacity * HiddenUnitCount];
        return (features, rows, outputs) =>
        {
            features.CopyTo(scaled);
            _scale.ToUnits(scaled.AsSpan(0, features.Length));
            ReadOnlyMatrixSpan<float> v = new(scaled.AsSpan(0, features.Length), rows, FeatureCount);
            MatrixSpan<float> h = new(outputs[0].Length > 0 ? outputs[0] : room, rows, HiddenUnitCount);
            if (outputs[2].Length > 0)
                _layer.FreeEnergies(v, new(room, rows, HiddenUnitCount), outputs[2].AsSpan(0, rows));
            _layer.Up(v, h);
            if (outputs[1].Length > 0)
            {
                _layer.Down(h, new(outputs[1], rows, FeatureCount));
                _scale.ToFeatures(outputs[1].AsSpan(0, features.Length));
            }
        };
    }

    static int IFeatureModel<RestrictedBoltzmannMachine>.Version => BoltzmannFile.Version;

    void IFeatureModel<RestrictedBoltzmannMachine>.Save(ModelWriter writer) => BoltzmannFile.Write(writer, _scale, [_layer]);

    static RestrictedBoltzmannMachine IFeatureModel<RestrictedBoltzmannMachine>.Load(ModelReader reader)
    {
        (FeatureScale scale, BoltzmannLayer<float>[] layers) = BoltzmannFile.Read(reader);
        return layers.Length == 1 ? new(scale, layers[0]) : throw reader.Damaged($"it has {layers.Length} layers, expected 1");
    }
}
