using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments.Reports;

/// <summary>Whether <c>where</c> and the sides of an ordering speak of settings and values that trials of the grid have: a mistake of writing would leave trials out in silence.</summary>
internal static class TrialFilter
{
    /// <exception cref="InvalidDataException">A setting or a value is no trial's; the message has file, line and the nearest.</exception>
    public static void Check(GridMap? where, ExperimentResults results)
    {
        foreach (GridEntry entry in where?.Entries ?? [])
        {
            GridPath path = new(entry.Key.Split('.'));
            GridValue[] there = [.. results.Settings.Select(settings => path.In(settings)).OfType<GridValue>()];
            if (there.Length == 0)
                throw entry.Place.Error(NearestName.Unknown("setting", entry.Key, [.. results.Settings.SelectMany(settings => Paths(settings, "")).Distinct()]));
            if (there.Any(value => GridMatch.Fits(value, entry.Value)) && entry.Value is not GridList)
                continue;
            // Of a list every value must be some trial's, unless the list itself is the value.
            if (there.OfType<GridList>().Any(value => GridMatch.Fits(value, entry.Value)))
                continue;
            GridValue? nobodys = entry.Value is GridList { Items.Count: > 0 } list ? list.Items.FirstOrDefault(one => !there.Any(value => GridMatch.Fits(value, one))) : entry.Value;
            if (nobodys is not null)
                throw nobodys.Place.Error($"{entry.Key}: no trial of the grid has '{SettingLabel.Of(nobodys)}'; {Nearest(SettingLabel.Of(nobodys), [.. there.Select(SettingLabel.Of).Distinct()])}");
        }
    }

    private static string Nearest(string written, string[] known) => SettingLabel.Number(written) is null && known.Any(one => SettingLabel.Number(one) is null)
        ? $"did you mean '{NearestName.Of(written, known)}'? It has {string.Join(", ", known)}"
        : $"it has {string.Join(", ", SettingLabel.Ordered(known))}";

    private static IEnumerable<string> Paths(GridMap settings, string before) =>
        settings.Entries.SelectMany(entry => entry.Value is GridMap inner ? [before + entry.Key, .. Paths(inner, $"{before}{entry.Key}.")] : (IEnumerable<string>)[before + entry.Key]);
}
