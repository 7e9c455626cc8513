using System.Numerics.Tensors;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>ReLU, LeakyReLU and Clip where they stand alone.</summary>
internal sealed class ActivationForward : ForwardOperator
{
    private readonly ActivationNode _activation;

    private ActivationForward(ActivationNode activation) => _activation = activation;

    public static ActivationForward Of(ActivationNode activation) => new(activation) { Reads = [activation.Input], Writes = activation.Output };

    public override void Run(in ForwardFrame frame)
    {
        ReadOnlySpan<float> x = frame.Read(Reads[0]);
        Span<float> y = frame.Write(Writes);
        switch (_activation.Kind)
        {
            case ActivationKind.Relu:
                TensorPrimitives.Max(x, 0, y);
                break;
            case ActivationKind.Clip:
                TensorPrimitives.Max(x, _activation.Min, y);
                TensorPrimitives.Min(y, _activation.Max, y);
                break;
            case ActivationKind.LeakyRelu:
                for (int i = 0; i < x.Length; i++) y[i] = x[i] >= 0 ? x[i] : _activation.Alpha * x[i];
                break;
            default:
                throw new InvalidOperationException($"{_activation} has no way forward here");
        }
    }
}
