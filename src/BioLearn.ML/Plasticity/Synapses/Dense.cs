using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>A fully connected layer y = W x + b, and its way back.</summary>
internal sealed class Dense<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Dense(string name, int outputs, int inputs)
    {
        Weights = new($"{name}.weight", outputs, inputs);
        Bias = new($"{name}.bias", 1, outputs);
    }

    /// <summary>[outputs, inputs]</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>[1, outputs]</summary>
    public ParameterTensor<T> Bias { get; }

    public int Outputs => Weights.Rows;
    public int Inputs => Weights.Columns;

    public void Forward(ReadOnlySpan<T> input, Span<T> output)
    {
        for (int i = 0; i < Outputs; i++)
            output[i] = TensorPrimitives.Dot(Weights.Row(i), input[..Inputs]) + Bias.Values[i];
    }

    /// <summary>Adds the parameters' gradients and, unless it is empty, dL/dinput.</summary>
    public void Backward(ReadOnlySpan<T> input, ReadOnlySpan<T> outputGradient, Span<T> inputGradient)
    {
        for (int i = 0; i < Outputs; i++)
        {
            T error = outputGradient[i];
            Bias.Gradient[i] += error;
            TensorPrimitives.MultiplyAdd(input[..Inputs], error, Weights.GradientRow(i), Weights.GradientRow(i));
            if (!inputGradient.IsEmpty)
                TensorPrimitives.MultiplyAdd(Weights.Row(i), error, inputGradient[..Inputs], inputGradient[..Inputs]);
        }
    }
}
