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
    private const string Validation = "validation_loss";

    public static void Write(string path, IEnumerable<RunCurve> runs, ScoreKind score, bool validates)
    {
        var text = new CsvText(Header(score, validates));
        foreach (var (rule, seed, epochs) in runs)
        {
            foreach (var e in epochs)
                text.Row([rule, seed, e.Epoch, e.Loss, .. validates ? [e.ValidationLoss] : Array.Empty<object>(), e.TestLoss, e.TestScore, Math.Round(e.Seconds, 2)]);
        }
        SafeFile.WriteText(path, text.ToString());
    }

    /// <exception cref="InvalidDataException">A line is no line of such a file.</exception>
    public static List<RunCurve> Read(string path)
    {
        CsvRecord[] records = [.. CsvRecords.Read(path)];
        string[] header = records is [] ? [] : records[0].Fields;
        bool validates = header.Contains(Validation);
        if (!((ScoreKind[])[ScoreKind.Accuracy, ScoreKind.RSquared]).Any(score => header.SequenceEqual(Header(score, validates))))
            throw new InvalidDataException($"{path}: its first line is not {string.Join(',', Header(ScoreKind.Accuracy, validates))}");
        return [.. records.Skip(1).Select(record => Parse(path, record.Fields, record.Line, header))
            .GroupBy(entry => (entry.Rule, entry.Seed))
            .Select(run => new RunCurve(run.Key.Rule, run.Key.Seed, [.. run.Select(entry => entry.Epoch)]))];
    }

    private static string[] Header(ScoreKind score, bool validates) => ["rule", "seed", "epoch", "loss", .. validates ? [Validation] : Array.Empty<string>(), "test_loss", $"test_{score.Column}", "seconds"];

    private static (string Rule, int Seed, EpochResult Epoch) Parse(string path, string[] fields, int number, string[] header)
    {
        try
        {
            double At(int i) => double.Parse(fields[i], CultureInfo.InvariantCulture);
            int test = Array.IndexOf(header, "test_loss");
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture), new(int.Parse(fields[2], CultureInfo.InvariantCulture), At(3), At(test), At(test + 1), At(test + 2)) { ValidationLoss = test > 4 ? At(4) : double.NaN });
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{path}, line {number}: '{string.Join(',', fields)}' does not fit {string.Join(',', header)}", e);
        }
    }
}
