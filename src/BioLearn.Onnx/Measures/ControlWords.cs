using System.Globalization;

namespace BioLearn.Onnx.Measures;

/// <summary>Says in a few plain words what the measures and controls of one recollection found.</summary>
public static class ControlWords
{
    /// <summary>Whether the contours agree.</summary>
    /// <param name="correlation">E, <see cref="RecollectionQuality.EdgeCorrelation"/>, -1 to 1.</param>
    public static string Edges(double correlation) => correlation switch
    {
        < 0.1 => "no contours of the original",
        < 0.3 => "a trace of its contours",
        < 0.6 => "many of its contours",
        _ => "most of its contours",
    };

    /// <summary>Whether another cue would have drawn the picture.</summary>
    /// <param name="specificity"><see cref="ControlMeasures.CueSpecificity"/>, 0 to 1.</param>
    public static string Cue(double specificity) => specificity switch
    {
        < 0.05 => "any cue draws this picture",
        < 0.3 => "the cue changes it a little",
        < 0.7 => "the cue changes it",
        _ => "another cue, another picture",
    };

    /// <summary>Whether the recorded switches drew the picture.</summary>
    /// <param name="dependence"><see cref="ControlMeasures.SwitchDependence"/>.</param>
    /// <param name="edges">E of the picture.</param>
    public static string Switches(double? dependence, double edges) => dependence switch
    {
        null => "no recorded switches",
        _ when edges < 0.1 => "hardly any contours to lose",
        { } lost when lost > 0.75 * edges => "it comes from the switches",
        { } lost when lost > 0.25 * edges => "partly from the switches",
        _ => "it does not need them",
    };

    /// <summary>Whether learning drew the picture.</summary>
    /// <param name="dependence"><see cref="ControlMeasures.WeightDependence"/>.</param>
    /// <param name="edges">E of the picture.</param>
    public static string Weights(double dependence, double edges) => dependence switch
    {
        > -0.05 and < 0.05 when edges < 0.1 => "hardly any contours, trained or not",
        < -0.05 => "an untrained network does better",
        < 0.05 => "an untrained network draws it too",
        < 0.2 => "training helps a little",
        _ => "training makes it",
    };

    /// <summary>Two decimals with a true minus sign; a dash for what is not there.</summary>
    /// <param name="value">A measure, or null.</param>
    public static string Number(double? value) => value is { } known
        ? (Math.Round(known, 2) + 0.0).ToString("0.00", CultureInfo.InvariantCulture).Replace('-', '−')
        : "–";
}
