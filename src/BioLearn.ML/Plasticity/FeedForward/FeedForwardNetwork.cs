using System.Numerics;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.FeedForward;

/// <summary>What the output neurons do.</summary>
public enum FeedForwardOutput
{
    /// <summary>z = softmax(V y + c), trained by cross-entropy.</summary>
    Softmax,

    /// <summary>z = y + c, trained by squared error; V is the identity and not trained.</summary>
    Identity,
}

/// <summary>
/// The feed-forward network of Miconi 2016 (section 3): inputs x reach the plastic layer y, which drives the outputs z.
/// <code>
/// y(n) = tanh( (W + α∘H(n)) x(n) + b )        z(n) = V y(n) + c, softmax or not
/// H(n+1) = g H(n) + (1-g) y(n) x(n)ᵀ           g is the trace's decay
/// </code>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class FeedForwardNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a network whose parameters are zero.</summary>
    /// <param name="inputs">Inputs, at least 1.</param>
    /// <param name="hidden">Neurons of the plastic layer, at least 1.</param>
    /// <param name="outputs">Outputs, at least 1.</param>
    /// <param name="output">What the output neurons do.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range, or identity outputs are not as many as the hidden neurons.</exception>
    public FeedForwardNetwork(int inputs, int hidden, int outputs, FeedForwardOutput output)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        if (output == FeedForwardOutput.Identity)
            ArgumentOutOfRangeException.ThrowIfNotEqual(outputs, hidden);
        Output = output;
        Weights = new("wxy", hidden, inputs);
        Bias = new("by", 1, hidden) { IsBias = true };
        OutputWeights = new("wyz", outputs, hidden);
        OutputBias = new("bz", 1, outputs) { IsBias = true };
        Alpha = new("alpha", hidden, inputs);
    }

    /// <summary>What the output neurons do.</summary>
    public FeedForwardOutput Output { get; }

    /// <summary>W [hidden, inputs]</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>b [1, hidden]</summary>
    public ParameterTensor<T> Bias { get; }

    /// <summary>V [outputs, hidden]</summary>
    public ParameterTensor<T> OutputWeights { get; }

    /// <summary>c [1, outputs]</summary>
    public ParameterTensor<T> OutputBias { get; }

    /// <summary>α [hidden, inputs]</summary>
    public ParameterTensor<T> Alpha { get; }

    /// <summary>All that an optimizer trains.</summary>
    public IReadOnlyList<ParameterTensor<T>> Parameters => [Weights, Bias, OutputWeights, OutputBias, Alpha];

    /// <summary>Number of inputs.</summary>
    public int Inputs => Weights.Columns;

    /// <summary>Neurons of the plastic layer.</summary>
    public int Hidden => Weights.Rows;

    /// <summary>Number of outputs.</summary>
    public int Outputs => OutputWeights.Rows;
}
