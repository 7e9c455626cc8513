using System.Globalization;

namespace BioLearn.Cli.Recollection.Report;

/// <summary>Says in plain words what the controls of one recollection found.</summary>
internal static class ReportWords
{
    public static string Cue(double specificity) => specificity switch
    {
        < 0.05 => "any cue draws this picture",
        < 0.3 => "the cue changes it a little",
        < 0.7 => "the cue changes it",
        _ => "another cue, another picture",
    };

    public static string Switches(double? dependence, double edges) => dependence switch
    {
        null => "no recorded switches",
        _ when edges < 0.1 => "hardly any contours to lose",
        { } lost when lost > 0.75 * edges => "it comes from the switches",
        { } lost when lost > 0.25 * edges => "partly from the switches",
        _ => "it does not need them",
    };

    public static string Weights(double dependence) => dependence switch
    {
        < -0.05 => "an untrained network does better",
        < 0.05 => "an untrained network draws it too",
        < 0.2 => "training helps a little",
        _ => "training makes it",
    };

    /// <summary>Two decimals with a true minus sign; a dash for what is not there.</summary>
    public static string Number(double? value) => value is { } known
        ? (Math.Round(known, 2) + 0.0).ToString("0.00", CultureInfo.InvariantCulture).Replace('-', '−')
        : "–";
}
