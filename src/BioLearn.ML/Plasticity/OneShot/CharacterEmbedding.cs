using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Convolution;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.OneShot;

/// <summary>
/// Four convolutions, 3x3 with stride 2, no padding, tanh after each, that turn a picture of 31x31 pixels into a vector of
/// features (31-15-7-3-1).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class CharacterEmbedding<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Height and width of a picture.</summary>
    public const int Size = 31;

    private readonly Layer[] _layers;
    private readonly int _batch;

    /// <summary>Convolutions whose filters are zero.</summary>
    /// <param name="features">Channels of every convolution, and features in the end.</param>
    /// <param name="batch">Pictures at a time.</param>
    public CharacterEmbedding(int features, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        _batch = batch;
        var layers = new List<Layer>();
        for (int size = Size, channels = 1; size > 1; size = (size - 1) / 2, channels = features)
        {
            var shape = ConvolutionShape.Forward(channels, size, size, features, (3, 3), (2, 2), (0, 0, 0, 0), (1, 1));
            layers.Add(new(shape, layers.Count + 1, batch));
        }

        _layers = [.. layers];
    }

    /// <summary>Filters, [features, channels below · 9], and biases, of each convolution.</summary>
    public IReadOnlyList<ParameterTensor<T>> Parameters => [.. _layers.SelectMany(layer => new[] { layer.Weights, layer.Bias })];

    /// <summary>[batch, features]</summary>
    public ReadOnlySpan<T> Features => _layers[^1].Outputs;

    /// <summary>From pictures [batch, 31, 31] to <see cref="Features"/>.</summary>
    public void Forward(ReadOnlySpan<T> pictures)
    {
        foreach (var layer in _layers)
        {
            Convolution2D.Forward<T>(layer.Shape, _batch, pictures, layer.Weights.Values, layer.Bias.Values[..layer.Shape.Filters], layer.Outputs);
            TensorPrimitives.Tanh(layer.Outputs, layer.Outputs);
            pictures = layer.Outputs;
        }
    }

    /// <summary>Writes the parameters' gradients, given those of the features [batch, features].</summary>
    public void Backward(ReadOnlySpan<T> pictures, ReadOnlySpan<T> featureGradients)
    {
        featureGradients.CopyTo(_layers[^1].Gradients);
        for (int l = _layers.Length - 1; l >= 0; l--)
        {
            var layer = _layers[l];
            for (int i = 0; i < layer.Outputs.Length; i++)
                layer.Gradients[i] *= T.One - layer.Outputs[i] * layer.Outputs[i];
            var input = l == 0 ? pictures : _layers[l - 1].Outputs;
            Convolution2D.WeightGradient<T>(layer.Shape, _batch, input, layer.Gradients, layer.Weights.Gradient);
            layer.WriteBiasGradient();
            if (l > 0)
                Convolution2D.Adjoint<T>(layer.Shape, _batch, layer.Gradients, layer.Weights.Values, _layers[l - 1].Gradients);
        }
    }

    private sealed class Layer(ConvolutionShape shape, int number, int batch)
    {
        public ConvolutionShape Shape { get; } = shape;
        public ParameterTensor<T> Weights { get; } = new($"cv{number}_w", shape.Filters, shape.WeightLength / shape.Filters, padded: false);
        public ParameterTensor<T> Bias { get; } = new($"cv{number}_b", 1, shape.Filters);
        public T[] Outputs { get; } = new T[batch * shape.OutputLength];
        public T[] Gradients { get; } = new T[batch * shape.OutputLength];

        public void WriteBiasGradient()
        {
            int plane = Shape.OutputHeight * Shape.OutputWidth;
            Bias.Gradient.Clear();
            for (int i = 0; i < batch * Shape.Filters; i++)
                Bias.Gradient[i % Shape.Filters] += TensorPrimitives.Sum<T>(Gradients.AsSpan(i * plane, plane));
        }
    }
}
