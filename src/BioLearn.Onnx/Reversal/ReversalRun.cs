using System.Collections.Concurrent;
using System.Numerics.Tensors;
using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;
using BioLearn.Onnx.Graph;
using Partitioner = BioLearn.Kernels.Threading.Partitioner;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Runs a plan over a batch, with memory that serves one run after the other: write <see cref="Start"/> of every image, call
/// <see cref="Execute"/>, read <see cref="End"/>. Not for several threads at once; the images of a batch are divided among threads inside.
/// </summary>
internal sealed class ReversalRun : IReversalRun
{
    private readonly ReversalPlan _plan;
    private readonly ConcurrentBag<NativeBuffer<float>> _workers = [];
    private NativeBuffer<float>? _shared;
    private int _count;

    public ReversalRun(ReversalPlan plan) => _plan = plan;

    /// <summary>Looks at the current of a level after its operation; called from several threads at once.</summary>
    public delegate void LevelObserver(TraceLevel level, int sample, CurrentShape shape, ReadOnlySpan<float> current);

    /// <summary>Makes room for a batch.</summary>
    public void Begin(int count)
    {
        int length = checked(_plan.Layout.SharedLength * count);
        if (_shared is null || _shared.Length < length)
        {
            _shared?.Dispose();
            _shared = new NativeBuffer<float>(length);
        }
        _count = count;
    }

    /// <summary>The current that starts the recollection of one image.</summary>
    public Span<float> Start(int sample) => Memory(_plan.Start.Slot, sample, []);

    /// <summary>The current that arrived at the end.</summary>
    public ReadOnlySpan<float> End(int sample) => Memory(_plan.End.Slot, sample, []);

    /// <summary>Runs all steps.</summary>
    /// <param name="record">What the forward pass left behind.</param>
    /// <param name="threads">Threads that may work at once.</param>
    /// <param name="observer">Looks at the currents of levels; null for nobody.</param>
    /// <param name="cancellation">Checked before each image of a segment.</param>
    public void Execute(IForwardRecord record, int threads, LevelObserver? observer = null, CancellationToken cancellation = default)
    {
        foreach (StepSegment segment in _plan.Layout.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            if (segment.Batched)
            {
                var step = (OperatorStep)_plan.Steps[segment.First];
                step.Reversal.RunBatch(_count, WholeBatch(step.From), WholeBatch(step.To), threads);
            }
            else
            {
                // Images go to threads; where there are fewer images, threads share an image.
                var job = new SegmentJob(this, segment, record, Math.Max(1, threads / _count), observer, cancellation);
                Partitioner.For(_count, 1, threads, ref job);
            }
        }
    }

    public void Dispose()
    {
        _shared?.Dispose();
        while (_workers.TryTake(out NativeBuffer<float>? worker))
            worker.Dispose();
    }

    private readonly struct SegmentJob(
        ReversalRun run, StepSegment segment, IForwardRecord record, int threads, LevelObserver? observer, CancellationToken cancellation) : IRangeJob
    {
        public void Invoke(int piece, int begin, int end)
        {
            if (!run._workers.TryTake(out NativeBuffer<float>? worker))
                worker = new NativeBuffer<float>(run._plan.Layout.LocalLength);
            for (int sample = begin; sample < end; sample++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int step = segment.First; step < segment.End; step++)
                    run.Step(run._plan.Steps[step], new RecordedSample(record, sample, threads), worker.Span, observer);
            }
            run._workers.Add(worker);
        }
    }

    private void Step(PlanStep step, RecordedSample recorded, Span<float> worker, LevelObserver? observer)
    {
        Apply(step, Memory(step.From, recorded.Sample, worker), Memory(step.To, recorded.Sample, worker), recorded, observer);
    }

    /// <summary>Runs one step on the currents of one image.</summary>
    internal static void Apply(PlanStep step, Span<float> from, Span<float> to, RecordedSample recorded, LevelObserver? observer)
    {
        switch (step)
        {
            case OperatorStep pass:
                pass.Reversal.Run(from, to, recorded);
                break;
            case LevelStep level:
                level.Operation?.Apply(to, level.Current.Shape.Planes);
                observer?.Invoke(level.Level, recorded.Sample, level.Current.Shape, to);
                break;
            case AddStep:
                TensorPrimitives.Add(to, from, to);
                break;
            case CopyStep:
                from.CopyTo(to);
                break;
            case WinnerStep winner:
                WinnerTakesAll.Apply(to, winner.Current.Shape.Shape.Channels);
                break;
            default:
                throw new InvalidOperationException($"no such step: {step}");
        }
    }

    private Span<float> Memory(int slot, int sample, Span<float> worker)
    {
        PlanLayout.Place place = _plan.Layout[slot];
        return place.IsShared
            ? _shared!.Span.Slice(place.Offset * _count + sample * place.Length, place.Length)
            : worker.Slice(place.Offset, place.Length);
    }

    private Span<float> WholeBatch(int slot)
    {
        PlanLayout.Place place = _plan.Layout[slot];
        return _shared!.Span.Slice(place.Offset * _count, place.Length * _count);
    }
}
