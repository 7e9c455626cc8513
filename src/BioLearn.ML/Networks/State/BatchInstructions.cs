using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>What the samples of one mini-batch are asked: the distinct instructions that occur in it, and which of them each sample has.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class BatchInstructions<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _vectors;
    private readonly int[] _ofSample;
    private readonly int _width;
    private int[] _placeOf = [];
    private int _count, _distinct;

    /// <summary>Makes room.</summary>
    /// <param name="capacity">Largest mini-batch; at least 1.</param>
    /// <param name="width">Numbers of one instruction; at least 1.</param>
    public BatchInstructions(int capacity, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _vectors = new NativeBuffer<T>(checked(capacity * width));
        _ofSample = new int[capacity];
        _width = width;
    }

    /// <summary>The distinct instructions, [distinct, width], in the order in which they occur.</summary>
    public Signal<T> Vectors => new(_vectors, _distinct, _width);

    /// <summary>Row of <see cref="Vectors"/> that each sample has, [batch].</summary>
    public ReadOnlySpan<int> OfSample => _ofSample.AsSpan(0, _count);

    /// <summary>Number of each sample's task, where instructions are one-hot: the place of the one.</summary>
    /// <param name="sample">The sample, from 0.</param>
    /// <returns>The number, from 0, or -1 if the instruction is not one-hot.</returns>
    public int TaskOf(int sample)
    {
        int task = -1;
        Span<T> vector = Vectors.Row(_ofSample[sample]);
        for (int i = 0; i < vector.Length; i++)
        {
            if (vector[i] == T.Zero)
                continue;
            if (vector[i] != T.One || task >= 0)
                return -1;
            task = i;
        }
        return task;
    }

    /// <summary>Takes the instructions of a mini-batch.</summary>
    /// <param name="vectors">[batch, width], a row a sample.</param>
    /// <exception cref="ArgumentException">They do not make whole rows, or more than there is room for.</exception>
    public void Fill(ReadOnlySpan<T> vectors)
    {
        int count = vectors.Length / _width;
        if (count < 1 || count > _ofSample.Length || vectors.Length != count * _width)
            throw new ArgumentException($"There are {vectors.Length} numbers of instructions; expected {_width} for each of 1 to {_ofSample.Length} samples.", nameof(vectors));
        (_count, _distinct) = (count, 0);
        for (int b = 0; b < count; b++)
            _ofSample[b] = PlaceOf(vectors.Slice(b * _width, _width));
    }

    /// <summary>Takes the instructions of some rows.</summary>
    internal void Gather(Instructions<T> instructions, ReadOnlySpan<int> rows)
    {
        if (_placeOf.Length < instructions.Distinct)
        {
            _placeOf = new int[instructions.Distinct];
            Array.Fill(_placeOf, -1);
        }
        (_count, _distinct) = (rows.Length, 0);
        ReadOnlySpan<int> ofRow = instructions.OfRow.Span;
        for (int b = 0; b < rows.Length; b++)
        {
            ref int place = ref _placeOf[ofRow[rows[b]]];
            if (place < 0)
            {
                place = _distinct++;
                instructions[rows[b]].CopyTo(Vectors.Row(place));
            }
            _ofSample[b] = place;
        }
        foreach (int row in rows)
            _placeOf[ofRow[row]] = -1;
    }

    /// <summary>Releases the memory.</summary>
    public void Dispose() => _vectors.Dispose();

    private int PlaceOf(ReadOnlySpan<T> vector)
    {
        for (int place = 0; place < _distinct; place++)
        {
            if (vector.SequenceEqual(Vectors.Row(place)))
                return place;
        }
        _distinct++;
        vector.CopyTo(Vectors.Row(_distinct - 1));
        return _distinct - 1;
    }
}
