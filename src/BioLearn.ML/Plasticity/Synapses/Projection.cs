using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>
/// Connections that are not plastic: y = W x + b, and the way back of one vector. The layers of <see cref="BioLearn.ML.Networks"/> pass whole
/// batches through unpadded matrices; here one episode's step passes at a time, through rows padded as the traces' are.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class Projection<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal Projection(string name, int outputs, int inputs)
    {
        Weights = new($"{name}.weight", outputs, inputs);
        Bias = new($"{name}.bias", 1, outputs) { IsBias = true };
    }

    /// <summary>W, [outputs, inputs].</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>b, [1, outputs].</summary>
    public ParameterTensor<T> Bias { get; }

    /// <summary>Length of y.</summary>
    public int Outputs => Weights.Rows;
    /// <summary>Length of x.</summary>
    public int Inputs => Weights.Columns;

    /// <summary>y = W x + b.</summary>
    /// <param name="input">x, [inputs] or longer.</param>
    /// <param name="output">y, [outputs] or longer.</param>
    public void Forward(ReadOnlySpan<T> input, Span<T> output)
    {
        Bias.Row(0).CopyTo(output);
        Gemv.N(Weights.Matrix, input[..Inputs], output[..Outputs], T.One, T.One);
    }

    /// <summary>Adds the parameters' gradients: dW += dy xᵀ, db += dy, dx += Wᵀ dy.</summary>
    /// <param name="input">x, as it went up.</param>
    /// <param name="outputGradient">dL/dy, [outputs].</param>
    /// <param name="inputGradient">dL/dx, [inputs] or longer, added to; empty where nobody asks.</param>
    public void Backward(ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> inputGradient)
    {
        TensorPrimitives.Add(Bias.GradientRow(0), outputGradient, Bias.GradientRow(0));
        Ger.Update(Weights.GradientMatrix, T.One, T.One, outputGradient, input[..Inputs]);
        if (!inputGradient.IsEmpty)
            Gemv.T<T>(Weights.Matrix, outputGradient, inputGradient[..Inputs], T.One, T.One);
    }
}
