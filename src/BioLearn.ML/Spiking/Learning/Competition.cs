using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Who learns from a picture: at each step the strongest firing neurons that still may. A winner bars its map, and every neuron near it, for
/// the rest of the picture.
/// </summary>
internal sealed class Competition(SpikePlane plane, int mostWinners, int radius)
{
    private readonly bool[] _barredMaps = new bool[plane.Maps];
    private readonly bool[] _barredPlaces = new bool[plane.Positions];
    private readonly List<Candidate> _candidates = [];
    private readonly List<Winner> _winners = [];
    private int _mapsLeft = plane.Maps;

    /// <summary>Whether some map may still learn from this picture.</summary>
    public bool IsOpen => _mapsLeft > 0;

    /// <summary>Winners of the last step, in the order in which they were found.</summary>
    public IReadOnlyList<Winner> Winners => _winners;

    /// <summary>A new picture: everybody may learn.</summary>
    public void Begin()
    {
        Array.Clear(_barredMaps);
        Array.Clear(_barredPlaces);
        _mapsLeft = plane.Maps;
    }

    /// <summary>Whether a neuron may learn.</summary>
    public bool MayLearn(int neuron) => !_barredMaps[neuron % plane.Maps] && !_barredPlaces[neuron / plane.Maps];

    /// <summary>Finds the winners among the neurons that fire, and bars their maps and neighbours.</summary>
    /// <param name="fired">Neurons in order of index.</param>
    /// <param name="potentials">Their potentials; only positive ones can win.</param>
    public void Step(ReadOnlySpan<int> fired, ReadOnlySpan<float> potentials)
    {
        Collect(fired, potentials);
        Select();
        foreach (var winner in _winners)
            Bar(winner);
    }

    // For each place the strongest neuron, the first map on a tie.
    private void Collect(ReadOnlySpan<int> fired, ReadOnlySpan<float> potentials)
    {
        _candidates.Clear();
        int place = -1;
        for (int i = 0; i < fired.Length; i++)
        {
            if (!(potentials[i] > 0) || !MayLearn(fired[i]))
                continue;
            (int at, int map) = Math.DivRem(fired[i], plane.Maps);
            var candidate = new Candidate(at, map, potentials[i]);
            if (at != place)
                _candidates.Add(candidate);
            else if (potentials[i] > _candidates[^1].Potential)
                _candidates[^1] = candidate;
            place = at;
        }
    }

    private void Select()
    {
        _winners.Clear();
        while (_candidates.Count > 0 && _winners.Count < mostWinners)
        {
            var best = _candidates[0];
            foreach (var candidate in _candidates)
            {
                if (candidate.Potential > best.Potential)
                    best = candidate; // the first in order of place on a tie
            }

            (int row, int column) = Math.DivRem(best.Place, plane.Width);
            _winners.Add(new(best.Map, row, column, best.Potential));
            _candidates.RemoveAll(candidate => candidate.Map == best.Map || IsNear(candidate.Place, row, column));
        }
    }

    private bool IsNear(int place, int row, int column)
    {
        (int y, int x) = Math.DivRem(place, plane.Width);
        return Math.Abs(y - row) <= radius && Math.Abs(x - column) <= radius;
    }

    private void Bar(Winner winner)
    {
        _barredMaps[winner.Map] = true;
        _mapsLeft--;
        int left = Math.Max(0, winner.Column - radius), right = (int)Math.Min(plane.Width, winner.Column + 1L + radius);
        int bottom = (int)Math.Min(plane.Height, winner.Row + 1L + radius);
        for (int y = Math.Max(0, winner.Row - radius); y < bottom; y++)
            _barredPlaces.AsSpan(y * plane.Width + left, right - left).Fill(true);
    }

    private readonly record struct Candidate(int Place, int Map, float Potential);
}
