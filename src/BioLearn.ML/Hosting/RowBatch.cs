using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// What a transformer adds to the rows of one input schema: the new columns, the columns they are computed from, how many
/// rows are computed together, and how to start computing.
/// </summary>
/// <param name="Added">The new columns.</param>
/// <param name="Inputs">Names of the input columns that the new ones need.</param>
/// <param name="BatchSize">Rows that a cursor reads ahead and computes together; 1 computes row by row.</param>
/// <param name="Open">Starts computing for one cursor or row. The batch may keep scratch memory: nobody else uses it.</param>
public sealed record ColumnMap(
    IReadOnlyList<DataViewSchema.DetachedColumn> Added,
    IReadOnlyList<string> Inputs,
    int BatchSize,
    ColumnMap.OpenBatch Open)
{
    /// <summary>Starts computing for one cursor or row.</summary>
    /// <param name="input">Row whose columns <see cref="Inputs"/> are active.</param>
    /// <param name="isActive">Whether somebody will ask for the added column of this index.</param>
    /// <param name="capacity">The most rows that will be computed together.</param>
    public delegate RowBatch OpenBatch(DataViewRow input, Func<int, bool> isActive, int capacity);
}

/// <summary>
/// Computes added columns for a few rows at a time: <see cref="Read"/> each row, <see cref="Run"/> once, serve the values.
/// A whole batch is computed only if somebody asks for a value of it.
/// </summary>
public abstract class RowBatch : IDisposable
{
    /// <summary>Copies what is needed of the current input row to place <paramref name="row"/> of the batch.</summary>
    public abstract void Read(int row);

    /// <summary>Computes the added columns of the rows 0 to <paramref name="count"/> - 1.</summary>
    public abstract void Run(int count);

    /// <summary>A <c>RowGetter&lt;T&gt;</c> for the added column <paramref name="column"/>, T being the raw type of the column.</summary>
    public abstract Delegate Getter(int column);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases scratch memory, if there is any.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>Gives the value of an added column for place <paramref name="row"/> of the batch.</summary>
/// <typeparam name="T">The raw type of the column.</typeparam>
public delegate void RowGetter<T>(int row, ref T value);
