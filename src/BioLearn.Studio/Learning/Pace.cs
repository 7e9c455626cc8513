namespace BioLearn.Studio.Learning;

/// <summary>How a training that is watched divides its time: pieces of about a tenth of a second, and looks at it that take no more than a share of the learning.</summary>
/// <param name="mostSteps">Most steps of a piece.</param>
internal sealed class Pace(int mostSteps)
{
    private const double Slice = .08, LookingShare = .3;

    private double _secondsAStep = .002, _sinceLooked, _looking;
    private bool _hasLooked;

    /// <summary>Steps of the next piece: those that were asked for, or as many as fit.</summary>
    public int Steps(int? asked) => asked ?? Math.Clamp((int)(Slice / _secondsAStep), 1, mostSteps);

    /// <summary>Notes a piece, and says whether it is looked at: always where its steps were asked for; a rule that settles to answer is looked at more seldom.</summary>
    public bool IsTimeToLook(int steps, TimeSpan took, bool isAsked)
    {
        if (steps > 0)
            _secondsAStep = Math.Max(took.TotalSeconds / steps, 1e-6);
        _sinceLooked += took.TotalSeconds;
        return isAsked || _sinceLooked * LookingShare >= _looking;
    }

    /// <summary>Notes a look. The first one has the compiler at work beside it, and does not count.</summary>
    public void Looked(TimeSpan took)
    {
        (_looking, _sinceLooked) = (_hasLooked ? took.TotalSeconds : 0, 0);
        _hasLooked = true;
    }
}
