namespace BioLearn.Onnx.Graph;

/// <summary>Why a tensor is a trace level.</summary>
public enum TraceLevelKind
{
    /// <summary>The network's raw output (logits), before any Softmax.</summary>
    Output,

    /// <summary>Output of an activation: ReLU and its kin, sigmoid, tanh, SiLU, GELU and others, one operator or spelled out; of a maxout.</summary>
    Activation,

    /// <summary>Output of a max-pool.</summary>
    MaxPool,

    /// <summary>Output of an average pool that is not global.</summary>
    AveragePool,

    /// <summary>Output of a global average pool: one value a channel.</summary>
    GlobalAveragePool,

    /// <summary>Output of a strided convolution without activation that stands in the place of a pool.</summary>
    PoolingConvolution,

    /// <summary>The preprocessed input image.</summary>
    Image,
}

/// <summary>
/// A tensor at which a current can be cued, normalised and shown when the network runs backwards. Levels are counted
/// from the output: S0 is the output layer, the image is the last. For AlexNet these are S0 to S10 and the image, as
/// in the drawing of the original system.
/// </summary>
public sealed class TraceLevel
{
    internal TraceLevel(int index, TraceLevelKind kind, CnnTensor tensor)
    {
        Index = index;
        Kind = kind;
        Tensor = tensor;
        Name = kind == TraceLevelKind.Image ? "image" : $"S{index}";
    }

    /// <summary>Number of levels between this one and the output.</summary>
    public int Index { get; }

    /// <summary>"S0", "S1", ... or "image".</summary>
    public string Name { get; }

    /// <summary>Name of the tensor in the model file.</summary>
    public string TensorName => Tensor.Name;

    /// <summary>Shape of one sample.</summary>
    public TensorShape Shape => Tensor.Shape;

    /// <summary>What makes it a level.</summary>
    public TraceLevelKind Kind { get; }

    internal CnnTensor Tensor { get; }

    /// <summary>"S9 (pool1, 64x27x27)".</summary>
    public override string ToString() => $"{Name} ({TensorName}, {Shape})";
}
