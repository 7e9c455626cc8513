using System.Buffers;
using System.Numerics;

namespace BioLearn.Kernels.Convolution;

/// <summary>
/// At each position only the channel with the largest signed value keeps it, all others become 0. Ties go to the lowest channel.
/// </summary>
internal static class WinnerTakesAll
{
    /// <param name="planes">One image, [channels, plane].</param>
    /// <param name="channels">Number of channels.</param>
    public static void Apply(Span<float> planes, int channels)
    {
        int plane = planes.Length / channels;
        float[] rentedMax = ArrayPool<float>.Shared.Rent(plane);
        int[] rentedWinner = ArrayPool<int>.Shared.Rent(plane);
        Span<float> max = rentedMax.AsSpan(0, plane);
        Span<int> winner = rentedWinner.AsSpan(0, plane);
        planes[..plane].CopyTo(max);
        winner.Clear();
        for (int c = 1; c < channels; c++)
            Challenge(planes.Slice(c * plane, plane), c, max, winner);
        for (int c = 0; c < channels; c++)
            Keep(planes.Slice(c * plane, plane), c, winner);
        ArrayPool<float>.Shared.Return(rentedMax);
        ArrayPool<int>.Shared.Return(rentedWinner);
    }

    private static void Challenge(ReadOnlySpan<float> values, int channel, Span<float> max, Span<int> winner)
    {
        int i = 0;
        var challenger = new Vector<int>(channel);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var x = new Vector<float>(values[i..]);
            var best = new Vector<float>(max[i..]);
            Vector<int> greater = Vector.GreaterThan(x, best);
            Vector.ConditionalSelect(greater, x, best).CopyTo(max[i..]);
            Vector.ConditionalSelect(greater, challenger, new Vector<int>(winner[i..])).CopyTo(winner[i..]);
        }
        for (; i < values.Length; i++)
        {
            if (values[i] > max[i])
                (max[i], winner[i]) = (values[i], channel);
        }
    }

    private static void Keep(Span<float> values, int channel, ReadOnlySpan<int> winner)
    {
        int i = 0;
        var own = new Vector<int>(channel);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<int> kept = Vector.Equals(new Vector<int>(winner[i..]), own);
            Vector.ConditionalSelect(kept, new Vector<float>(values[i..]), Vector<float>.Zero).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            if (winner[i] != channel)
                values[i] = 0;
        }
    }
}
