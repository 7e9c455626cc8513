namespace BioLearn.Kernels.Sparse;

/// <summary>
/// The set numbers of a matrix, row after row, over memory that someone else owns: row i holds <c>values[starts[i]]</c> up to
/// <c>starts[i + 1]</c>, in the columns <c>indices</c>, ascending.
/// </summary>
/// <typeparam name="T">Element type.</typeparam>
internal readonly ref struct SparseSpan<T>
{
    /// <param name="starts">One number more than rows, ascending from 0.</param>
    /// <param name="indices">Column of each set number.</param>
    /// <param name="values">The set numbers.</param>
    /// <exception cref="ArgumentException">The lengths do not fit one another.</exception>
    public SparseSpan(ReadOnlySpan<int> starts, ReadOnlySpan<int> indices, ReadOnlySpan<T> values)
    {
        if (starts.IsEmpty || indices.Length != values.Length || starts[^1] != values.Length)
            throw new ArgumentException($"{starts.Length} row starts do not fit {indices.Length} columns and {values.Length} values.");
        Starts = starts;
        Indices = indices;
        Values = values;
    }

    /// <summary>Number of rows.</summary>
    public int Rows => Starts.Length - 1;

    public ReadOnlySpan<int> Starts { get; }

    public ReadOnlySpan<int> Indices { get; }

    public ReadOnlySpan<T> Values { get; }
}
