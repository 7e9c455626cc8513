using System.Collections.Concurrent;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Onnx.Forward;

/// <summary>
/// Runs a network forward on the project's own kernels. An image's trace depends on the image alone, to the last bit: not on the batch and not on
/// the number of threads.
/// </summary>
internal sealed class KernelForward(ForwardPlan plan, int threads) : IForwardSession
{
    private readonly ConcurrentBag<NativeBuffer<float>> _workers = [], _batches = [];

    public ForwardTrace Run(ReadOnlyMemory<float> images, int count, ForwardTrace? reuse, CancellationToken cancellationToken)
    {
        var buffers = new TraceBuffers(plan.Graph, plan.Request, images, count, reuse);
        NativeBuffer<float> shared = TakeBatch(checked(plan.SharedLength * count));
        new ForwardRun(plan, images, count, buffers, shared, _workers).Execute(threads, cancellationToken);
        _batches.Add(shared);
        return buffers.ToTrace();
    }

    private NativeBuffer<float> TakeBatch(int length)
    {
        if (_batches.TryTake(out NativeBuffer<float>? batch))
        {
            if (batch.Length >= length) return batch;
            batch.Dispose();
        }
        return new NativeBuffer<float>(length);
    }

    public void Dispose()
    {
        while (_batches.TryTake(out NativeBuffer<float>? batch)) batch.Dispose();
        while (_workers.TryTake(out NativeBuffer<float>? worker)) worker.Dispose();
    }
}
