namespace BioLearn.Cli.Scoring;

/// <summary>One tenth of the rows by the number that was predicted: its mean, and the mean of what was true.</summary>
internal sealed record NumberTenth(int Rows, double Predicted, double True);

/// <summary>Predicted numbers held against the true ones.</summary>
internal sealed class NumberFigures
{
    private const int Tenths = 10;

    private NumberFigures(double[] truth, double[] predicted)
    {
        (Truth, Predicted) = (truth, predicted);
        double mean = truth.Average(), squares = Errors.Sum(e => e * e), around = truth.Sum(t => (t - mean) * (t - mean));
        (Rmse, Mae, Bias) = (Math.Sqrt(squares / truth.Length), Errors.Average(Math.Abs), Errors.Average());
        RSquared = around == 0 ? double.NaN : 1 - (squares / around);
        int[] order = [.. Enumerable.Range(0, truth.Length).OrderBy(i => predicted[i]).ThenBy(i => i)];
        Calibration = [.. order.Index().GroupBy(row => row.Index * Tenths / order.Length).Select(tenth => new NumberTenth(tenth.Count(), tenth.Average(row => predicted[row.Item]), tenth.Average(row => truth[row.Item])))];
    }

    public IReadOnlyList<double> Truth { get; }

    public IReadOnlyList<double> Predicted { get; }

    /// <summary>Root of the mean squared error.</summary>
    public double Rmse { get; }

    /// <summary>Mean absolute error.</summary>
    public double Mae { get; }

    /// <summary>Mean of predicted less true.</summary>
    public double Bias { get; }

    /// <summary>1 − squared errors over squared deviations from the mean; NaN where all true numbers are one.</summary>
    public double RSquared { get; }

    /// <summary>By tenths of the predicted numbers, from the lowest.</summary>
    public IReadOnlyList<NumberTenth> Calibration { get; }

    private IEnumerable<double> Errors => Predicted.Zip(Truth, (p, t) => p - t);

    public static NumberFigures Of(double[] truth, double[] predicted) => new(truth, predicted);
}
