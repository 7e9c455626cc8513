using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>Gradients of a plastic recurrent network as the engines sum them up: of α for every connection, shared or not.</summary>
internal sealed class RecurrentGradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PlasticRecurrentNetwork<T> _network;
    private readonly AlignedArray<T>? _weights;
    private readonly AlignedArray<T>? _alpha;

    /// <param name="network">Whose gradients.</param>
    /// <param name="direct">Whether to write into the gradients of the network's parameters themselves wherever shapes agree.</param>
    public RecurrentGradients(PlasticRecurrentNetwork<T> network, bool direct)
    {
        _network = network;
        int matrix = network.Neurons * network.Stride;
        _weights = direct ? null : new(matrix);
        _alpha = direct && network.Options.Sharing == PlasticitySharing.Free ? null : new(matrix);
    }

    /// <summary>[N, stride]</summary>
    public Span<T> Weights => _weights is null ? _network.Weights.Gradient : _weights.Span;

    /// <summary>[N, stride]</summary>
    public Span<T> Alpha => _alpha is null ? _network.Alpha.Gradient : _alpha.Span;

    public T Rate { get; set; }

    /// <summary>Adds what is not yet there to the gradients of the network's parameters, and starts anew.</summary>
    public void Flush()
    {
        _network.Eta.Gradient[0] += Rate;
        Rate = T.Zero;
        if (_weights is not null)
        {
            TensorPrimitives.Add(_network.Weights.Gradient, _weights.Span, _network.Weights.Gradient);
            _weights.Span.Clear();
        }

        if (_alpha is null)
            return;
        _network.Coefficients.AddGradient(_alpha.Span);
        _alpha.Span.Clear();
    }
}
