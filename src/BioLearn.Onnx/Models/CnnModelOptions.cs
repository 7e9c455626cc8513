using BioLearn.Onnx.Forward;

namespace BioLearn.Onnx.Models;

/// <summary>How a model is loaded and run.</summary>
public sealed record CnnModelOptions : ExecutionOptions
{
    /// <summary>Height and width of the image, for a model whose file leaves them open. Default 224 x 224.</summary>
    public (int Height, int Width) OpenInputSize { get; init; } = (224, 224);
}
