using System.Collections.Concurrent;
using BioLearn.Kernels.Tensors;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Onnx.Forward;

/// <summary>
/// Runs a network forward on the project's own kernels. An image's trace depends on the image alone, to the last bit: not on the batch and not on
/// the number of threads.
/// </summary>
internal sealed class KernelForward(ForwardPlan plan, int threads) : IForwardSession
{
    private readonly ConcurrentBag<NativeBuffer<float>> _workers = [];

    public ForwardTrace Run(ReadOnlyMemory<float> images, int count, ForwardTrace? reuse, CancellationToken cancellationToken)
    {
        var buffers = new TraceBuffers(plan.Graph, plan.Request, images, count, reuse);
        new ForwardRun(plan, images, count, buffers, _workers).Execute(threads, cancellationToken);
        return buffers.ToTrace();
    }

    public void Dispose()
    {
        while (_workers.TryTake(out NativeBuffer<float>? worker)) worker.Dispose();
    }
}
