using System.Globalization;
using BioLearn.Cli.Tables;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Scoring;

/// <summary>Rows of a CSV file in the columns that a saved model reads.</summary>
/// <param name="View">The rows.</param>
/// <param name="Truth">What the column of labels says, row by row; null where the file has none.</param>
/// <param name="LabelName">Its name.</param>
/// <param name="Rows">What is known of each row.</param>
internal sealed record ModelInput(IDataView View, IReadOnlyList<string>? Truth, string? LabelName, IReadOnlyList<RowPlace> Rows)
{
    /// <summary>What a reader should know of the rows.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    private const string UsualLabel = "Label";

    /// <param name="path">The file.</param>
    /// <param name="schema">Columns that the model reads.</param>
    /// <param name="label">Name of the column of labels; null finds it.</param>
    /// <param name="header">Whether the first line holds names.</param>
    /// <param name="needsTruth">Whether a file without labels is an error.</param>
    /// <exception cref="InvalidDataException">The file does not have what the model reads; the message says what.</exception>
    public static ModelInput Read(string path, DataViewSchema schema, string? label, CsvHeader header, bool needsTruth)
    {
        var table = CsvTable.Open(path, header);
        var columns = schema.Where(column => !column.IsHidden).ToArray();
        var vector = columns.Where(column => column.Type is VectorDataViewType).ToArray();
        if (vector.Length > 1 && !vector.All(column => NamesOf(column) is not null))
            throw new InvalidDataException($"the model reads the vectors {string.Join(", ", vector.Select(column => column.Name))}: which columns of {path} are which cannot be told; expected a model with one vector, or columns of single values");
        string[] scalars = [.. columns.Where(column => column.Type is not VectorDataViewType).Select(column => column.Name)];
        int? at = Label(table, label, scalars, vector, needsTruth);
        var rows = table.Rows().ToArray();
        string[]? truth = at is { } place ? [.. rows.Select(row => row.Fields[place])] : null;
        List<ViewColumn> view = [];
        List<string> notes = [];
        SortedSet<int> numbers = [];
        foreach (var column in columns)
        {
            if (column.Type is VectorDataViewType type)
            {
                int[] from = Places(table, column, type, at, scalars, notes);
                numbers.UnionWith(from);
                view.Add(ViewColumn.Vectors(column.Name, [.. rows.Select(row => from.Select(c => Number(table, row, c)).ToArray())], type.Size));
            }
            else
            {
                if (column.Type == NumberDataViewType.Single && table.Names.Contains(column.Name) && table.Column(column.Name) != at)
                    numbers.Add(table.Column(column.Name));
                view.Add(Scalar(table, rows, column, at, label));
            }
        }
        return new(new TableView(rows.Length, view), truth, at is { } found ? table.Names[found] : null, [.. rows.Select(row => new RowPlace(row.Line, numbers.Where(c => MissingValue.Is(row.Fields[c])).Select(c => table.Names[c]).FirstOrDefault()))]) { Notes = notes };
    }

    /// <summary>The column of labels: the one named, else the one of the model's, else label or class, else the one that is over.</summary>
    private static int? Label(CsvTable table, string? label, string[] scalars, DataViewSchema.Column[] vector, bool needed)
    {
        if (label is not null)
            return table.Column(label);
        string? own = scalars.FirstOrDefault(name => name.Equals(UsualLabel, StringComparison.OrdinalIgnoreCase));
        int usual = table.Names.ToList().FindIndex(name => name.Equals(own ?? UsualLabel, StringComparison.OrdinalIgnoreCase) || name.Equals("class", StringComparison.OrdinalIgnoreCase));
        if (usual >= 0)
            return usual;
        int read = vector.Sum(column => ((VectorDataViewType)column.Type).Size) + scalars.Count(name => table.Names.Contains(name));
        if (own is not null && table.Names.Count == read + 1)
            return table.Names.Count - 1;
        return !needed ? null : throw new InvalidDataException($"{table.Path}: no column of labels was named, and none is called label or class; --label says which of {string.Join(", ", table.Names.Take(20))} it is");
    }

