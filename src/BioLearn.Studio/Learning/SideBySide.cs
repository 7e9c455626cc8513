using System.Diagnostics;
using BioLearn.ML;

namespace BioLearn.Studio.Learning;

/// <summary>Two rules that learn the same from the same rows, a step for a step. Its members may be called from any thread: one piece of work runs at a time.</summary>
internal sealed class SideBySide(LearnData data, int[] hidden, long seed, RuleRow left, RuleRow right) : IDisposable
{
    private const int MostSteps = 200;
    private const double PictureEvery = 1;

    private readonly Lock _lock = new();
    private readonly Learner[] _learners = [new(left, data, hidden, seed), new(right, data, hidden, seed)];
    private readonly LearnerView?[] _views = new LearnerView?[2];
    private readonly Pace _pace = new(MostSteps);
    private long _pictured;
    private bool _ended;

    /// <summary>Both sides as they were seen last.</summary>
    public IReadOnlyList<LearnerView?> Views => _views;

    /// <summary>Learns for about a tenth of a second.</summary>
    /// <param name="steps">So many steps instead, and a look at what came out; null for as many as fit.</param>
    /// <param name="cancellation">Heard before each step.</param>
    public bool Advance(int? steps, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_ended)
                return false;
            int taken = _pace.Steps(steps);
            var clock = Stopwatch.StartNew();
            foreach (var learner in _learners)
                learner.Advance(taken, cancellation);
            if (!_pace.IsTimeToLook(taken, clock.Elapsed, steps is not null))
                return false;
            Look(steps is not null);
            return true;
        }
    }

    /// <summary>Factor on the learning rate of a side.</summary>
    public void SetRate(int side, double rate)
    {
        lock (_lock)
        {
            if (!_ended)
                _learners[side].Rate = rate;
        }
    }

    /// <summary>Hands the network of a side to another rule.</summary>
    /// <exception cref="ArgumentException">The rule cannot teach such a network; the old one goes on.</exception>
    public void Swap(int side, RuleRow rule)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _learners[side].Swap(rule);
            Look(pictures: true);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            foreach (var learner in _learners)
                learner.Dispose();
        }
    }

    private void Look(bool pictures)
    {
        var clock = Stopwatch.StartNew();
        bool draw = pictures || Stopwatch.GetElapsedTime(_pictured).TotalSeconds > PictureEvery;
        if (draw)
            _pictured = Stopwatch.GetTimestamp();
        for (int side = 0; side < _learners.Length; side++)
        {
            var view = _learners[side].Measure(draw);
            _views[side] = view with { Picture = view.Picture ?? _views[side]?.Picture };
        }
        _pace.Looked(clock.Elapsed);
    }
}
