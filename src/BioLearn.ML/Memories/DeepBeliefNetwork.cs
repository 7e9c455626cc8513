using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Networks;

[assembly: LoadableComponent<UnsupervisedTransformer<DeepBeliefNetwork>>]

namespace BioLearn.ML.Memories;

/// <summary>Restricted Boltzmann machines on one another, each learned from the hidden probabilities of the one below (Hinton, Osindero and Teh 2006).</summary>
public sealed class DeepBeliefNetwork : IFeatureModel<DeepBeliefNetwork>
{
    private readonly FeatureScale _scale;
    private readonly BoltzmannLayer<float>[] _layers;

    internal DeepBeliefNetwork(FeatureScale scale, BoltzmannLayer<float>[] layers)
    {
        _scale = scale;
        _layers = layers;
    }

    /// <inheritdoc/>
    public int FeatureCount => _layers[0].Visible;

    /// <summary>Units of each hidden layer, from the input up.</summary>
    public IReadOnlyList<int> HiddenUnits => [.. _layers.Select(layer => layer.Hidden)];

    static string IFeatureModel<DeepBeliefNetwork>.ComponentName => "BioLearn.DeepBeliefNetwork";

    IReadOnlyList<FeatureOutput> IFeatureModel<DeepBeliefNetwork>.Outputs => [FeatureOutput.Vector(_layers[^1].Hidden), FeatureOutput.Vector(FeatureCount)];

    /// <summary>One of the machines; a copy.</summary>
    /// <param name="layer">From 1, the one at the input.</param>
    /// <returns>The machine. Only that of layer 1 knows the scale of the features.</returns>
    public RestrictedBoltzmannMachine GetMachine(int layer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layer, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layer, _layers.Length);
        return new(layer == 1 ? _scale : new([], []), _layers[layer - 1]);
    }

    /// <summary>W1 [hidden, visible], a1 [visible], b1 [hidden] of the machine at the input, W2, a2, b2 of the next, and so on; of Gaussian units mean and deviation of the features too.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = new();
        for (int l = 1; l <= _layers.Length; l++)
            tensors.Add("", _layers[l - 1].GetTensors(FormattableString.Invariant($"{l}")));
        _scale.AddTo(tensors);
        return tensors;
    }

    /// <summary>
    /// A classifier that starts where this network stands: its layers as sigmoid units, and an output layer drawn anew. Hand it to
    /// <c>trainer.Fit(data, null, model)</c> of any multiclass learning rule to tune all layers with labels.
    /// </summary>
    /// <param name="rule">The rule that the model names as its own, whose side tensors it has.</param>
    /// <param name="classCount">Classes of the label, at least 2.</param>
    /// <param name="seed">Decides the output layer.</param>
    /// <returns>The model to go on from.</returns>
    public NetworkModelParameters CreateClassifier(LearningRule rule, int classCount, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        Network<float> network = new(
            NetworkSpec.Perceptron(FeatureCount, [.. HiddenUnits], classCount, Activation.Sigmoid, OutputHead.SoftmaxCrossEntropy), rule, Initializer.GlorotUniform, seed);
        for (int l = 0; l < _layers.Length; l++)
        {
            _layers[l].Weights.CopyTo(network.Weights(l + 1).Values);
            _layers[l].HiddenBiases.CopyTo(network.Biases(l + 1).Values);
        }
        _scale.FoldInto(network.Weights(1).Values, network.Biases(1).Values);
        return new NetworkModelParameters(network, rule, regression: false);
    }

    FeatureMapper IFeatureModel<DeepBeliefNetwork>.CreateMapper(int capacity)
    {
        float[] scaled = new float[capacity * FeatureCount];
        float[][] hidden = [.. _layers.Select(layer => new float[capacity * layer.Hidden])];
        return (features, rows, outputs) =>
        {
            features.CopyTo(scaled);
            _scale.ToUnits(scaled.AsSpan(0, features.Length));
            for (int l = 0; l < _layers.Length; l++)
                _layers[l].Up(new(l == 0 ? scaled : hidden[l - 1], rows, _layers[l].Visible), new(hidden[l], rows, _layers[l].Hidden));
            if (outputs[0].Length > 0)
                hidden[^1].AsSpan(0, rows * _layers[^1].Hidden).CopyTo(outputs[0]);
            if (outputs[1].Length == 0)
                return;
            for (int l = _layers.Length - 1; l >= 0; l--)
                _layers[l].Down(new(hidden[l], rows, _layers[l].Hidden), new(l == 0 ? outputs[1] : hidden[l - 1], rows, _layers[l].Visible));
            _scale.ToFeatures(outputs[1].AsSpan(0, features.Length));
        };
    }

    static int IFeatureModel<DeepBeliefNetwork>.Version => BoltzmannFile.Version;

    void IFeatureModel<DeepBeliefNetwork>.Save(ModelWriter writer) => BoltzmannFile.Write(writer, _scale, _layers);

    static DeepBeliefNetwork IFeatureModel<DeepBeliefNetwork>.Load(ModelReader reader)
    {
        (FeatureScale scale, BoltzmannLayer<float>[] layers) = BoltzmannFile.Read(reader);
        return new(scale, layers);
    }
}
