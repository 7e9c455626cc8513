using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Elementwise;

/// <summary>
/// Outputs, errors and losses of a batch, one sample a row. Errors are dℓ/da per sample (never divided by the batch), losses are
/// computed from the pre-activations a, so that saturated outputs lose nothing. Outputs and errors may share the memory of a.
/// </summary>
internal static class OutputLosses
{
    /// <summary>y = softmax(a), shifted by the largest a so that nothing overflows.</summary>
    public static void Softmax<T>(ReadOnlyMatrixSpan<T> a, MatrixSpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameShape(a, y, nameof(y));
        for (int b = 0; b < a.Rows; b++)
            LossRows<T>.Softmax(a.Row(b), y.Row(b));
    }

    /// <summary>ℓ = -Σ t ln softmax(a) = Σ t (ln Σ e^a - a); dℓ/da = softmax(a) - t where the targets of a sample add up to one.</summary>
    public static void SoftmaxCrossEntropy<T>(ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> targets, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameShape(a, targets, nameof(targets));
        Lengths.MustMatch(a.Rows, losses.Length, nameof(losses));
        for (int b = 0; b < a.Rows; b++)
            losses[b] = LossRows<T>.SoftmaxCrossEntropy(a.Row(b), targets.Row(b));
    }

    /// <summary>ℓ = -Σ [t ln σ(a) + (1-t) ln(1-σ(a))] = Σ max(a, 0) - a t + ln(1 + e^-|a|); dℓ/da = σ(a) - t.</summary>
    public static void SigmoidCrossEntropy<T>(ReadOnlyMatrixSpan<T> a, ReadOnlyMatrixSpan<T> targets, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameShape(a, targets, nameof(targets));
        Lengths.MustMatch(a.Rows, losses.Length, nameof(losses));
        for (int b = 0; b < a.Rows; b++)
            losses[b] = LossRows<T>.SigmoidCrossEntropy(a.Row(b), targets.Row(b));
    }

    /// <summary>ℓ = ½ Σ (y - t)²; dℓ/dy = y - t.</summary>
    public static void SquaredError<T>(ReadOnlyMatrixSpan<T> y, ReadOnlyMatrixSpan<T> targets, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameShape(y, targets, nameof(targets));
        Lengths.MustMatch(y.Rows, losses.Length, nameof(losses));
        for (int b = 0; b < y.Rows; b++)
            losses[b] = LossRows<T>.SquaredError(y.Row(b), targets.Row(b));
    }

    /// <summary>errors = y - targets: dℓ/da of the linear squared error and of both cross-entropies.</summary>
    public static void Errors<T>(ReadOnlyMatrixSpan<T> y, ReadOnlyMatrixSpan<T> targets, MatrixSpan<T> errors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameShape(y, targets, nameof(targets));
        SameShape(y, errors, nameof(errors));
        for (int b = 0; b < y.Rows; b++)
            System.Numerics.Tensors.TensorPrimitives.Subtract(y.Row(b), targets.Row(b), errors.Row(b));
    }

    private static void SameShape<T>(ReadOnlyMatrixSpan<T> expected, ReadOnlyMatrixSpan<T> actual, string name)
    {
        if (expected.Rows != actual.Rows || expected.Columns != actual.Columns)
            throw new ArgumentException($"{name} is [{actual.Rows}, {actual.Columns}], expected [{expected.Rows}, {expected.Columns}]", name);
    }
}

