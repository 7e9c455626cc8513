namespace BioLearn.Onnx.Forward;

/// <summary>Which device runs the network.</summary>
public enum ExecutionProvider
{
    /// <summary>The fastest that the native ONNX Runtime at hand offers: CUDA, DirectML, CoreML, else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU; needs the package Microsoft.ML.OnnxRuntime.Gpu.</summary>
    Cuda,

    /// <summary>Any DirectX 12 GPU on Windows; needs the package Microsoft.ML.OnnxRuntime.DirectML.</summary>
    DirectML,

    /// <summary>Apple's accelerators.</summary>
    CoreML,
}

/// <summary>What runs a network, forwards or backwards, and with how many threads.</summary>
public record ExecutionOptions
{
    /// <summary>Device that runs the network. Default: <see cref="ExecutionProvider.Auto"/>.</summary>
    public ExecutionProvider Provider { get; init; }

    /// <summary>Number of the GPU, from 0. Default 0.</summary>
    public int DeviceId { get; init; }

    /// <summary>
    /// Use the CPU, instead of failing, when the native ONNX Runtime at hand lacks <see cref="Provider"/> or the device
    /// cannot be opened. Default false.
    /// </summary>
    public bool FallbackToCpu { get; init; }

    /// <summary>Threads inside one operator on the CPU, at least 1. Default 1: many images run in parallel better than one.</summary>
    public int Threads { get; init; } = 1;
}