    /// <summary>Columns that a vector is made of: those of its names; or, where the file has none of them, those that are left, one after the other.</summary>
    private static int[] Places(CsvTable table, DataViewSchema.Column column, VectorDataViewType type, int? label, string[] scalars, List<string> notes)
    {
        if (type.ItemType != NumberDataViewType.Single || type.Size == 0)
            throw new InvalidDataException($"the model reads the column '{column.Name}', {type}; expected a vector of Single of known length");
        string[] names = NamesOf(column) ?? [];
        string[] absent = [.. names.Except(table.Names)];
        if (names.Length > 0 && absent.Length == 0)
            return [.. names.Select(table.Column)];
        // Some names that fit say that the others should: by their places columns would be taken for one another.
        if (table.HasHeader && absent.Length < names.Distinct().Count())
            throw new InvalidDataException($"{table.Path}: no column '{absent[0]}', which the model reads{(absent.Length > 1 ? $", nor {absent.Length - 1} more of its columns" : "")}; there are {string.Join(", ", table.Names.Take(20))}");
        int[] left = [.. Enumerable.Range(0, table.Names.Count).Where(c => c != label && !scalars.Contains(table.Names[c]))];
        if (left.Length != type.Size)
            throw new InvalidDataException($"{table.Path}: {left.Length} columns{(label is { } l ? $" beside '{table.Names[l]}'" : "")}; the model's '{column.Name}' has {type.Size}");
        if (table.HasHeader && names.Length > 0)
            notes.Add($"{table.Path}: the model's columns {string.Join(", ", names.Take(4))}{(names.Length > 4 ? ", ..." : "")} have other names here: {string.Join(", ", left.Take(4).Select(c => table.Names[c]))}{(left.Length > 4 ? ", ..." : "")} are taken for them, by their places");
        return left;
    }

    private static ViewColumn Scalar(CsvTable table, CsvRecord[] rows, DataViewSchema.Column column, int? label, string? labelName)
    {
        bool isLabel = column.Name.Equals(UsualLabel, StringComparison.OrdinalIgnoreCase) || column.Name == labelName;
        int? at = table.Names.Contains(column.Name) ? table.Column(column.Name) : isLabel ? label : null;
        if (at is null && !isLabel)
            throw new InvalidDataException($"{table.Path}: no column '{column.Name}', which the model reads; there are {string.Join(", ", table.Names.Take(20))}");
        // A pipeline names its column of labels even where it only predicts; what stands in it is not looked at.
        if (column.Type == TextDataViewType.Instance)
            return ViewColumn.Texts(column.Name, [.. rows.Select(row => at is { } c ? row.Fields[c] : "")]);
        if (column.Type == NumberDataViewType.Single)
            return ViewColumn.Numbers(column.Name, [.. rows.Select(row => at is { } c ? Number(table, row, c) : 0)]);
        if (column.Type == BooleanDataViewType.Instance)
            return ViewColumn.Flags(column.Name, [.. rows.Select(row => at is { } c && !(isLabel && MissingValue.Is(row.Fields[c])) && Flag(table, row, c))]);
        if (isLabel && at is null)
            throw new InvalidDataException($"{table.Path}: no column '{column.Name}', which the model reads as {column.Type}");
        throw new InvalidDataException($"the model reads the column '{column.Name}' as {column.Type}; expected Single, Text, Boolean or a vector of Single");
    }

    private static float Number(CsvTable table, CsvRecord row, int column)
    {
        string field = row.Fields[column];
        if (MissingValue.Is(field))
            return float.NaN;
        return float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) ? value
            : throw new InvalidDataException($"{table.Path}, line {row.Line}, column '{table.Names[column]}': '{field}' is not a number, which the model reads there");
    }

    private static bool Flag(CsvTable table, CsvRecord row, int column) => Flag(row.Fields[column])
        ?? throw new InvalidDataException($"{table.Path}, line {row.Line}, column '{table.Names[column]}': '{row.Fields[column]}' is neither true nor false (nor 1 nor 0)");

    /// <summary>True or false as files write them; null for anything else.</summary>
    public static bool? Flag(string field) => field.Trim().ToUpperInvariant() switch
    {
        "TRUE" or "1" or "YES" or "T" or "Y" => true,
        "FALSE" or "0" or "NO" or "F" or "N" or "-1" => false,
        _ => null,
    };

    private static string[]? NamesOf(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { Size: > 0 } || !column.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}

/// <summary>Where a row stands, and what it lacks.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Missing">The first column of numbers that the model reads and that has no value; null where all have.</param>
internal readonly record struct RowPlace(int Line, string? Missing);
