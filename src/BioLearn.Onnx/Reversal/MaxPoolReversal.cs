using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Random;
using BioLearn.Onnx.Graph;
using Kernel = BioLearn.Kernels.Convolution.Unpooling;

namespace BioLearn.Onnx.Reversal;

/// <summary>Max-pooling: each value returns to one or more positions of its window, as the unpooling says.</summary>
internal sealed class MaxPoolReversal : OperatorReversal
{
    private readonly MaxPoolNode _pool;
    private readonly PoolingShape _shape;
    private readonly Unpooling _unpooling;
    private readonly int[]? _random;
    private readonly TensorShape _recorded;

    private MaxPoolReversal(MaxPoolNode pool, in PoolingShape shape, Unpooling unpooling, int[]? random)
    {
        _pool = pool;
        _shape = shape;
        _unpooling = unpooling;
        _random = random;
        _recorded = pool.Input.Shape;
    }

    public override MaxPoolNode? Switches => _unpooling is Unpooling.Switches or Unpooling.Sum ? _pool : null;

    public static MaxPoolReversal Create(MaxPoolNode pool, CurrentShape arriving, Unpooling unpooling, ReversalRules rules)
    {
        Window w = pool.Window;
        TensorShape recorded = pool.Input.Shape, from = arriving.IsVector ? pool.Output.Shape : arriving.Shape;
        if (unpooling is Unpooling.Switches or Unpooling.Sum || rules.Options.Shape == ShapeMode.Restore)
            Operators.RequireRecorded(pool, pool.Output, arriving);
        int height = recorded.Height, width = recorded.Width;
        if (rules.Options.Shape == ShapeMode.NotebookCrop)
            (height, width) = unpooling == Unpooling.Upsample ? (from.Height * w.StrideHeight, from.Width * w.StrideWidth) : w.LeastInput(from);
        var shape = w.Pooling(height, width, new TensorShape(recorded.Channels, from.Height, from.Width));
        int[]? random = unpooling == Unpooling.Random ? RandomPositions(shape, new RandomStream(rules.Options.Seed, $"unpool/{pool.Output.Name}")) : null;
        return new(pool, shape, unpooling, random) { Returned = new(new TensorShape(recorded.Channels, height, width), IsVector: false) };
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        if (Switches is null || !IsRecorded || emitter.Indices(_pool) is not { } indices)
            return null;
        string current = emitter.Shaped(arriving, _pool.Output.Shape);
        return _unpooling == Unpooling.Switches ? emitter.WriteAt(indices, current, Returned.Shape, _pool.Window) : emitter.AddAt(indices, current, Returned.Shape);
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        switch (_unpooling)
        {
            case Unpooling.Switches when IsRecorded:
                Kernel.Write(_shape, 1, arriving, recorded.Switches(_pool), returned);
                break;
            case Unpooling.Sum when IsRecorded:
                Kernel.Sum(_shape, 1, arriving, recorded.Switches(_pool), returned);
                break;
            case Unpooling.Switches or Unpooling.Sum:
                WriteCropped(arriving, recorded.Switches(_pool), returned);
                break;
            case Unpooling.Random:
                Kernel.Write(_shape, 1, arriving, _random, returned);
                break;
            case Unpooling.Distribute:
                Kernel.Distribute(_shape, 1, arriving, returned);
                break;
            case Unpooling.Upsample:
                Enlarge(arriving, returned);
                break;
            default:
                throw new ReversalException(_pool, $"has no unpooling {_unpooling}");
        }
    }

    private bool IsRecorded => _shape.Height == _recorded.Height && _shape.Width == _recorded.Width;

    // Switches count positions of the recorded plane; the cropped one has shorter rows.
    private void WriteCropped(ReadOnlySpan<float> arriving, ReadOnlySpan<int> switches, Span<float> returned)
    {
        returned.Clear();
        int windows = _shape.OutputHeight * _shape.OutputWidth, plane = _shape.Height * _shape.Width;
        for (int i = 0; i < arriving.Length; i++)
        {
            (int row, int column) = Math.DivRem(switches[i], _recorded.Width);
            if (row >= _shape.Height || column >= _shape.Width)
                continue;
            ref float target = ref returned[i / windows * plane + row * _shape.Width + column];
            target = _unpooling == Unpooling.Sum ? target + arriving[i] : arriving[i];
        }
    }

    // Nearest neighbour by the stride; rows and columns beyond the last block repeat it, blocks beyond the restored size are cut.
    private void Enlarge(ReadOnlySpan<float> arriving, Span<float> returned)
    {
        int at = 0;
        for (int c = 0; c < _shape.Channels; c++)
        {
            for (int i = 0; i < _shape.Height; i++)
            {
                int row = (c * _shape.OutputHeight + Math.Min(i / _shape.StrideY, _shape.OutputHeight - 1)) * _shape.OutputWidth;
                for (int j = 0; j < _shape.Width; j++)
                    returned[at++] = arriving[row + Math.Min(j / _shape.StrideX, _shape.OutputWidth - 1)];
            }
        }
    }

    // Row offset before column offset, windows in raster order, as the notebooks draw; only positions inside the picture count.
    private static int[] RandomPositions(in PoolingShape shape, RandomStream stream)
    {
        var positions = new int[shape.OutputLength];
        int at = 0;
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int i = 0; i < shape.OutputHeight; i++)
            {
                (int rowBegin, int rowEnd) = shape.Rows(i);
                for (int j = 0; j < shape.OutputWidth; j++)
                {
                    (int columnBegin, int columnEnd) = shape.Columns(j);
                    int row = shape.FirstRow(i) + (rowBegin + stream.NextInt(rowEnd - rowBegin)) * shape.DilationY;
                    int column = shape.FirstColumn(j) + (columnBegin + stream.NextInt(columnEnd - columnBegin)) * shape.DilationX;
                    positions[at++] = row * shape.Width + column;
                }
            }
        }
        return positions;
    }
}
