using System.Globalization;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Learning;

/// <summary>One training: its rule, its seed, its epochs.</summary>
internal sealed record RunCurve(string Rule, int Seed, EpochResult[] Epochs);

/// <summary>Every epoch of every run as CSV.</summary>
internal static class CurveFile
{
    private const string Validation = "validation_loss", Test = "test_loss", Seconds = "seconds";

    /// <param name="path">The file.</param>
    /// <param name="runs">The runs.</param>
    /// <param name="score">The figure that they are measured by.</param>
    /// <param name="validates">Whether the loss is measured on rows set aside: then it is not on the test rows.</param>
    /// <param name="timed">Whether the time of each epoch is known.</param>
    public static void Write(string path, IEnumerable<RunCurve> runs, ScoreKind score, bool validates, bool timed = true)
    {
        var text = new CsvText(Header(score, validates, timed));
        foreach (var (rule, seed, epochs) in runs)
        {
            foreach (var e in epochs)
                text.Row([rule, seed, e.Epoch, e.Loss, validates ? e.ValidationLoss : e.TestLoss, e.TestScore, .. timed ? [Math.Round(e.Seconds, 2)] : Array.Empty<object>()]);
        }
        SafeFile.WriteText(path, text.ToString());
    }

    /// <exception cref="InvalidDataException">A line is no line of such a file.</exception>
    public static List<RunCurve> Read(string path)
    {
        CsvRecord[] records = [.. CsvRecords.Read(path)];
        string[] header = records is [] ? [] : records[0].Fields;
        string[] needed = ["rule", "seed", "epoch", "loss", .. header.Contains(Validation) ? [Validation] : (string[])[Test]];
        if (!header.Take(needed.Length).SequenceEqual(needed) || !Scores.Any(header.Contains))
            throw new InvalidDataException($"{path}: its first line is not {string.Join(',', Header(ScoreKind.Accuracy, validates: false, timed: true))}");
        return [.. records.Skip(1).Select(record => Parse(path, record.Fields, record.Line, header))
            .GroupBy(entry => (entry.Rule, entry.Seed))
            .Select(run => new RunCurve(run.Key.Rule, run.Key.Seed, [.. run.Select(entry => entry.Epoch)]))];
    }

    private static readonly string[] Scores = [.. ((ScoreKind[])[ScoreKind.Accuracy, ScoreKind.RSquared]).Select(ColumnOf)];

    private static string ColumnOf(ScoreKind score) => $"test_{score.Column}";

    private static string[] Header(ScoreKind score, bool validates, bool timed) => ["rule", "seed", "epoch", "loss", validates ? Validation : Test, ColumnOf(score), .. timed ? [Seconds] : Array.Empty<string>()];

    private static (string Rule, int Seed, EpochResult Epoch) Parse(string path, string[] fields, int number, string[] header)
    {
        try
        {
            int At(params ReadOnlySpan<string> columns) => Array.FindIndex(header, columns.ToArray().Contains);
            double Number(params ReadOnlySpan<string> columns) => At(columns) is >= 0 and var i ? double.Parse(fields[i], CultureInfo.InvariantCulture) : double.NaN;
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture), new(int.Parse(fields[2], CultureInfo.InvariantCulture), Number("loss"), Number(Test), Number(Scores), Number(Seconds)) { ValidationLoss = Number(Validation) });
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{path}, line {number}: '{string.Join(',', fields)}' does not fit {string.Join(',', header)}", e);
        }
    }
}
