using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// A step of plain descent on one sample that a weight matrix has still to make, W ← keep W + c post' pre: the next sample's product
/// makes it on its way through W, which is then read and written once a step. Everybody else sees W after it
/// (<see cref="Parameter{T}.Values"/>), and no bit depends on who makes it.
/// </summary>
internal sealed class DeferredDescent<T>(int rows, int columns) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Copies: both signals are overwritten by the next step.
    private readonly NativeBuffer<T> _post = new(rows), _pre = new(columns);
    private T _coefficient, _keep;
    private int _threads = 1;
    private bool _upwards;

    /// <summary>Remembers a step.</summary>
    public void Set(T keep, T coefficient, ReadOnlySpan<T> post, ReadOnlySpan<T> pre, int threads)
    {
        post.CopyTo(_post.Span);
        pre.CopyTo(_pre.Span);
        (_keep, _coefficient, _threads) = (keep, coefficient, threads);
    }

    /// <summary>Makes the step.</summary>
    public void Make(NativeBuffer<T> values) =>
        Ger.Update<T>(new(values.Span, rows, columns), _keep, _coefficient, _post.Span, _pre.Span, _threads);

    /// <summary>Makes the step, and y += W x.</summary>
    public void MakeAndMultiply(NativeBuffer<T> values, ReadOnlySpan<T> x, Span<T> y)
    {
        Ger.UpdateThenMultiply<T>(new(values.Span, rows, columns), _keep, _coefficient, _post.Span, _pre.Span, x, y, _threads, _upwards);
        _upwards = !_upwards;
    }

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        _post.Dispose();
        _pre.Dispose();
    }
}
