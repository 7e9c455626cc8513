namespace BioLearn.Onnx.Graph;

/// <summary>
/// What a model may ask for at most. Real networks stay far below; a damaged or hostile file is refused before memory
/// is taken or time is lost.
/// </summary>
internal static class Limits
{
    /// <summary>Nodes of a graph, subgraphs included.</summary>
    public const int Nodes = 100_000;

    /// <summary>Dimensions of a tensor, the batch included.</summary>
    public const int Rank = 8;

    /// <summary>Values of one weight tensor (the largest of VGG-16 has 103 million).</summary>
    public const long ConstantValues = 1L << 28;

    /// <summary>Values of a constant that is computed rather than stored.</summary>
    public const long FoldedValues = 1L << 24;

    /// <summary>Values of one activation of one image: 128 MB (the largest of VGG-16 at 224 has 3.2 million).</summary>
    public const long ActivationValues = 1L << 25;

    /// <summary>Values of all tensors of one image, views and steps of arithmetic counted, of which few are held at once (VGG-16 at 224: 29 million; MaxViT-T more than 134).</summary>
    public const long AllActivationValues = 1L << 29;

    /// <summary>Multiply-adds for one image (VGG-16 at 224: 1.5e10).</summary>
    public const double MultiplyAdds = 5e11;

    /// <summary>Kernel, stride, dilation and padding of a window.</summary>
    public const int WindowSize = 1 << 15;
}
