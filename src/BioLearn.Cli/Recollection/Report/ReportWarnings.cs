using System.Globalization;

namespace BioLearn.Cli.Recollection.Report;

/// <summary>What a reader must know before believing the pictures, with this run's own figures.</summary>
internal static class ReportWarnings
{
    public static Dictionary<string, object?>[] For(ManifestHeader header, IReadOnlyList<ManifestPicture> done)
    {
        ManifestColumn[] switched = [.. header.Columns.Where(column => column.UsesSwitches)];
        if (switched.Length == 0 || done.Count == 0)
            return [];
        var text = "The forward pass records where every max-pool found its maximum. These positions are a detailed drawing of the picture's contours, and the way back "
            + "puts its currents there, whatever the cue and whatever the weights.";
        var controls = done.SelectMany(picture => picture.Recollections).Where(one => switched.Any(column => column.Id == one.Column))
            .Select(one => one.Controls).OfType<ManifestControls>().ToArray();
        if (controls.Length > 0)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" In this run, on average over the recollections with switches: cue specificity is {ReportWords.Number(controls.Average(one => one.CueSpecificity))} "
                + $"(0: a cue that knows nothing of the image draws the same picture); {ReportWords.Number(controls.Average(one => one.SwitchDependence))} of E is lost with random switches "
                + $"and {ReportWords.Number(controls.Average(one => one.WeightDependence))} with an untrained network{(controls.Average(one => one.WeightDependence) < 0 ? " (below 0: it draws better than the trained one)" : "")}.");
        }
        return
        [
            new()
            {
                ["title"] = switched.Length == header.Columns.Count
                    ? "These pictures come from the recorded switches"
                    : $"With recorded switches ({string.Join(", ", switched.Select(column => column.Variant).Distinct())}) the picture comes from the switches",
                ["text"] = text,
            },
        ];
    }
}
