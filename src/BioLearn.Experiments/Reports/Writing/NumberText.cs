using System.Globalization;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>Numbers as tables show them.</summary>
internal static class NumberText
{
    /// <summary>From here on a number is written with an exponent: nobody counts its digits.</summary>
    private const double Large = 1e9;

    public static string Of(double value) => value switch
    {
        double.NaN => "–",
        0 => "0",
        _ when double.IsInfinity(value) => value > 0 ? "∞" : "−∞",
        _ => (value < 0 ? "−" : "") + Size(Math.Abs(value)),
    };

    /// <summary>With its sign: a difference.</summary>
    public static string Signed(double value) => value > 0 ? $"+{Of(value)}" : Of(value);

    /// <summary>Mean ± standard error.</summary>
    /// <remarks>As many digits as the error, which has two, supports.</remarks>
    public static string Of(SampleSummary summary)
    {
        if (!double.IsFinite(summary.StandardError))
            return Of(summary.Mean);
        if (Math.Abs(summary.Mean) >= Large || summary.StandardError >= Large)
            return $"{Of(summary.Mean)} ± {Of(summary.StandardError)}";
        int decimals = summary.StandardError == 0 ? int.MaxValue : Math.Max(0, 1 - (int)Math.Floor(Math.Log10(summary.StandardError)));
        return decimals > 5 ? $"{Of(summary.Mean)} ± {Of(summary.StandardError)}" : $"{Fixed(summary.Mean, decimals)} ± {Fixed(summary.StandardError, decimals)}";
    }

    /// <summary>Mean ± standard error, and behind it the number of each seed where they are few.</summary>
    public static string Of(SampleSummary summary, IReadOnlyList<double> values, int mostSeeds) =>
        values.Count > 1 && values.Count <= mostSeeds ? $"{Of(summary)} ({string.Join(", ", values.Select(value => double.IsNaN(value) ? "diverged" : Of(value)))})" : Of(summary);

    public static string Of(Interval interval) => interval.Exists ? $"{Of(interval.Low)} to {Of(interval.High)}" : "–";

    public static string P(double p) => p switch
    {
        double.NaN => "–",
        < .001 => "< 0.001",
        _ => p.ToString("0.000", CultureInfo.InvariantCulture),
    };

    public static string Time(double seconds) => seconds switch
    {
        0 => "not noted",
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 6000 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
    };

    private static string Fixed(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture).Replace('-', '−');

    private static string Size(double value) => value.ToString(value switch
    {
        >= Large => "0.###e0",
        >= 1000 => "0",
        >= 10 => "0.0#",
        >= .095 => "0.####",
        >= .00095 => "0.#####",
        _ => "0.##e0",
    }, CultureInfo.InvariantCulture);
}
