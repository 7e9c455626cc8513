namespace BioLearn.Onnx.Graph;

/// <summary>
/// The sliding window of a convolution or a pool, with explicit padding: auto_pad and ceil_mode are already resolved,
/// so that an output size is always floor((in + pads - span) / stride) + 1.
/// </summary>
internal readonly record struct Window(
    int KernelHeight, int KernelWidth,
    int StrideHeight = 1, int StrideWidth = 1,
    int DilationHeight = 1, int DilationWidth = 1,
    int PadTop = 0, int PadLeft = 0, int PadBottom = 0, int PadRight = 0)
{
    /// <summary>Rows from the first to the last tap.</summary>
    public int SpanHeight => (KernelHeight - 1) * DilationHeight + 1;

    /// <summary>Columns from the first to the last tap.</summary>
    public int SpanWidth => (KernelWidth - 1) * DilationWidth + 1;

    public int KernelSize => KernelHeight * KernelWidth;

    /// <summary>A window that passes each value on: 1x1, stride 1, no padding.</summary>
    public bool IsIdentity => this == new Window(1, 1);

    public override string ToString() => $"{KernelHeight}x{KernelWidth}/{StrideHeight}" + (PadTop + PadLeft + PadBottom + PadRight == 0 ? "" : $" pad {PadTop},{PadLeft},{PadBottom},{PadRight}");
}
