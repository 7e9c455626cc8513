using System.Globalization;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

[assembly: LoadableComponent<UnsupervisedTransformer<CompetitiveNetwork>>]

namespace BioLearn.ML.Hebbian;

/// <summary>Layers of units on one another that have competed at every place of the training pictures (Journé et al. 2023); its output is what the top layer's pools hold.</summary>
public sealed class CompetitiveNetwork : IFeatureModel<CompetitiveNetwork>
{
    private const int MostLayers = 1000;

    private readonly LearnedConvolution[] _layers;

    internal CompetitiveNetwork(LearnedConvolution[] layers) => _layers = layers;

    /// <inheritdoc/>
    public int FeatureCount => _layers[0].Stage.Input.Size;

    /// <summary>Channels, height and width of the pictures.</summary>
    public TensorShape Picture => _layers[0].Stage.Input;

    /// <summary>Shape of the output column: a channel for every unit of the top layer, height and width of its pools; the <c>InputShape</c> of a network on top.</summary>
    public TensorShape OutputShape => _layers[^1].Stage.Output;

    /// <summary>Units of each layer, from the input up.</summary>
    public IReadOnlyList<int> UnitCounts => [.. _layers.Select(layer => layer.Stage.Units)];

    /// <summary>The field's name of the rule that taught each layer, from the input up.</summary>
    public IReadOnlyList<string> RuleNames => [.. _layers.Select(layer => layer.Rule)];

    static string IFeatureModel<CompetitiveNetwork>.ComponentName => "BioLearn.CompetitiveNetwork";

    IReadOnlyList<FeatureOutput> IFeatureModel<CompetitiveNetwork>.Outputs => [FeatureOutput.Vector(OutputShape.Size)];

    /// <summary>W of a layer, [units, channels, rows, columns of a patch] row by row; a copy.</summary>
    /// <param name="layer">From 1, the one at the input.</param>
    /// <returns>The weights.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public float[] GetWeights(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, _layers.Length);
        return _layers[layer - 1].WeightsByChannel();
    }

    /// <summary>
    /// W1 [units, channels, rows, columns], and running-mean1 and running-variance1 [channels] of what comes into the layer, where it is normalized; W2 of the next, and so on.
    /// </summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = new();
        for (int l = 0; l < _layers.Length; l++)
        {
            CompetitiveStage stage = _layers[l].Stage;
            string number = (l + 1).ToString(CultureInfo.InvariantCulture);
            tensors.Add<float>($"W{number}", _layers[l].WeightsByChannel(), stage.Units, stage.Input.Channels, stage.KernelSize, stage.KernelSize);
            if (stage.Normalize)
                tensors.Add<double>($"running-mean{number}", _layers[l].Mean, stage.Input.Channels).Add<double>($"running-variance{number}", _layers[l].Variance, stage.Input.Channels);
        }
        tensors.Metadata["rule"] = string.Join(", ", RuleNames.Distinct());
        return tensors;
    }

    FeatureMapper IFeatureModel<CompetitiveNetwork>.CreateMapper(int capacity)
    {
        ConvolutionMapper[] layers = [.. _layers.Select(layer => new ConvolutionMapper(layer))];
        float[] pixels = new float[FeatureCount];
        return (features, rows, outputs) =>
        {
            if (outputs[0].Length == 0)
                return;
            int size = OutputShape.Size;
            for (int r = 0; r < rows; r++)
            {
                Planes.ToPixels(features.Slice(r * FeatureCount, FeatureCount), Picture.Channels, pixels);
                float[] signal = pixels;
                foreach (ConvolutionMapper layer in layers)
                {
                    layer.Map(signal);
                    signal = layer.Output;
                }
                Planes.FromPixels<float>(signal, OutputShape.Channels, outputs[0].AsSpan(r * size, size));
            }
        };
    }

    void IFeatureModel<CompetitiveNetwork>.Save(ModelWriter writer)
    {
        writer.Fields.Write(_layers.Length);
        for (int l = 0; l < _layers.Length; l++)
            _layers[l].Save(writer.Within(string.Create(CultureInfo.InvariantCulture, $"Layer{l + 1}")));
    }

    static CompetitiveNetwork IFeatureModel<CompetitiveNetwork>.Load(ModelReader reader)
    {
        var layers = new LearnedConvolution[reader.ReadCount("layers", 1, MostLayers)];
        for (int l = 0; l < layers.Length; l++)
            layers[l] = LearnedConvolution.Load(reader.Within(string.Create(CultureInfo.InvariantCulture, $"Layer{l + 1}")), l == 0 ? null : layers[l - 1].Stage.Output);
        return new(layers);
    }
}
