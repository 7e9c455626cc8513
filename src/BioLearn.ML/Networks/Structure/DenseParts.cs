using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// The products of a fully connected layer where instructions close units: each group of samples that share their gates meets the part of the
/// weights that is open to it. The sums are those of the whole product, to the bit: what is left out is zero.
/// </summary>
internal sealed class DenseParts<T>(int threads) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers of kept parts of weights before they are given up.</summary>
    private const long MostKept = 1 << 25;

    /// <summary>What gathering a number costs in multiplications of a product.</summary>
    private const int GatherCost = 20;

    private readonly Dictionary<(object Key, Parameter<T> Weights), NativeBuffer<T>> _kept = [];
    private long _keptNumbers, _keptVersion;
    private NativeBuffer<T>? _part, _left, _right;

    /// <summary>Whether the parts take less work than the whole product.</summary>
    public static bool Pays(OpenUnits open, int units, int inputs)
    {
        double whole = 0, parts = 0;
        for (int g = 0; g < open.Count; g++)
        {
            OpenUnits.Group group = open.Groups[g];
            double area = group.IsClosed ? 0 : (group.Outputs.IsEmpty ? units : group.Outputs.Length) * (double)(group.Inputs.IsEmpty ? inputs : group.Inputs.Length);
            whole += group.Samples.Length * (double)units * inputs;
            parts += area * (group.Samples.Length + (group.Key is null ? GatherCost : 0));
        }
        return parts < 0.8 * whole;
    }

    public void Up(OpenUnits open, Parameter<T> weights, ReadOnlySpan<T> biases, Signal<T> x, Signal<T> a)
    {
        a.Span.Clear();
        for (int g = 0; g < open.Count; g++)
        {
            OpenUnits.Group group = open.Groups[g];
            if (!group.IsClosed)
            {
                ReadOnlyMatrixSpan<T> part = PartOf(weights, group);
                MatrixSpan<T> read = Take(x, group.Samples, group.Inputs, ref _left), sums = Room(ref _right, group.Samples.Length, part.Rows);
                Gemm.NT(read, part, sums, T.One, T.Zero, threads);
                Put(sums, group.Samples, group.Outputs, a);
            }
            if (!biases.IsEmpty)
                AddBiases(biases, group, a);
        }
    }

    public void Down(OpenUnits open, Parameter<T> feedback, Signal<T> above, Signal<T> below, T coefficient, bool add)
    {
        if (!add)
            below.Span.Clear();
        for (int g = 0; g < open.Count; g++)
        {
            OpenUnits.Group group = open.Groups[g];
            if (group.IsClosed)
                continue;
            ReadOnlyMatrixSpan<T> part = PartOf(feedback, group);
            MatrixSpan<T> signal = Take(above, group.Samples, group.Outputs, ref _left), sent = Room(ref _right, group.Samples.Length, part.Columns);
            Gemm.NN<T>(signal, part, sent, coefficient, T.Zero, threads);
            if (add)
                SubMatrix.ScatterAdd(sent, group.Samples, group.Inputs, below.Matrix);
            else
                Put(sent, group.Samples, group.Inputs, below);
        }
    }

    public void Meet(OpenUnits open, Signal<T> post, Signal<T> pre, T coefficient, Span<T> into, T keep)
    {
        if (keep == T.Zero)
            into.Clear();
        else if (keep != T.One)
            System.Numerics.Tensors.TensorPrimitives.Multiply(into, keep, into);
        MatrixSpan<T> whole = new(into, post.Width, pre.Width);
        for (int g = 0; g < open.Count; g++)
        {
            OpenUnits.Group group = open.Groups[g];
            if (group.IsClosed)
                continue;
            MatrixSpan<T> credit = Take(post, group.Samples, group.Outputs, ref _left), read = Take(pre, group.Samples, group.Inputs, ref _right);
            MatrixSpan<T> product = Room(ref _part, credit.Columns, read.Columns);
            Gemm.TN(credit, read, product, coefficient, T.Zero, threads);
            SubMatrix.ScatterAdd(product, group.Outputs, group.Inputs, whole);
        }
    }

    public void Dispose()
    {
        Forget();
        _part?.Dispose();
        _left?.Dispose();
        _right?.Dispose();
    }

    private ReadOnlyMatrixSpan<T> PartOf(Parameter<T> weights, OpenUnits.Group group)
    {
        int rows = group.Outputs.IsEmpty ? weights.Rows : group.Outputs.Length, columns = group.Inputs.IsEmpty ? weights.Columns : group.Inputs.Length;
        if (group.Key is not { } key)
        {
            MatrixSpan<T> room = Room(ref _part, rows, columns);
            SubMatrix.Gather(weights.View, group.Outputs, group.Inputs, room);
            return room;
        }
        if (_keptVersion != weights.Version)
            Forget();
        if (!_kept.TryGetValue((key, weights), out NativeBuffer<T>? kept))
        {
            if (_keptNumbers + ((long)rows * columns) > MostKept)
                Forget();
            _kept[(key, weights)] = kept = new NativeBuffer<T>(rows * columns);
            _keptNumbers += kept.Length;
            SubMatrix.Gather(weights.View, group.Outputs, group.Inputs, new MatrixSpan<T>(kept.Span, rows, columns));
            _keptVersion = weights.Version;
        }
        return new ReadOnlyMatrixSpan<T>(kept.Span, rows, columns);
    }

    private void Forget()
    {
        foreach (NativeBuffer<T> kept in _kept.Values)
            kept.Dispose();
        _kept.Clear();
        _keptNumbers = 0;
    }

    private static MatrixSpan<T> Take(Signal<T> from, ReadOnlySpan<int> samples, ReadOnlySpan<int> units, ref NativeBuffer<T>? buffer)
    {
        MatrixSpan<T> taken = Room(ref buffer, samples.Length, units.IsEmpty ? from.Width : units.Length);
        SubMatrix.Gather(from.Matrix, samples, units, taken);
        return taken;
    }

    private static void Put(MatrixSpan<T> from, ReadOnlySpan<int> samples, ReadOnlySpan<int> units, Signal<T> to)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            Span<T> source = from.Row(i), row = to.Row(samples[i]);
            if (units.IsEmpty)
                source.CopyTo(row);
            else
            {
                for (int j = 0; j < units.Length; j++)
                    row[units[j]] = source[j];
            }
        }
    }

    private static void AddBiases(ReadOnlySpan<T> biases, OpenUnits.Group group, Signal<T> a)
    {
        foreach (int sample in group.Samples)
        {
            Span<T> row = a.Row(sample);
            if (group.Outputs.IsEmpty)
                System.Numerics.Tensors.TensorPrimitives.Add(row, biases, row);
            else
            {
                foreach (int unit in group.Outputs)
                    row[unit] += biases[unit];
            }
        }
    }

    private static MatrixSpan<T> Room(ref NativeBuffer<T>? buffer, int rows, int columns)
    {
        int length = checked(rows * columns);
        if (buffer is null || buffer.Length < length)
        {
            buffer?.Dispose();
            buffer = new NativeBuffer<T>(length);
        }
        return new MatrixSpan<T>(buffer.Span[..length], rows, columns);
    }
}
