using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;
using BioLearn.Onnx.Graph;
using Partitioner = BioLearn.Kernels.Threading.Partitioner;

namespace BioLearn.Onnx.Forward;

/// <summary>One forward pass of a batch.</summary>
/// <param name="plan">The steps.</param>
/// <param name="images">The images, one after the other.</param>
/// <param name="count">How many.</param>
/// <param name="buffers">The arrays of the trace.</param>
/// <param name="shared">Memory of values that the whole batch holds: <see cref="ForwardPlan.SharedLength"/> for each image.</param>
/// <param name="workers">Memory of workers, kept from run to run.</param>
internal sealed class ForwardRun(ForwardPlan plan, ReadOnlyMemory<float> images, int count, TraceBuffers buffers, NativeBuffer<float> shared, ConcurrentBag<NativeBuffer<float>> workers)
{
    private readonly ImmutableArray<MaxPoolNode> _pools = plan.Request.Switches;

    public void Execute(int threads, CancellationToken cancellation)
    {
        foreach (StepSegment segment in plan.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            if (segment.Batched)
            {
                ForwardOperator step = plan.Steps[segment.First];
                step.RunBatch(count, WholeBatch(step.Reads[0]), WholeBatch(step.Writes), threads);
                Cut(step, WholeBatch(step.Writes));
            }
            else
            {
                var job = new Job(this, segment, cancellation);
                Partitioner.For(count, 1, threads, ref job);
            }
        }
    }

    public Span<float> Memory(CnnTensor tensor, int sample, Span<float> worker)
    {
        ForwardPlan.Place place = plan[tensor];
        return place.Kind == ForwardPlan.PlaceKind.Local ? worker.Slice(place.At, place.Length) : WholeBatch(tensor).Slice(sample * place.Length, place.Length);
    }

    /// <summary>Where the switches of a pool go; nowhere if nobody wants them.</summary>
    public Span<int> Switches(MaxPoolNode pool, int sample)
    {
        int at = _pools.IndexOf(pool);
        return at < 0 ? [] : buffers.Switches[at].AsSpan(sample * pool.Output.Shape.Count, pool.Output.Shape.Count);
    }

    private Span<float> WholeBatch(CnnTensor tensor)
    {
        ForwardPlan.Place place = plan[tensor];
        return place.Kind switch
        {
            // Only ever read.
            ForwardPlan.PlaceKind.Image => System.Runtime.InteropServices.MemoryMarshal.AsMemory(images).Span[..(count * place.Length)],
            ForwardPlan.PlaceKind.Trace => buffers.Values[place.At].AsSpan(0, count * place.Length),
            ForwardPlan.PlaceKind.Shared => shared.Span.Slice(place.At * count, count * place.Length),
            _ => throw new InvalidOperationException($"{tensor} has no place for a batch"),
        };
    }

    private readonly struct Job(ForwardRun run, StepSegment segment, CancellationToken cancellation) : IRangeJob
    {
        public void Invoke(int piece, int begin, int end)
        {
            NativeBuffer<float> worker = run.TakeWorker();
            for (int sample = begin; sample < end; sample++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int step = segment.First; step < segment.End; step++) run.Step(step, sample, worker.Span);
            }
            run.GiveBack(worker);
        }
    }

    private void Step(int step, int sample, Span<float> worker)
    {
        ForwardOperator pass = plan.Steps[step];
        pass.Run(new ForwardFrame(this, sample, worker));
        Cut(pass, Memory(pass.Writes, sample, worker));
    }

    private static void Cut(ForwardOperator step, Span<float> values)
    {
        if (!step.CutsItself && !float.IsPositiveInfinity(step.Ceiling)) TensorPrimitives.Min(values, step.Ceiling, values);
    }

    private NativeBuffer<float> TakeWorker() => workers.TryTake(out NativeBuffer<float>? worker) ? worker : new NativeBuffer<float>(plan.LocalLength);

    private void GiveBack(NativeBuffer<float> worker) => workers.Add(worker);
}
