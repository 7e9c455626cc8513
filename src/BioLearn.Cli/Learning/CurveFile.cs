using System.Globalization;
using System.Text;
using BioLearn.Cli.Terminal;
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
        var text = new StringBuilder(Header).Append('\n');
        foreach (var (rule, seed, epochs) in runs)
        {
            foreach (var e in epochs)
                text.Append(CultureInfo.InvariantCulture, $"{rule},{seed},{e.Epoch},{e.Loss:R},{e.TestLoss:R},{e.TestAccuracy:R},{e.Seconds:0.00}\n");
        }
        SafeFile.WriteText(path, text.ToString());
    }

    /// <exception cref="InvalidDataException">A line is no line of such a file.</exception>
    public static List<RunCurve> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != Header)
            throw new InvalidDataException($"{path}: its first line is not {Header}");
        return [.. lines.Skip(1).Select((line, i) => Parse(path, line, i + 2))
            .GroupBy(entry => (entry.Rule, entry.Seed))
            .Select(run => new RunCurve(run.Key.Rule, run.Key.Seed, [.. run.Select(entry => entry.Epoch)]))];
    }

    private static (string Rule, int Seed, EpochResult Epoch) Parse(string path, string line, int number)
    {
        string[] fields = line.Split(',');
        try
        {
            double At(int i) => double.Parse(fields[i], CultureInfo.InvariantCulture);
            return (fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture), new(int.Parse(fields[2], CultureInfo.InvariantCulture), At(3), At(4), At(5), At(6)));
        }
        catch (Exception e) when (e is FormatException or IndexOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{path}, line {number}: '{line}' does not fit {Header}", e);
        }
    }
}
