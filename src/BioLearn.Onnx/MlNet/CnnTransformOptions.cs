using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.MlNet;

/// <summary>Options of every transform that runs a pretrained network.</summary>
public class CnnTransformOptions
{
    /// <summary>Name of the output column.</summary>
    public string OutputColumnName { get; set; } = "";

    /// <summary>Name of the input column; null takes <see cref="OutputColumnName"/>, which the output then hides.</summary>
    public string? InputColumnName { get; set; }

    /// <summary>The network: an .onnx file with its weights inside, or the name of a model at hand. It is read once and saved with the pipeline.</summary>
    public string Model { get; set; } = "";

    /// <summary>
    /// How a picture becomes the network's input; null takes what the card beside the model file says, and where there is none resizes and
    /// crops to the input's size and normalises as torchvision does for ImageNet.
    /// </summary>
    public ImagePreprocessing? Preprocessing { get; set; }

    /// <summary>Rows that a cursor reads ahead and runs through the network together; at least 1. Results do not depend on it.</summary>
    public int BatchSize { get; set; } = 16;

    /// <summary>Threads that work on a batch; null takes one a processor. Results do not depend on it.</summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>The CUDA device to run the network on; null takes <c>MLContext.GpuDeviceId</c>, and where that is null, too, the CPU.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether the CPU runs the network if the GPU cannot; null takes <c>MLContext.FallbackToCpu</c>.</summary>
    public bool? FallbackToCpu { get; set; }

    /// <summary>Stops a cursor between two images with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal string Input => string.IsNullOrEmpty(InputColumnName) ? OutputColumnName : InputColumnName;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(OutputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(Model);
        if (BatchSize < 1)
            throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, "must be at least 1");
        if (NumberOfThreads < 1)
            throw new ArgumentOutOfRangeException(nameof(NumberOfThreads), NumberOfThreads, "must be at least 1");
        if (GpuDeviceId < 0)
            throw new ArgumentOutOfRangeException(nameof(GpuDeviceId), GpuDeviceId, "must not be negative");
    }
}
