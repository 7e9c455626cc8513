namespace BioLearn.ML.Spiking;

/// <summary>
/// Rank-order latency code: positive contrasts fire in falling order, the first alone at step 0, then equal shares in each of the bins; equal
/// contrasts in order of their place. Holds scratch memory for one thread.
/// </summary>
internal sealed class LatencyCode
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;

    private int[] _places = [];
    private int[] _otherPlaces = [];
    private ulong[] _keys = [];
    private ulong[] _otherKeys = [];
    private readonly int[] _starts = new int[Digits];

    /// <summary>
    /// Step of the spike of rank j (from 0) among n: ceil(j / (n / bins)). Results are -1 where the contrast is 0.
    /// </summary>
    /// <param name="contrasts">0 or positive.</param>
    /// <param name="bins">Steps after step 0.</param>
    /// <param name="times">As many as contrasts.</param>
    /// <returns>Number of spikes.</returns>
    public int Times(ReadOnlySpan<double> contrasts, int bins, Span<int> times)
    {
        times.Fill(-1);
        int count = Collect(contrasts);
        Sort(count);
        double share = count / (double)bins;
        for (int rank = 0; rank < count; rank++)
            times[_places[rank]] = (int)Math.Ceiling(rank / share);
        return count;
    }

    private int Collect(ReadOnlySpan<double> contrasts)
    {
        if (_places.Length < contrasts.Length)
        {
            _places = new int[contrasts.Length];
            _otherPlaces = new int[contrasts.Length];
            _keys = new ulong[contrasts.Length];
            _otherKeys = new ulong[contrasts.Length];
        }

        int count = 0;
        for (int i = 0; i < contrasts.Length; i++)
        {
            if (contrasts[i] <= 0)
                continue;
            _places[count] = i;
            _keys[count++] = ~BitConverter.DoubleToUInt64Bits(contrasts[i]); // positive doubles are ordered as their bits
        }

        return count;
    }

    // By digits from the lowest, each pass keeping the order of the one before: equal contrasts stay in place.
    private void Sort(int count)
    {
        for (int shift = 0; shift < 64; shift += DigitBits)
        {
            _starts.AsSpan().Clear();
            for (int i = 0; i < count; i++)
                _starts[Digit(_keys[i], shift)]++;
            if (count == 0 || _starts[Digit(_keys[0], shift)] == count)
                continue;
            int next = 0;
            foreach (ref int start in _starts.AsSpan())
                (start, next) = (next, next + start);
            for (int i = 0; i < count; i++)
            {
                int place = _starts[Digit(_keys[i], shift)]++;
                _otherKeys[place] = _keys[i];
                _otherPlaces[place] = _places[i];
            }

            (_keys, _otherKeys) = (_otherKeys, _keys);
            (_places, _otherPlaces) = (_otherPlaces, _places);
        }
    }

    private static int Digit(ulong key, int shift) => (int)(key >> shift) & (Digits - 1);
}
