namespace BioLearn.Cli.Scoring;

/// <summary>How one class fared.</summary>
/// <param name="Name">The class.</param>
/// <param name="Rows">Rows of it.</param>
/// <param name="Found">Rows for which it was the answer.</param>
/// <param name="Right">Rows of it for which it was.</param>
internal sealed record ClassFigure(string Name, int Rows, int Found, int Right)
{
    /// <summary>Share of its answers that are right; NaN without any.</summary>
    public double Precision => Found == 0 ? double.NaN : (double)Right / Found;

    /// <summary>Share of its rows that were found; NaN without any.</summary>
    public double Recall => Rows == 0 ? double.NaN : (double)Right / Rows;

    /// <summary>Harmonic mean of both, 2 right / (rows + found); NaN where there is neither row nor answer.</summary>
    public double F1 => Rows + Found == 0 ? double.NaN : 2.0 * Right / (Rows + Found);
}

/// <summary>One stretch of probabilities: how sure the answers were, and how often right.</summary>
internal sealed record ReliabilityBin(double From, double To, int Rows, double Sure, double Right);

/// <summary>Answers held against the truth.</summary>
internal sealed class ClassFigures
{
    private const int Bins = 10;
    private const double Smallest = 1e-15;

    private ClassFigures(string[] classes, int[,] confusion, double logLoss, IReadOnlyList<ReliabilityBin> reliability)
    {
        (Classes, Confusion, LogLoss, Reliability) = (classes, confusion, logLoss, reliability);
        Figures = [.. classes.Select((name, c) => new ClassFigure(name, Row(c).Sum(), Column(c).Sum(), confusion[c, c]))];
    }

    /// <summary>Classes of the truth and of the answers.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Rows, [true class, answer].</summary>
    public int[,] Confusion { get; }

    /// <summary>Mean −ln of the probability of the true class; NaN where the model gives no probabilities. A class that the model does not know has 1e-15.</summary>
    public double LogLoss { get; }

    /// <summary>By the probability of the answer, in ten stretches; none where the model gives no probabilities.</summary>
    public IReadOnlyList<ReliabilityBin> Reliability { get; }

    public IReadOnlyList<ClassFigure> Figures { get; }

    public int Rows => Figures.Sum(f => f.Rows);

    public double Accuracy => (double)Figures.Sum(f => f.Right) / Rows;

    /// <summary>Mean F1 of the classes that have rows.</summary>
    public double MacroF1 => Figures.Where(f => f.Rows > 0).Average(f => f.F1);

    /// <summary>Expected calibration error: mean distance of sureness and share of right answers, weighted by rows; NaN without probabilities.</summary>
    public double CalibrationError => Reliability.Count == 0 ? double.NaN : Reliability.Sum(bin => bin.Rows * Math.Abs(bin.Sure - bin.Right)) / Reliability.Sum(bin => bin.Rows);

    /// <param name="truth">The true class of each row, as the file writes it.</param>
    /// <param name="scores">The answers.</param>
    public static ClassFigures Of(IReadOnlyList<string> truth, Scores scores)
    {
        string[] known = [.. scores.Classes];
        HashSet<string> names = [.. known];
        string[] right = [.. truth.Select(text => ClassOf(text, names))];
        string[] classes = [.. known, .. right.Concat(scores.Answers).Distinct().Except(known).Order(StringComparer.Ordinal)];
        Dictionary<string, int> place = classes.Index().ToDictionary(c => c.Item, c => c.Index);
        int[,] confusion = new int[classes.Length, classes.Length];
        double loss = 0;
        for (int i = 0; i < right.Length; i++)
        {
            confusion[place[right[i]], place[scores.Answers[i]]]++;
            int c = place[right[i]];
            loss -= Math.Log(Math.Max(Smallest, c < scores.Probabilities[i].Length ? scores.Probabilities[i][c] : 0));
        }
        bool sure = scores.AreSure;
        return new(classes, confusion, sure ? loss / right.Length : double.NaN, sure ? Stretches(right, scores) : []);
    }

    /// <summary>The true classes, row by row, that a model does not know.</summary>
    public static IEnumerable<string> Unknown(IEnumerable<string> truth, IReadOnlyList<string> known)
    {
        HashSet<string> names = [.. known];
        return truth.Where(text => !names.Contains(ClassOf(text, names)));
    }

    /// <summary>The class that a text names: itself, or for two classes what it says of true and false, or the number that it is.</summary>
    private static string ClassOf(string text, HashSet<string> known)
    {
        if (known.Contains(text))
            return text;
        if (known.Count == 2 && known.Contains("false") && known.Contains("true") && ModelInput.Flag(text) is { } flag)
            return flag ? "true" : "false";
        return float.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out float number) && known.Contains(CellText.Of(number)) ? CellText.Of(number) : text;
    }

    private static ReliabilityBin[] Stretches(string[] right, Scores scores) =>
    [
        .. Enumerable.Range(0, right.Length).Select(i => (Sure: (double)scores.Probabilities[i].Max(), IsRight: right[i] == scores.Answers[i]))
            .GroupBy(row => Math.Min(Bins - 1, (int)(row.Sure * Bins))).OrderBy(bin => bin.Key)
            .Select(bin => new ReliabilityBin((double)bin.Key / Bins, (bin.Key + 1.0) / Bins, bin.Count(), bin.Average(row => row.Sure), bin.Average(row => row.IsRight ? 1.0 : 0))),
    ];

    private IEnumerable<int> Row(int c) => Enumerable.Range(0, Classes.Count).Select(i => Confusion[c, i]);

    private IEnumerable<int> Column(int c) => Enumerable.Range(0, Classes.Count).Select(i => Confusion[i, c]);
}