/// <summary>One sample of each function of <see cref="OutputLosses"/>.</summary>
internal static unsafe class LossRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static void Softmax(ReadOnlySpan<T> a, Span<T> y)
    {
        fixed (T* pa = a, py = y)
            Run(Function.Softmax, pa, null, py, a.Length);
    }

    public static T SoftmaxCrossEntropy(ReadOnlySpan<T> a, ReadOnlySpan<T> t)
    {
        fixed (T* pa = a, pt = t)
            return Run(Function.SoftmaxCrossEntropy, pa, pt, null, a.Length);
    }

    public static T SigmoidCrossEntropy(ReadOnlySpan<T> a, ReadOnlySpan<T> t)
    {
        fixed (T* pa = a, pt = t)
            return Run(Function.SigmoidCrossEntropy, pa, pt, null, a.Length);
    }

    public static T SquaredError(ReadOnlySpan<T> y, ReadOnlySpan<T> t)
    {
        fixed (T* py = y, pt = t)
            return Run(Function.SquaredError, py, pt, null, y.Length);
    }

    private static T Run(Function function, T* a, T* t, T* y, int length)
    {
        var kernel = new Kernel { Function = function, A = a, Targets = t, Y = y, Length = length };
        Hardware.Run<T, Kernel>(ref kernel);
        return kernel.Result;
    }

    private enum Function
    {
        Softmax,
        SoftmaxCrossEntropy,
        SigmoidCrossEntropy,
        SquaredError,
    }

    private struct Kernel : IVectorKernel<T>
    {
        public Function Function;
        public T* A, Targets, Y;
        public int Length;
        public T Result;

        [MethodImpl(MethodImplOptions.NoInlining)]
        public void Invoke<V>()
            where V : unmanaged, ILanes<V, T> =>
            Result = Function switch
            {
                Function.Softmax => Softmax<V>(A, Y, Length),
                Function.SoftmaxCrossEntropy => SoftmaxCrossEntropy<V>(A, Targets, Length),
                Function.SigmoidCrossEntropy => SigmoidCrossEntropy<V>(A, Targets, Length),
                _ => SquaredError<V>(A, Targets, Length),
            };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T Softmax<V>(T* a, T* y, int length)
        where V : unmanaged, ILanes<V, T>
    {
        T largest = Largest(a, length);
        V shift = V.Create(largest), sum = V.Zero;
        for (int i = 0; i < length; i += V.Count)
        {
            int rest = Math.Min(V.Count, length - i);
            V.StoreFirst(ElementaryFunctions<T>.ExpOfNegative(V.LoadFirst(a + i, rest) - shift), y + i, rest);
            sum += V.LoadFirst(y + i, rest);
        }
        V scale = V.Create(T.One / V.Sum(sum));
        for (int i = 0; i < length; i += V.Count)
        {
            int rest = Math.Min(V.Count, length - i);
            V.StoreFirst(V.LoadFirst(y + i, rest) * scale, y + i, rest);
        }
        return T.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T SoftmaxCrossEntropy<V>(T* a, T* t, int length)
        where V : unmanaged, ILanes<V, T>
    {
        T largest = Largest(a, length), sum = T.Zero;
        V shift = V.Create(largest);
        V* exponential = stackalloc V[1];
        for (int i = 0; i < length; i += V.Count)
        {
            int rest = Math.Min(V.Count, length - i);
            // The lanes behind the end would add e^(0 - largest).
            V.Store(ElementaryFunctions<T>.ExpOfNegative(V.LoadFirst(a + i, rest) - shift), (T*)exponential);
            sum += V.Sum(V.LoadFirst((T*)exponential, rest));
        }
        V logSum = V.Create(largest + T.Log(sum)), loss = V.Zero;
        for (int i = 0; i < length; i += V.Count)
        {
            int rest = Math.Min(V.Count, length - i);
            V target = V.LoadFirst(t + i, rest);
            // A class without a target counts nothing, even where its pre-activation is -infinity.
            loss += V.Select(V.Equals(target, V.Zero), V.Zero, target * (logSum - V.LoadFirst(a + i, rest)));
        }
        return V.Sum(loss);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T SigmoidCrossEntropy<V>(T* a, T* t, int length)
        where V : unmanaged, ILanes<V, T>
    {
        V loss = V.Zero;
        V* summand = stackalloc V[1];
        for (int i = 0; i < length; i += V.Count)
        {
            int rest = Math.Min(V.Count, length - i);
            V x = V.LoadFirst(a + i, rest), target = V.LoadFirst(t + i, rest);
            V tail = ElementaryFunctions<T>.LogOnePlus(ElementaryFunctions<T>.ExpOfNegative(-V.Abs(x)));
            V positive = V.Select(V.LessThan(x, V.Zero), V.Zero, x);
            V.Store(V.SubtractProduct(x, target, positive) + tail, (T*)summand);
            loss += V.LoadFirst((T*)summand, rest);
        }
        return V.Sum(loss);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static T SquaredError<V>(T* y, T* t, int length)
        where V : unmanaged, ILanes<V, T>
    {
        V loss = V.Zero;
        for (int i = 0; i < length; i += V.Count)
        {
            int rest = Math.Min(V.Count, length - i);
            V error = V.LoadFirst(y + i, rest) - V.LoadFirst(t + i, rest);
            loss = V.MultiplyAdd(error, error, loss);
        }
        return T.CreateTruncating(0.5) * V.Sum(loss);
    }

    private static T Largest(T* a, int length) =>
        length == 0 ? T.Zero : System.Numerics.Tensors.TensorPrimitives.Max(new ReadOnlySpan<T>(a, length));
}
