using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// The Hebbian trace H(t) of one episode, forwards and backwards through time. Updates are folded until a step needs the
/// trace. Backwards, earlier traces are rebuilt by undoing updates, or read from those kept on the way and recomputed
/// between them.
/// </summary>
internal sealed class HebbianTrace<T>(PlasticRecurrentNetwork<T> network, int steps, TraceStorage storage, int threads)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _neurons = network.Neurons;
    private readonly int _matrix = network.Neurons * network.Stride;
    private readonly AlignedArray<T> _current = new(network.Neurons * network.Stride);
    private readonly int[] _firstAlike = new int[steps + 2];
    private PlasticEpisode<T> _episode = null!;
    private int _interval;
    private AlignedArray<T>? _kept;
    private AlignedArray<T>? _segment;
    private int _segmentStart;

    /// <summary>Updates between <see cref="Current"/> and the step that the episode has reached.</summary>
    public FoldedTraceUpdate<T> Pending { get; } = new(network.Neurons, network.Options.Rule);

    /// <summary>The trace in memory, [N, stride], without the pending updates.</summary>
    public Span<T> Current => _current.Span;

    /// <summary>Whether earlier traces are rebuilt in <see cref="Current"/>.</summary>
    public bool IsRebuilt => _interval == 0;

    /// <summary>Starts an episode: H(1) = 0.</summary>
    public void Begin(PlasticEpisode<T> episode)
    {
        _episode = episode;
        _interval = TracePlan.Interval<T>(network.Options.Rule, network.Rate, _matrix, steps, storage);
        if (_interval > 0)
        {
            _kept ??= new(checked((steps + _interval - 1) / _interval * _matrix));
            _segment ??= new(_interval == 1 ? 0 : checked(_interval * _matrix));
            _kept.Span[.._matrix].Clear();
        }

        _segmentStart = 0;
        Current.Clear();
        Pending.Clear();
        _firstAlike[0] = FoldedTraceUpdate<T>.None;
        NoteOutput(0);
    }

    /// <summary>Remembers whether y(step) repeats the output before it.</summary>
    public void NoteOutput(int step)
        => _firstAlike[step + 1] = _episode.Output(step).SequenceEqual(_episode.Output(step - 1)) ? FirstAlike(step - 1) : step;

    /// <summary>The earliest step from which on the output has been what it is at <paramref name="step"/>.</summary>
    public int FirstAlike(int step) => _firstAlike[step + 1];

    /// <summary>Takes H(step - 1) to H(step), folded into <see cref="Pending"/>.</summary>
    public void Advance(int step)
    {
        Fold(step - 1, inverse: false);
        if (_interval == 0 || (step - 1) % _interval != 0)
            return;
        CarryOut();
        Current.CopyTo(Kept((step - 1) / _interval));
    }

    /// <summary>Takes H(from) back to H(step), folded into <see cref="Pending"/>; only where traces are rebuilt.</summary>
    public void Retreat(int from, int step)
    {
        for (int update = from - 1; update >= step; update--)
            Fold(update, inverse: true);
    }

    /// <summary>H(step) in the backward pass, which asks for steps from the last to the first.</summary>
    public Span<T> At(int step)
    {
        if (_interval == 0)
        {
            CarryOut();
            return Current;
        }

        int slot = (step - 1) / _interval;
        if (_interval == 1)
            return Kept(slot);
        int start = slot * _interval + 1;
        if (_segmentStart != start)
            RecomputeSegment(slot, start, step);
        return Segment(step - start);
    }

    /// <summary>Applies the pending updates to <see cref="Current"/>.</summary>
    public void CarryOut()
    {
        if (!Pending.IsEmpty)
            Sweep(Current, Current);
    }

    private void Fold(int update, bool inverse)
    {
        int source = FirstAlike(update - 1);
        if (!Pending.Fits(source))
            CarryOut();
        var post = _episode.Output(update)[.._neurons];
        if (inverse)
            Pending.AppendInverse(post, source, network.Rate);
        else
            Pending.Append(post, source, network.Rate);
    }

    private void RecomputeSegment(int slot, int start, int last)
    {
        Kept(slot).CopyTo(Segment(0));
        for (int step = start + 1; step <= last; step++)
        {
            Fold(step - 1, inverse: false);
            Sweep(Segment(step - 1 - start), Segment(step - start));
        }

        _segmentStart = start;
    }

    private Span<T> Kept(int slot) => _kept!.Span.Slice(slot * _matrix, _matrix);

    private Span<T> Segment(int offset) => _segment!.Span.Slice(offset * _matrix, _matrix);

    private void Sweep(ReadOnlySpan<T> from, Span<T> to)
    {
        TraceSweep.Update(new(from, _neurons, network.Stride), new(to, _neurons, network.Stride), Pending.For(_episode), threads);
        Pending.Clear();
    }
}

/// <summary>Chooses how the backward pass finds earlier traces.</summary>
internal static class TracePlan
{
    /// <summary>Undoing T updates multiplies rounding errors by (1-η)^-T; beyond this it is not used by itself.</summary>
    private const double LargestAmplification = 1e3;

    /// <summary>Traces up to this size in all are simply stored.</summary>
    private const long SmallStorage = 64L << 20;

    /// <summary>Steps from one kept trace to the next: 0 where traces are rebuilt, 1 where all are stored.</summary>
    public static unsafe int Interval<T>(PlasticityRule rule, T rate, int matrix, int steps, TraceStorage storage)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double eta = double.CreateChecked(rate);
        bool accurate = eta >= 0 && Math.Pow(1 - eta, -steps) <= LargestAmplification;
        if (storage == TraceStorage.Rebuilt && !(eta < 1))
            throw new InvalidOperationException($"traces of the {rule} rule cannot be rebuilt at a rate of {eta}: choose TraceStorage.Checkpointed");
        return storage switch
        {
            TraceStorage.Rebuilt => 0,
            TraceStorage.Stored => 1,
            TraceStorage.Automatic when accurate => 0,
            TraceStorage.Automatic when (long)steps * matrix * sizeof(T) <= SmallStorage => 1,
            _ => Math.Max(2, (int)Math.Ceiling(Math.Sqrt(steps))),
        };
    }
}
