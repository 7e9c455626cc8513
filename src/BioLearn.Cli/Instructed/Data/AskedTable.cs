using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Instructed.Data;

/// <summary>A CSV file with a column of instructions, a column of answers, and numbers: each row has one question.</summary>
internal static class AskedTable
{
    /// <summary>Reads a file, and another to be tested on, or sets a share of the rows aside.</summary>
    /// <param name="path">The file.</param>
    /// <param name="instruction">Its column of instructions.</param>
    /// <param name="label">Its column of answers; null takes the one called label or class, else the last.</param>
    /// <param name="testFile">A file to be tested on, or null.</param>
    /// <param name="testShare">The share to set aside without one.</param>
    /// <param name="rows">Learn from the first rows only; null for all.</param>
    /// <param name="header">Whether files begin with names.</param>
    public static InstructedData Open(string path, string instruction, string? label, string? testFile, double testShare, int? rows, CsvHeader header)
    {
        var table = Part.Read(path, instruction, label, header);
        List<Line> training = [.. table.Lines], test;
        if (testFile is null)
        {
            int held = (int)Math.Ceiling(testShare * training.Count);
            (training, test) = Apart(training, held);
            if (training.Count == 0)
                throw new UsageException($"{path}: {test.Count} rows{(test.Count > held ? ", all with equal numbers," : "")} are too few to set {held} aside for the test; name a file with --test");
        }
        else
        {
            if (!File.Exists(testFile))
                throw new UsageException($"--test {testFile}: no such file");
            var other = Part.Read(testFile, instruction, table.Label, table.HasHeader ? CsvHeader.Present : CsvHeader.Absent);
            if (!other.Features.SequenceEqual(table.Features))
                throw new InvalidDataException($"{testFile}: its columns are {string.Join(", ", other.Features)}; {path} has {string.Join(", ", table.Features)}");
            test = [.. other.Lines];
        }
        training = [.. training.Take(rows ?? int.MaxValue)];
        string[] instructions = [.. training.Select(line => line.Instruction).Distinct().Order(StringComparer.Ordinal)], classes = [.. training.Select(line => line.Answer).Distinct().Order(StringComparer.Ordinal)];
        if (classes.Length < 2)
            throw new InvalidDataException($"{path}, column '{table.Label}': the {training.Count} rows to learn from have one answer only; there is nothing to tell apart");
        if (test.Find(line => !instructions.Contains(line.Instruction) || !classes.Contains(line.Answer)) is { } unknown)
            throw new InvalidDataException($"{testFile ?? path}: a row to be tested on has the instruction '{unknown.Instruction}' and the answer '{unknown.Answer}', of which no row to learn from has one");
        return new()
        {
            Title = Path.GetFileName(path),
            Input = new(new TensorShape(table.Features.Count), 0, 1, table.Features),
            Instructions = instructions,
            InstructionColumn = instruction,
            Classes = classes,
            Training = new Rows(training, instructions, classes),
            Test = new Rows(test, instructions, classes),
            Fingerprint = DataSet.Fingerprint(path, testFile),
        };
    }

    /// <summary>Sets rows aside at random, rows of equal features together: the same thing asked something else is not unseen.</summary>
    private static (List<Line> Training, List<Line> Test) Apart(List<Line> lines, int held)
    {
        Line[][] groups = [.. lines.GroupBy(line => line.Features, new EqualNumbers()).Select(group => group.ToArray())];
        int[] order = new int[groups.Length];
        new RandomStream(0, "test rows").FillPermutation(order);
        List<Line> training = [], test = [];
        foreach (var group in order.Select(i => groups[i]))
            (test.Count + group.Length <= held ? test : training).AddRange(group);
        if (test.Count > 0)
        {
            // Mixed, so that some of them show some of each instruction.
            int[] mixed = new int[test.Count];
            new RandomStream(0, "order of test rows").FillPermutation(mixed);
            return (training, [.. mixed.Select(i => test[i])]);
        }
        // Each group is larger than what is to be set aside.
        var smallest = groups.MinBy(group => group.Length)!;
        return ([.. training.Except(smallest)], [.. smallest]);
    }

    private sealed class EqualNumbers : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? one, float[]? other) => one.AsSpan().SequenceEqual(other);

        public int GetHashCode(float[] numbers)
        {
            HashCode code = new();
            foreach (float number in numbers)
                code.Add(number);
            return code.ToHashCode();
        }
    }

    private sealed record Line(float[] Features, string Instruction, string Answer, int Number);

    private sealed record Part(IReadOnlyList<string> Features, string Label, bool HasHeader, IReadOnlyList<Line> Lines)
    {
        public static Part Read(string path, string instruction, string? label, CsvHeader header)
        {
            var table = CsvTable.Open(path, header);
            int asked = table.Column(instruction), answer = table.LabelColumn(label);
            if (asked == answer)
                throw new UsageException($"--instruction {instruction}: is the column of answers too; name that with --label");
            int[] features = [.. Enumerable.Range(0, table.Names.Count).Where(c => c != asked && c != answer)];
            if (features.Length == 0)
                throw new InvalidDataException($"{path}: no column beside '{instruction}' and '{table.Names[answer]}'; expected columns of numbers to answer from");
            return new([.. features.Select(c => table.Names[c])], table.Names[answer], table.HasHeader, [.. table.Rows().Select(record => new Line(
                [.. features.Select(c => Number(record, c, table))],
                Word(record, asked, table, "instruction"),
                Word(record, answer, table, "answer"),
                record.Line))]);
        }

        private static float Number(CsvRecord record, int column, CsvTable table) =>
            float.TryParse(record.Fields[column], NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
                ? value
                : throw new InvalidDataException($"{table.Path}, line {record.Line}, column '{table.Names[column]}': '{record.Fields[column]}' is not a finite number"
                    + (FeatureColumn.IsDecimalComma(record.Fields[column]) ? "; it is written with a decimal comma, expected a point" : ""));

        private static string Word(CsvRecord record, int column, CsvTable table, string what) => record.Fields[column].Length > 0
            ? record.Fields[column]
            : throw new InvalidDataException($"{table.Path}, line {record.Line}: the {what} in column '{table.Names[column]}' is empty");
    }

    private sealed class Rows(List<Line> lines, string[] instructions, string[] classes) : AskedRows
    {
        private readonly Question[][] _questions = [.. lines.Select(line => (Question[])[new(Array.IndexOf(instructions, line.Instruction), Array.IndexOf(classes, line.Answer))])];

        public override int Count => lines.Count;

        public override IReadOnlyList<Question> Questions(int row) => _questions[row];

        public override void CopyFeatures(int row, Span<float> features) => lines[row].Features.CopyTo(features);

        public override string Caption(int row) => $"line {lines[row].Number}";
    }
}
