namespace BioLearn.Studio.Learning;

/// <summary>A figure over the steps of a training: as many points as an eye can tell apart, however long it lasts.</summary>
internal sealed class MeasuredCurve
{
    private const int Most = 240;

    private readonly List<(double Step, double Value)> _points = [];
    private int _every = 1, _seen;

    /// <summary>The points that are kept, and the last one.</summary>
    public IReadOnlyList<(double Step, double Value)> Points => _points;

    /// <summary>Notes a figure; one that is not finite is left out.</summary>
    public void Note(double step, double value)
    {
        if (!double.IsFinite(value))
            return;
        // Between two kept points the last one moves on, so that the curve ends where the training is.
        if (_seen++ % _every != 0)
            _points[^1] = (step, value);
        else
            _points.Add((step, value));
        if (_points.Count <= Most)
            return;
        (double Step, double Value)[] kept = [.. _points.Where((_, i) => i % 2 == 0)];
        _points.Clear();
        _points.AddRange(kept);
        _every *= 2;
        _seen = 1;
    }
}
