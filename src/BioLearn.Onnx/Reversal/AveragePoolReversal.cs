using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Average pooling: each current, multiplied by its window's weight, is added to every position of the window (the adjoint).</summary>
internal sealed class AveragePoolReversal : OperatorReversal
{
    private readonly AveragePoolNode _pool;
    private readonly TensorShape _from;

    private AveragePoolReversal(AveragePoolNode pool, TensorShape from)
    {
        _pool = pool;
        _from = from;
    }

    public static AveragePoolReversal Create(AveragePoolNode pool, CurrentShape arriving, ShapeMode mode)
    {
        Window w = pool.Window;
        TensorShape recorded = pool.Input.Shape;
        Operators.RequireRecorded(pool, pool.Output, arriving); // the weights belong to the recorded windows
        int height = recorded.Height, width = recorded.Width;
        if (mode == ShapeMode.NotebookCrop)
            (height, width) = w.LeastInput(pool.Output.Shape);
        return new(pool, pool.Output.Shape) { Returned = new(new TensorShape(recorded.Channels, height, width), IsVector: false) };
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        Window w = _pool.Window;
        string shares = emitter.Node("Mul", [emitter.Shaped(arriving, _from), emitter.Weights(_pool.InverseCounts, _from.Height, _from.Width)], _from);
        string ones = emitter.Filled(1, _from.Channels, 1, w.KernelHeight, w.KernelWidth);
        return emitter.TransposedConvolution(shares, ones, w, _from, Returned.Shape, groups: _from.Channels);
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        returned.Clear();
        TensorShape to = Returned.Shape;
        Window w = _pool.Window;
        for (int c = 0; c < to.Channels; c++)
        {
            Span<float> plane = returned.Slice(c * to.PlaneSize, to.PlaneSize);
            for (int i = 0; i < _from.Height; i++)
            {
                for (int j = 0; j < _from.Width; j++)
                {
                    int window = i * _from.Width + j;
                    float share = arriving[c * _from.PlaneSize + window] * _pool.InverseCounts[window];
                    for (int u = 0, y = i * w.StrideHeight - w.PadTop; u < w.KernelHeight; u++, y += w.DilationHeight)
                    {
                        if ((uint)y >= (uint)to.Height)
                            continue;
                        for (int v = 0, x = j * w.StrideWidth - w.PadLeft; v < w.KernelWidth; v++, x += w.DilationWidth)
                        {
                            if ((uint)x < (uint)to.Width)
                                plane[y * to.Width + x] += share;
                        }
                    }
                }
            }
        }
    }
}
