namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Every (picture, filter, output row, channel, kernel row) of a convolution whose input row lies inside the picture, as offsets of the output row,
/// the input row and the kernel row: the loops that convolution, adjoint and weight gradient have in common.
/// </summary>
internal ref struct RowPairs(ConvolutionShape shape, int batch)
{
    private readonly int _channels = shape.Channels / shape.Groups;
    private readonly int _filters = shape.Filters / shape.Groups;
    private int _n, _filter, _row, _channel, _tap = -1;

    public readonly RowPairs GetEnumerator() => this;

    public (int OutputRow, int InputRow, int Weights) Current { get; private set; }

    public bool MoveNext()
    {
        while (Advance())
        {
            int inputRow = _row * shape.StrideY + _tap * shape.DilationY - shape.PadTop;
            if ((uint)inputRow >= (uint)shape.Height) continue;
            int group = _filter / _filters;
            Current = (
                ((_n * shape.Filters + _filter) * shape.OutputHeight + _row) * shape.OutputWidth,
                ((_n * shape.Channels + group * _channels + _channel) * shape.Height + inputRow) * shape.Width,
                ((_filter * _channels + _channel) * shape.KernelHeight + _tap) * shape.KernelWidth);
            return true;
        }

        return false;
    }

    private bool Advance()
    {
        if (++_tap < shape.KernelHeight) return true;
        _tap = 0;
        if (++_channel < _channels) return true;
        _channel = 0;
        if (++_row < shape.OutputHeight) return true;
        _row = 0;
        if (++_filter < shape.Filters) return true;
        _filter = 0;
        return ++_n < batch;
    }
}
