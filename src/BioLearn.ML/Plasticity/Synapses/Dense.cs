using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>A fully connected layer y = W x + b, and its way back.</summary>
internal sealed class Dense<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Dense(string name, int outputs, int inputs)
    {
        Weights = new($"{name}.weight", outputs, inputs);
        Bias = new($"{name}.bias", 1, outputs) { IsBias = true };
    }

    /// <summary>[outputs, inputs]</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>[1, outputs]</summary>
    public ParameterTensor<T> Bias { get; }

    public int Outputs => Weights.Rows;
    public int Inputs => Weights.Columns;

    public void Forward(ReadOnlySpan<T> input, Span<T> output)
    {
        Bias.Row(0).CopyTo(output);
        Gemv.N(Weights.Matrix, input[..Inputs], output[..Outputs], T.One, T.One);
    }

    /// <summary>Adds the parameters' gradients and, unless it is empty, dL/dinput.</summary>
    public void Backward(ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> inputGradient)
    {
        TensorPrimitives.Add(Bias.GradientRow(0), outputGradient, Bias.GradientRow(0));
        Ger.Update(Weights.GradientMatrix, T.One, T.One, outputGradient, input[..Inputs]);
        if (!inputGradient.IsEmpty)
            Gemv.T<T>(Weights.Matrix, outputGradient, inputGradient[..Inputs], T.One, T.One);
    }
}
