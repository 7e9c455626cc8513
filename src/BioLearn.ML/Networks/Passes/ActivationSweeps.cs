using System.Numerics;
using BioLearn.Kernels.Threading;

namespace BioLearn.ML.Networks;

/// <summary>
/// Activations of many units on several threads. Each number's bits are its own, wherever it lies. Activations from outside stay on the caller's thread:
/// they need not be safe for more.
/// </summary>
internal static unsafe class ActivationSweeps
{
    // What a number costs in multiply-adds of a product, at least; and numbers that threads do not share a line of.
    private const double OperationsANumber = 8;
    private const int Line = 64;

    /// <summary>y = φ(a).</summary>
    public static void Apply<T>(Activation activation, ReadOnlySpan<T> a, Span<T> y, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsShared<T>(activation, y.Length, ref threads))
        {
            activation.Apply(a, y);
            return;
        }
        fixed (T* from = a, to = y)
        {
            var job = new ForwardJob<T> { Activation = activation, A = from, Y = to };
            Partitioner.For(y.Length, Grain(y.Length, threads), threads, ref job);
        }
    }

    /// <summary>signal = signal ⊙ φ'(a).</summary>
    public static void MultiplyByDerivative<T>(Activation activation, ReadOnlySpan<T> a, ReadOnlySpan<T> y, Span<T> signal, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsShared<T>(activation, signal.Length, ref threads))
        {
            activation.MultiplyByDerivative(a, y, signal);
            return;
        }
        fixed (T* from = a, to = y, at = signal)
        {
            var job = new BackwardJob<T> { Activation = activation, A = from, Y = to, Signal = at };
            Partitioner.For(signal.Length, Grain(signal.Length, threads), threads, ref job);
        }
    }

    private static bool IsShared<T>(Activation activation, int length, ref int threads)
        where T : unmanaged
    {
        if (threads > 1)
            threads = activation.HasKernel ? WorkSize.Threads(threads, OperationsANumber * length * sizeof(T) / sizeof(float), 3.0 * length * sizeof(T)) : 1;
        return threads > 1;
    }

    private static int Grain(int length, int threads) => Partitioner.Pieces(Partitioner.Pieces(length, threads), Line) * Line;

    private struct ForwardJob<T> : IRangeJob
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Activation Activation;
        public T* A, Y;

        public readonly void Invoke(int piece, int begin, int end) =>
            Activation.Apply(new ReadOnlySpan<T>(A + begin, end - begin), new Span<T>(Y + begin, end - begin));
    }

    private struct BackwardJob<T> : IRangeJob
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Activation Activation;
        public T* A, Y, Signal;

        public readonly void Invoke(int piece, int begin, int end) => Activation.MultiplyByDerivative(
            A == null ? default : new ReadOnlySpan<T>(A + begin, end - begin), new ReadOnlySpan<T>(Y + begin, end - begin), new Span<T>(Signal + begin, end - begin));
    }
}
