using System.Globalization;
using BioLearn.Onnx.Measures;

namespace BioLearn.Cli.Recollection.Report;

/// <summary>What a reader must know before believing the pictures, with this run's own figures.</summary>
internal static class ReportWarnings
{
    /// <summary>Below this mean E, and hardly better identified than by chance, a recollection says nothing of its picture.</summary>
    private const double Nothing = 0.15;

    public static Dictionary<string, object?>[] For(ManifestHeader header, RunFigures done) => [.. Switches(header, done), .. Gates(header, done), .. Alike(header, done)];

    // Told where the run has the control: the same cue with every gate open.
    private static IEnumerable<Dictionary<string, object?>> Gates(ManifestHeader header, RunFigures done)
    {
        var open = header.Columns.FirstOrDefault(column => column.Variant == "gate_identity");
        var recorded = header.Columns.FirstOrDefault(column => column.Cue == open?.Cue && column.Variant == "minmax_local");
        if (open is null || recorded is null || done[open].Edge.Value is not { } without || done[recorded].Edge.Value is not { } with)
            yield break;
        yield return new()
        {
            ["title"] = without < 0.5 * with ? "These pictures come from the recorded gates" : "The recorded gates are not what draws these pictures",
            ["text"] = "The forward pass records how far every gate (SiLU, GELU, squeeze and excitation, attention) was open, at every place. That is a drawing of the picture as the places of max-pools are, and the "
                + $"way back passes it whatever the cue. In this run E is {ControlWords.Number(with)} with the recorded gates and {ControlWords.Number(without)} with every gate open.",
        };
    }

    private static IEnumerable<Dictionary<string, object?>> Alike(ManifestHeader header, RunFigures done)
    {
        ManifestColumn[] alike = [.. header.Columns.Where(column => column.Variant is not ("random_switches" or "gate_identity") && SaysNothing(done[column]))];
        if (alike.Length == 0)
            yield break;
        var names = string.Join("; ", alike.Select(column => $"{column.Title}, {column.Variant}"));
        yield return new()
        {
            ["title"] = "Some recollections draw much the same whatever the picture",
            ["text"] = $"{names}: contours do not agree with the originals, and pictures are told apart hardly better than by chance. Nothing of a single picture takes part here but what the "
                + "trace holds: without max-pools (or with their places at random) a class cue passes the same weights every time, and normalising at every level stretches what is left to a grid. "
                + "Try a level's own activation (-l S3 -v linear, or with --sparse 5), or guided backpropagation (-v guided), whose gates are the picture's.",
        };
    }

    private static bool SaysNothing(ColumnFigures all) =>
        all is { Count: >= 3, Among: { } among } && all.Edge.Value < Nothing && all.Identified <= 2.0 * all.Count / among;

    private static Dictionary<string, object?>[] Switches(ManifestHeader header, RunFigures done)
    {
        ManifestColumn[] switched = [.. header.Columns.Where(column => column.UsesSwitches)];
        if (switched.Length == 0 || done.Done == 0)
            return [];
        var text = "The forward pass records where every max-pool found its maximum. These positions are a detailed drawing of the picture's contours, and the way back "
            + "puts its currents there, whatever the cue and whatever the weights.";
        ColumnFigures[] controls = [.. switched.Select(column => done[column]).Where(all => all.WeightDependence.Count > 0)];
        if (controls.Length > 0)
        {
            double weights = Mean.Of([.. controls.Select(all => all.WeightDependence)])!.Value;
            text += string.Create(CultureInfo.InvariantCulture, $" In this run, on average over the recollections with switches: cue specificity is {ControlWords.Number(Mean.Of([.. controls.Select(all => all.CueSpecificity)]))} "
                + $"(0: a cue that knows nothing of the image draws the same picture); {ControlWords.Number(Mean.Of([.. controls.Select(all => all.SwitchDependence)]))} of E is lost with random switches "
                + $"and {ControlWords.Number(weights)} with an untrained network{(weights < 0 ? " (below 0: it draws better than the trained one)" : "")}.");
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
