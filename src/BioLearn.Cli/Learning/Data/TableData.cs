using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace BioLearn.Cli.Learning.Data;

/// <summary>
/// A CSV file to learn from: a column of labels, columns of numbers, columns of words. Numbers stand in one vector with the columns' names, words each in a
/// column of text, so that the saved model reads a file as it is; what is missing is filled, and words are made numbers, inside the model.
/// </summary>
internal sealed class TableData
{
    /// <summary>Share of the rows that are set aside unless somebody says otherwise.</summary>
    public const double UsualTestShare = .2;

    private const string Features = "Features", Label = "Label";

    private readonly CsvTable _table;
    private readonly int _label;
    private readonly LearningTask _task;
    private readonly int[] _numbers;
    private readonly int[] _words;
    private readonly CsvRecord[] _training, _test;
    private readonly List<string> _notes = [];

    private TableData(DataChoice choice)
    {
        _table = CsvTable.Open(choice.Data, choice.Header);
        _label = _table.LabelColumn(choice.Label);
        if (!_table.HasHeader && choice.Header == CsvHeader.Automatic)
            _notes.Add($"{choice.Data}: no line of names: the first line is read as a row, the columns are c1, c2, ... (--header says otherwise)");
        if (_table.Names.GroupBy(name => name).FirstOrDefault(name => name.Count() > 1) is { } twice)
            throw new InvalidDataException($"{choice.Data}: {twice.Count()} columns are called '{twice.Key}'; expected a name for each, by which the model finds them again");
        CsvRecord[] records = LabelColumn.Labelled(_table, _label, [.. _table.Rows()], _notes);
        _task = LabelColumn.TaskOf(_label, records, choice.Task);
        FeatureColumn[] columns = [.. Enumerable.Range(0, _table.Names.Count).Where(c => c != _label).Select(c => FeatureColumn.Of(_table, c, records, _notes, strict: true)).OfType<FeatureColumn>()];
        if (columns.Length == 0)
            throw new InvalidDataException($"{choice.Data}: no column beside '{_table.Names[_label]}' has values to learn from");
        (_numbers, _words) = ([.. columns.Where(c => !c.IsWords).Select(c => c.Place)], [.. columns.Where(c => c.IsWords).Select(c => c.Place)]);
        if (_words.Select(c => _table.Names[c]).FirstOrDefault(name => name is Features or Label) is { } taken)
            throw new InvalidDataException($"{choice.Data}: a column of words is called '{taken}', a name that the model needs for itself; expected another name");
        (_training, _test) = choice.Test is { } file ? (records, OtherRows(file)) : SetAside(choice, records);
        if (_training.Concat(_test).Any(record => _numbers.Any(c => MissingValue.Is(record.Fields[c]))))
            _notes.Add("numbers that are missing are replaced by the mean of their column");
    }

    /// <summary>Reads a file.</summary>
    /// <param name="choice">The file, and what is said of it.</param>
    /// <exception cref="UsageException">There are too few rows, or there is no such file.</exception>
    /// <exception cref="InvalidDataException">A line does not fit, or the two files have other columns; the message has file, line and column.</exception>
    public static DataSet Open(DataChoice choice)
    {
        TableData data = new(choice);
        if (choice.Shape is { } shape && (data._words.Length > 0 || shape.Size != data._numbers.Length))
            throw new UsageException($"--shape {shape}: {choice.Data} has {data._numbers.Length} columns of numbers{(data._words.Length > 0 ? $" and {data._words.Length} of words" : "")} beside '{data._table.Names[data._label]}'; expected {shape.Size} numbers and no words");
        return new(Path.GetFileName(choice.Data), data._task, data.View(data._training), data.View(data._test))
        {
            Shape = choice.Shape,
            LabelName = data._table.Names[data._label],
            Notes = data._notes,
            Prepare = data.Prepare,
        };
    }

