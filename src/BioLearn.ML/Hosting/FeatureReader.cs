using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Reads the vectors of one column, row by row, and refuses any that is not as long as the schema says. ML.NET gives such vectors where an
/// array of the data is null, shorter or longer; copied without a look at their length they leave a part of the row before in place.
/// Every vector that BioLearn reads from data comes through here.
/// </summary>
public sealed class FeatureReader
{
    private readonly DataViewRow _row;
    private readonly DataViewSchema.Column _column;
    private readonly int _length;
    private readonly ValueGetter<VBuffer<float>> _get;
    private VBuffer<float> _values;

    /// <summary>Reads a column of a row or cursor.</summary>
    /// <param name="row">The row or cursor; the column must be active in it.</param>
    /// <param name="column">A vector of Single whose length is known.</param>
    public FeatureReader(DataViewRow row, DataViewSchema.Column column)
    {
        ArgumentNullException.ThrowIfNull(row);
        _row = row;
        _column = column;
        _length = column.Type is VectorDataViewType { Size: > 0 } vector
            ? vector.Size
            : throw new ArgumentException($"Column '{column.Name}' is {column.Type}, expected a vector of known length.", nameof(column));
        _get = row.GetGetter<VBuffer<float>>(column);
    }

    /// <summary>Length of every vector.</summary>
    public int Length => _length;

    /// <summary>Reads the vector of the current row. What it gives is good until the next call.</summary>
    /// <exception cref="InvalidOperationException">The vector is null, shorter or longer; the message has the column, the row and both lengths.</exception>
    public ref readonly VBuffer<float> Read()
    {
        _get(ref _values);
        if (_values.Length != _length)
        {
            string row = _row.Position >= 0 ? $"Row {_row.Position}" : "The row";
            throw new InvalidOperationException(
                $"{row} has {_values.Length} values in column '{_column.Name}', expected {_length}{(_values.Length == 0 ? "; is its array null?" : ".")}");
        }
        return ref _values;
    }

    /// <summary>The vector that was read last.</summary>
    internal ref readonly VBuffer<float> Last => ref _values;

    /// <summary>Whether no number of a vector is missing or infinite; one of which nothing is set is all zeros.</summary>
    internal static bool IsFinite(in VBuffer<float> features) => features.GetValues().IsEmpty || TensorPrimitives.IsFiniteAll(features.GetValues());

    /// <summary>Copies the vector of the current row.</summary>
    /// <param name="destination">As long as the vector.</param>
    /// <exception cref="InvalidOperationException">The vector is null, shorter or longer; the message has the column, the row and both lengths.</exception>
    public void CopyTo(Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, _length);
        Read().CopyTo(destination);
    }
}
