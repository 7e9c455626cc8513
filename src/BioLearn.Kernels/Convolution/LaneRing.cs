using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// The rows of some planes that are being worked on, a plane a lane. Rows enter from above to below, each once, and take the place of
/// rows that are no longer needed: what is in use stays in the first-level cache however large the planes are.
/// </summary>
/// <param name="channels">Planes of a lane that are worked on together.</param>
/// <param name="height">Rows of a plane.</param>
/// <param name="width">Columns.</param>
/// <param name="lanes">Numbers in a vector.</param>
/// <param name="rows">Rows that are kept.</param>
internal unsafe struct LaneRing<T>(int channels, int height, int width, int lanes, int rows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _block = ScratchMemory<T>.Take(ScratchUse.Input, (long)channels * rows * width * lanes);
    private int _entered;

    /// <summary>Distance between two channels.</summary>
    public readonly nint ChannelPitch => (nint)rows * width * lanes;

    /// <summary>The first column of a row that is kept.</summary>
    public readonly T* Row(int row) => _block + Offset(row);

    /// <summary>Where a row that is kept begins.</summary>
    public readonly nint Offset(int row) => (nint)(row % rows) * width * lanes;

    /// <summary>Begins with other planes.</summary>
    public void Restart() => _entered = 0;

    /// <summary>Lets all rows before <paramref name="end"/> in.</summary>
    /// <param name="planes">The first lane's first plane; lanes and channels follow each other.</param>
    /// <param name="count">Lanes that there are.</param>
    /// <param name="end">The row behind the last one.</param>
    public void Enter(T* planes, int count, int end)
    {
        nint plane = (nint)height * width;
        while (_entered < end)
        {
            int stretch = Math.Min(end - _entered, rows - _entered % rows);
            for (int c = 0; c < channels; c++)
            {
                Transposition.Run(
                    count, stretch * width, planes + c * plane + (nint)_entered * width, channels * plane,
                    Row(_entered) + c * ChannelPitch, lanes);
            }

            _entered += stretch;
        }
    }
}