    /// <summary>A CSV file as a source of grid files, as <c>biolearn train</c> reads it with its defaults: classes in the order of their names.</summary>
    /// <param name="name">The source's name.</param>
    /// <param name="path">The file.</param>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static DataSource Source(string name, string path)
    {
        TableData data = new(new(path) { Task = LearningTask.Classification });
        if (LabelColumn.TaskOf(data._label, [.. data._training, .. data._test], null) == LearningTask.Regression)
            throw new InvalidDataException($"{path}, column '{data._table.Names[data._label]}': more than {LabelColumn.MostNumberedClasses} different numbers; a grid's rows have classes, expected a column of them (biolearn train predicts numbers)");
        string[] classes = [.. data._training.Select(row => row.Fields[data._label]).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
            throw new InvalidDataException($"{path}, column '{data._table.Names[data._label]}': the {data._training.Length} rows to learn from have one class only; there is nothing to tell apart");
        Dictionary<string, int> numbers = classes.Select((label, i) => (label, i)).ToDictionary(one => one.label, one => one.i);
        MLContext mlContext = new(seed: 0);
        IDataView training = data.View(data._training);
        TransformerChain<ITransformer>? prepared = data.Prepare(mlContext)?.Fit(training);
        return DataSource.Of(name, Path.GetFullPath(path), Rows(training, data._training), Rows(data.View(data._test), data._test));

        // A class that no row to learn from has is none of theirs.
        LabelledRows Rows(IDataView view, CsvRecord[] records) => new(
            (prepared?.Transform(view) ?? view).GetColumn<float[]>(Features).SelectMany(row => row).ToArray(),
            records.Select(row => numbers.GetValueOrDefault(row.Fields[data._label], classes.Length)).ToArray());
    }

    // One order for all seeds: every run is tested on the same rows.
    private static (CsvRecord[] Training, CsvRecord[] Test) SetAside(DataChoice choice, CsvRecord[] records)
    {
        int[] order = new int[records.Length];
        new RandomStream(0, "test rows").FillPermutation(order);
        int held = (int)Math.Ceiling(choice.TestShare * order.Length);
        return held < order.Length
            ? ([.. order[held..].Select(i => records[i])], [.. order[..held].Select(i => records[i])])
            : throw new UsageException($"{choice.Data}: {order.Length} rows are too few to set {held} aside for the test; name a file with --test");
    }

    private CsvRecord[] OtherRows(string testFile)
    {
        if (!File.Exists(testFile))
            throw new UsageException($"--test {testFile}: no such file");
        var other = CsvTable.Open(testFile, _table.HasHeader ? CsvHeader.Present : CsvHeader.Absent);
        if (!other.Names.Order(StringComparer.Ordinal).SequenceEqual(_table.Names.Order(StringComparer.Ordinal)))
            throw new InvalidDataException($"{testFile}: its columns are {string.Join(", ", other.Names)}; {_table.Path} has {string.Join(", ", _table.Names)}");
        int[] places = [.. _table.Names.Select(other.Column)];
        CsvRecord[] records = LabelColumn.Labelled(other, other.Column(_table.Names[_label]), [.. other.Rows()], _notes);
        records = [.. records.Select(record => record with { Fields = [.. places.Select(place => record.Fields[place])] })];
        foreach (int column in _numbers)
        {
            if (records.FirstOrDefault(record => !MissingValue.Is(record.Fields[column]) && FeatureColumn.Number(record.Fields[column]) is null) is { Fields: not null } wrong)
                throw new InvalidDataException($"{testFile}, line {wrong.Line}, column '{_table.Names[column]}': '{wrong.Fields[column]}' is not a finite number, as in {_table.Path}");
        }
        return records;
    }

    private TableView View(CsvRecord[] records)
    {
        List<ViewColumn> columns = [];
        if (_numbers.Length > 0)
            columns.Add(ViewColumn.Vectors(Features, [.. records.Select(record => _numbers.Select(c => FeatureColumn.Number(record.Fields[c]) ?? float.NaN).ToArray())], [.. _numbers.Select(c => _table.Names[c])]));
        columns.AddRange(_words.Select(c => ViewColumn.Texts(_table.Names[c], [.. records.Select(record => record.Fields[c])])));
        columns.Add(_task switch
        {
            LearningTask.Regression => ViewColumn.Numbers(Label, LabelColumn.Numbers(_table, _label, records)),
            LearningTask.Binary => ViewColumn.Flags(Label, LabelColumn.Flags(_table, _label, records)),
            _ => ViewColumn.Texts(Label, [.. records.Select(record => record.Fields[_label])]),
        });
        return new(records.Length, columns);
    }

    private EstimatorChain<ITransformer>? Prepare(MLContext mlContext)
    {
        EstimatorChain<ITransformer> chain = new();
        // Also where these rows have all numbers: those that the model will be asked of may not.
        if (_numbers.Length > 0)
            chain = chain.Append<ITransformer>(mlContext.Transforms.ReplaceMissingValues(Features, replacementMode: MissingValueReplacingEstimator.ReplacementMode.Mean));
        if (_words.Length == 0)
            return chain;
        // Names of made columns stand behind those of the file: a file may have a column of any name.
        InputOutputColumnPair[] made = [.. _words.Select(c => new InputOutputColumnPair($"{_table.Names[c]} (one-hot)", _table.Names[c]))];
        chain = chain.Append<ITransformer>(mlContext.Transforms.Categorical.OneHotEncoding(made, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue));
        return chain.Append<ITransformer>(mlContext.Transforms.Concatenate(Features, [.. _numbers.Length > 0 ? [Features] : Array.Empty<string>(), .. made.Select(pair => pair.OutputColumnName)]));
    }
}
