using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity;

/// <summary>
/// A fully recurrent network whose connections have a fixed part W and a plastic part α∘H
/// (Miconi 2016, "Backpropagation of Hebbian plasticity for continual learning"; Miconi, Clune and Stanley 2018):
/// <code>
/// H(t) = (1-η) H(t-1) + η y(t-1) y(t-2)ᵀ      y(t) = tanh( (W + α∘H(t)) y(t-1) + u(t) )
/// </code>
/// W, α and optionally η are trained over many episodes; H starts at zero in each episode and is what the network
/// learns within it. Matrices are [target, source].
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PlasticRecurrentNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly AlignedArray<T>? _alphaMatrix;

    /// <summary>Makes a network with W = 0, α = 0 and the options' rate.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PlasticRecurrentNetwork(PlasticNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        int n = options.Neurons;
        Weights = new("w", n, n);
        Coefficients = new(options.Sharing, n, n);
        Eta = new("eta", 1, 1) { IsBias = true };
        Eta.Values[0] = T.CreateChecked(options.Rate);
        _alphaMatrix = options.Sharing == PlasticitySharing.Free ? null : new(n * Weights.Stride);
        Parameters = options.LearnRate ? [Weights, Alpha, Eta] : [Weights, Alpha];
    }

    /// <summary>Shape and rules.</summary>
    public PlasticNetworkOptions Options { get; }

    /// <summary>Number of neurons N.</summary>
    public int Neurons => Options.Neurons;

    /// <summary>The trace's rate η.</summary>
    public T Rate => Eta.Values[0];

    /// <summary>W, [N, N].</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>α, [N, N], [N, 1] or [1, 1] as the options share it; call <see cref="Refresh"/> after a change.</summary>
    public ParameterTensor<T> Alpha => Coefficients.Parameter;

    /// <summary>η, [1, 1].</summary>
    public ParameterTensor<T> Eta { get; }

    /// <summary>What an optimizer trains: W, α and, where the options say so, η.</summary>
    public IReadOnlyList<ParameterTensor<T>> Parameters { get; }

    /// <summary>Elements from one row of a matrix to the next: N, padded.</summary>
    public int Stride => Weights.Stride;

    internal PlasticityCoefficients<T> Coefficients { get; }

    /// <summary>α as a full [N, stride] matrix, whatever the sharing; call <see cref="Refresh"/> after α changed.</summary>
    internal ReadOnlyMatrixSpan<T> AlphaMatrix => new(_alphaMatrix is null ? Alpha.Values : _alphaMatrix.Span, Neurons, Stride);

    /// <summary>W, α and a trace [N, stride], for the kernels; padding is swept along.</summary>
    internal PlasticLayer<T> Layer(Span<T> trace) => new(new(Weights.Values, Neurons, Stride), AlphaMatrix, new(trace, Neurons, Stride));

    /// <summary>Brings derived values up to date after a change of the parameters: shared α spread over the matrix, self-plasticity masked.</summary>
    public void Refresh()
    {
        if (!Options.SelfPlasticity)
        {
            for (int i = 0; i < Neurons; i++)
                Alpha.Values[i * Stride + i] = T.Zero;
        }

        if (_alphaMatrix is not null)
            Coefficients.Expand(_alphaMatrix.Span);
    }

    /// <summary>Sets the gradients of W, α and η to zero.</summary>
    public void ClearGradients()
    {
        Weights.Gradient.Clear();
        Alpha.Gradient.Clear();
        Eta.Gradient.Clear();
    }
}
