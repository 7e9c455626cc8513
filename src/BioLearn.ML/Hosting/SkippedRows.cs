namespace BioLearn.ML.Hosting;

/// <summary>Rows that were left out, by the column in which a value was missing.</summary>
internal sealed class SkippedRows
{
    private readonly Dictionary<string, long> _byColumn = [];

    public long Count { get; private set; }

    public void Add(string column)
    {
        Count++;
        _byColumn[column] = _byColumn.GetValueOrDefault(column) + 1;
    }

    /// <summary>Such as "2 in 'Features', 1 in 'Label'".</summary>
    public override string ToString() => string.Join(", ", _byColumn.Select(c => $"{c.Value} in '{c.Key}'"));
}
