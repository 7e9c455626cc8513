using System.Globalization;
using BioLearn.Cli.Tables;
using BioLearn.ML.Hosting;

namespace BioLearn.Cli.Learning;

/// <summary>One training: its rule, its seed, its epochs.</summary>
internal sealed record RunCurve(string Rule, int Seed, EpochResult[] Epochs);

/// <summary>Every epoch of every run as CSV.</summary>
internal static class CurveFile
{
    private const string Header = "rule,seed,epoch,loss,test_loss,test_accuracy,seconds";

    public static void Write(string path, IEnumerable<RunCurve> runs)
    {
        var text = new CsvText(Header.Split(','));
        foreach (var (rule, seed, epochs) in runs)
        {
            foreach (var e in epochs)
                text.Row(rule, seed, e.Epoch, e.Loss, e.TestLoss, e.TestAccuracy, Math.Round(e.Seconds, 2));
        }
        SafeFile.WriteText(path, text.ToString());
    }

    /// <exception cref="InvalidDataException">A line is no line of such a file.</exception>
    public static List<RunCurve> Read(string path)
    {
        CsvRecord[] records = [.. CsvRecords.Read(path)];
        if (records.Length == 0 || !records[0].Fields.SequenceEqual(Header.Split(',')))
            throw new InvalidDataException($"{path}: its first line is not {Header}");
        return [.. records.Skip(1).Select(record => Parse(path, record.Fields, record.Line))
            .GroupBy(entry => (entry.Rule, entry.Seed))
            .Select(run => new RunCurve(run.Key.Rule, run.Key.Seed, [.. run.Select(entry => entry.Epoch)]))];
    }

    private static (string Rule, int Seed, EpochResult Epoch) Parse(string path, string[] fields, int number)
    {
        try
        {
            double At(int i) => double.Parse(fields[i], CultureInfo.InvariantCulture);
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture), new(int.Parse(fields[2], CultureInfo.InvariantCulture), At(3), At(4), At(5), At(6)));
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{path}, line {number}: '{string.Join(',', fields)}' does not fit {Header}", e);
        }
    }
}
