namespace BioLearn.Cli.Tables;

/// <summary>A CSV file as named columns and rows of as many fields; rows are read as they are asked for.</summary>
internal sealed class CsvTable
{
    private const int LookedAt = 200;

    private readonly IEnumerator<CsvRecord> _records;
    private readonly IReadOnlyList<CsvRecord> _first;

    private CsvTable(string path, string[] names, bool hasHeader, IReadOnlyList<CsvRecord> first, IEnumerator<CsvRecord> records)
    {
        (Path, Names, HasHeader, _first, _records) = (path, names, hasHeader, first, records);
    }

    public string Path { get; }

    /// <summary>Names of the columns: of the first line, or c1, c2, ... where there is none.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Whether the first line holds names.</summary>
    public bool HasHeader { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">It has no row, or one column only, or whether it begins with names cannot be seen.</exception>
    public static CsvTable Open(string path, CsvHeader header)
    {
        var records = CsvRecords.Read(path).GetEnumerator();
        List<CsvRecord> first = [];
        while (first.Count < LookedAt && records.MoveNext())
            first.Add(records.Current);
        if (first.Count == 0)
            throw new InvalidDataException($"{path}: is empty; expected a line of column names, and rows");
        int columns = first[0].Fields.Length;
        if (columns < 2)
            throw new InvalidDataException($"{path}: one column; expected at least one of features and one of classes, with commas, semicolons, tabs or bars between them");
        bool named = header == CsvHeader.Automatic
            ? first.Count == 1 || CsvHeaderGuess.Of(first, path) == CsvHeader.Present
            : header == CsvHeader.Present;
        if (named && first.Count == 1)
            throw new InvalidDataException($"{path}: no rows below the header; where its one line is a row, --no-header says so");
        return named
            ? new(path, first[0].Fields, true, first[1..], records)
            : new(path, [.. Enumerable.Range(1, columns).Select(c => $"c{c}")], false, first, records);
    }

    /// <summary>Place of a column.</summary>
    /// <exception cref="InvalidDataException">There is none of this name, or more than one.</exception>
    public int Column(string name)
    {
        int[] places = [.. Names.Index().Where(column => column.Item == name).Select(column => column.Index)];
        return places switch
        {
            [var one] => one,
            [] => throw new InvalidDataException($"{Path}: no column '{name}'; there are {string.Join(", ", Names.Take(20))}{(Names.Count > 20 ? $" and {Names.Count - 20} more" : "")}"
                + (HasHeader ? "" : " (the first line is a row; --header says that it holds names)")),
            _ => throw new InvalidDataException($"{Path}: {places.Length} columns are called '{name}'"),
        };
    }

    /// <summary>The column of labels: the one that is named, else the one called label or class, else the last.</summary>
    /// <exception cref="InvalidDataException">There is none of this name.</exception>
    public int LabelColumn(string? name)
    {
        if (name is not null)
            return Column(name);
        int usual = Names.ToList().FindIndex(column => column.Equals("label", StringComparison.OrdinalIgnoreCase) || column.Equals("class", StringComparison.OrdinalIgnoreCase));
        return usual >= 0 ? usual : Names.Count - 1;
    }

    /// <summary>The rows, once.</summary>
    /// <exception cref="InvalidDataException">A row has another number of fields.</exception>
    public IEnumerable<CsvRecord> Rows()
    {
        foreach (var record in _first)
            yield return Checked(record);
        while (_records.MoveNext())
            yield return Checked(_records.Current);
        _records.Dispose();
    }

    private CsvRecord Checked(CsvRecord record) => record.Fields.Length == Names.Count
        ? record
        : throw new InvalidDataException($"{Path}, line {record.Line}: {record.Fields.Length} fields; {(HasHeader ? "the header" : "the first line")} has {Names.Count}");
}
