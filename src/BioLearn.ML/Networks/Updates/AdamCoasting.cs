using BioLearn.Kernels.Elementwise;

namespace BioLearn.ML.Networks;

/// <summary>The sums of <see cref="AdamCoast"/> over the steps that columns have missed, in float without a penalty: kept for all columns at once.</summary>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="horizon">Steps after which nothing moves any more.</param>
internal sealed class AdamCoasting(double beta1, double beta2, int horizon)
{
    // From a step to the last: Σ w, Σ w e, Σ w e². The further back, the further on in the lists.
    private readonly List<(double Rate, double Epsilon, double Kept)> _steps = [];
    private readonly List<AdamCoast> _toLast = [];
    private readonly List<AdamCoast?> _toHorizon = [];
    private bool _isCurrent;

    /// <summary>Adds a step: η c1 / √c2, ε / √c2, and what it keeps of a parameter.</summary>
    public void Add(double rate, double epsilon, double kept)
    {
        _steps.Add((rate, epsilon, kept));
        _toHorizon.Add(null);
        _isCurrent = false;
    }

    public void Clear()
    {
        _steps.Clear();
        _toHorizon.Clear();
        _isCurrent = false;
    }

    /// <summary>Steps from <paramref name="from"/> (steps done then, of those added) up to the last, or to the horizon.</summary>
    /// <returns>The sums, and up to where.</returns>
    public (AdamCoast Coast, int To) From(int from)
    {
        int last = _steps.Count;
        if (last - from > horizon)
        {
            int to = from + horizon;
            if (_toHorizon[from] is not { } known)
                _toHorizon[from] = known = Sum(from, to, null);
            return (known, to);
        }
        if (!_isCurrent)
        {
            _toLast.Clear();
            Sum(Math.Max(0, last - horizon), last, _toLast);
            _isCurrent = true;
        }
        return (_toLast[last - from - 1], last);
    }

    private AdamCoast Sum(int from, int to, List<AdamCoast>? each)
    {
        double ratio = beta1 / Math.Sqrt(beta2), ratio1 = beta1 / beta2, ratio2 = beta1 / (beta2 * Math.Sqrt(beta2));
        double way = 0, shifted = 0, squared = 0, kept = 1, decay1 = 1, decay2 = 1;
        AdamCoast coast = default;
        for (int step = to - 1; step >= from; step--)
        {
            (double rate, double epsilon, double keep) = _steps[step];
            rate *= kept;
            way = ratio * (rate + way);
            shifted = ratio1 * ((rate * epsilon) + shifted);
            squared = ratio2 * ((rate * epsilon * epsilon) + squared);
            kept *= keep;
            decay1 *= beta1;
            decay2 *= beta2;
            double shift = way > 0 ? shifted / way : epsilon; // a rate of 0 moves nothing, but must not divide by it
            coast = new() { Way = way, Shift = shift, Spread = way > 0 ? Math.Max(0, (squared / way) - (shift * shift)) : 0, Kept = kept, Decay1 = decay1, Decay2 = decay2 };
            each?.Add(coast);
        }
        return coast;
    }
}
