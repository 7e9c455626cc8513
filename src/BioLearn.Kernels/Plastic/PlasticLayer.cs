using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Tensors;

namespace BioLearn.Kernels.Plastic;

/// <summary>
/// The matrices of a plastic layer, views of memory that someone else owns: fixed weights W, plasticity coefficients α and the
/// trace H. All are [targets, sources], row = target neuron, with one stride.
/// </summary>
internal readonly ref struct PlasticLayer<T>
{
    /// <exception cref="ArgumentException">The matrices differ in shape or stride.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PlasticLayer(ReadOnlyMatrixSpan<T> weights, ReadOnlyMatrixSpan<T> alpha, MatrixSpan<T> trace)
    {
        MustMatch(weights, alpha, nameof(alpha));
        MustMatch(weights, trace, nameof(trace));
        Weights = weights;
        Alpha = alpha;
        Trace = trace;
    }

    public ReadOnlyMatrixSpan<T> Weights { get; }

    public ReadOnlyMatrixSpan<T> Alpha { get; }

    public MatrixSpan<T> Trace { get; }

    public int Targets => Weights.Rows;

    public int Sources => Weights.Columns;

    public int Stride => Weights.Stride;

    /// <exception cref="ArgumentException">Shape or stride differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MustMatch(in ReadOnlyMatrixSpan<T> expected, in ReadOnlyMatrixSpan<T> actual, string name)
    {
        if (expected.Rows != actual.Rows || expected.Columns != actual.Columns || expected.Stride != actual.Stride)
            Throw(expected.Rows, expected.Columns, expected.Stride, actual.Rows, actual.Columns, actual.Stride, name);
    }

    [DoesNotReturn]
    private static void Throw(int rows, int columns, int stride, int actualRows, int actualColumns, int actualStride, string name) =>
        throw new ArgumentException(
            $"{name} is [{actualRows}, {actualColumns}] with stride {actualStride}, expected [{rows}, {columns}] with stride {stride}", name);
}

/// <summary>
/// A linear update of the trace, H_i ← β_i H_i + a1_i q1ᵀ + a2_i q2ᵀ with numbers per target i. One step of Hebb's rule has
/// β = 1-η, a1 = η post, q1 = pre; one of Oja's rule β_i = 1 - η post_i². Steps in a row fold into one update as long as no more than
/// two different pre-synaptic vectors occur, and so does their undoing.
/// </summary>
internal readonly ref struct TraceUpdate<T>
{
    /// <param name="decay">β [targets].</param>
    /// <param name="gain1">a1 [targets].</param>
    /// <param name="source1">q1 [sources].</param>
    /// <param name="gain2">a2 [targets]; empty if there is no second source.</param>
    /// <param name="source2">q2 [sources]; empty if there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TraceUpdate(
        ReadOnlySpan<T> decay, ReadOnlySpan<T> gain1, ReadOnlySpan<T> source1, ReadOnlySpan<T> gain2 = default, ReadOnlySpan<T> source2 = default)
    {
        Decay = decay;
        Gain1 = gain1;
        Source1 = source1;
        Gain2 = gain2;
        Source2 = source2;
    }

    public ReadOnlySpan<T> Decay { get; }

    public ReadOnlySpan<T> Gain1 { get; }

    public ReadOnlySpan<T> Source1 { get; }

    public ReadOnlySpan<T> Gain2 { get; }

    public ReadOnlySpan<T> Source2 { get; }

    public bool HasSecond => !Source2.IsEmpty;

    /// <exception cref="ArgumentException">A length does not fit the trace.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(int targets, int sources)
    {
        Lengths.MustMatch(targets, Decay.Length, "decay");
        Lengths.MustMatch(targets, Gain1.Length, "gain1");
        Lengths.MustMatch(sources, Source1.Length, "source1");
        if (!HasSecond)
            return;
        Lengths.MustMatch(targets, Gain2.Length, "gain2");
        Lengths.MustMatch(sources, Source2.Length, "source2");
    }
}
