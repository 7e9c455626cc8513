using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The rows of some planes that are being worked on, a plane a lane: [channel, row, column, lane]. Rows enter from above to below, each once, and those no
/// longer needed make room: what is in use stays in the first-level cache however large the planes are.
/// </summary>
/// <param name="channels">Planes of a lane that are worked on together.</param>
/// <param name="height">Rows of a plane.</param>
/// <param name="width">Columns.</param>
/// <param name="lanes">Numbers in a vector.</param>
/// <param name="rows">Rows that there is room for.</param>
internal unsafe struct LaneRows<T>(int channels, int height, int width, int lanes, int rows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _block = ScratchMemory<T>.Take(ScratchUse.Input, (long)channels * rows * width * lanes);
    private int _first, _end;

    /// <summary>Distance between two rows.</summary>
    public readonly nint RowPitch => (nint)width * lanes;

    /// <summary>Distance between two channels.</summary>
    public readonly nint ChannelPitch => rows * RowPitch;

    /// <summary>The first column of a row that is there, in the first channel.</summary>
    public readonly T* Row(int row) => _block + (row - _first) * RowPitch;

    /// <summary>Begins with other planes.</summary>
    public void Restart() => (_first, _end) = (0, 0);

    /// <summary>Lets rows up to <paramref name="end"/> in; those from <paramref name="top"/> on stay.</summary>
    /// <param name="planes">The first lane's first plane; lanes and channels follow each other.</param>
    /// <param name="count">Lanes that there are.</param>
    /// <param name="top">The first row that is needed.</param>
    /// <param name="end">The row behind the last one.</param>
    public void Enter(T* planes, int count, int top, int end)
    {
        if (end - _first > rows)
        {
            int kept = Math.Max(0, _end - top);
            for (int c = 0; c < channels && kept > 0; c++)
            {
                T* channel = _block + c * ChannelPitch;
                new ReadOnlySpan<T>(channel + (top - _first) * RowPitch, (int)(kept * RowPitch)).CopyTo(new Span<T>(channel, (int)(kept * RowPitch)));
            }

            (_first, _end) = (top, top + kept);
        }

        if (_end >= end) return;
        nint plane = (nint)height * width;
        for (int c = 0; c < channels; c++)
            Transposition.Run(count, (end - _end) * width, planes + c * plane + (nint)_end * width, channels * plane, Row(_end) + c * ChannelPitch, lanes);
        _end = end;
    }
}
