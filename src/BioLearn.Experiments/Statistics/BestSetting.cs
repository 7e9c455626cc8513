namespace BioLearn.Experiments.Statistics;

/// <summary>What was chosen for one group: of a rule its best learning rate.</summary>
/// <typeparam name="TGroup">What a choice is made for.</typeparam>
/// <typeparam name="TSetting">What is chosen.</typeparam>
/// <param name="Group">The group.</param>
/// <param name="Settings">The best one; of an exact tie all; none where no score is a number.</param>
/// <param name="Score">Its score; NaN where no score is a number.</param>
/// <param name="Rows">Numbers of its rows among all, from 0.</param>
/// <param name="Tried">All settings of the group with their scores, in the order in which they came.</param>
public sealed record BestSetting<TGroup, TSetting>(TGroup Group, IReadOnlyList<TSetting> Settings, double Score, IReadOnlyList<int> Rows, IReadOnlyList<(TSetting Setting, double Score)> Tried);

/// <summary>Chooses the best setting of each group.</summary>
public static class BestSetting
{
    /// <summary>Chooses, group by group, the setting with the least (largest) score. NaN is never chosen; of an exact tie all stay chosen.</summary>
    /// <typeparam name="TRow">A trial.</typeparam>
    /// <typeparam name="TGroup">What a choice is made for; compared by value.</typeparam>
    /// <typeparam name="TSetting">What is chosen; compared by value.</typeparam>
    /// <param name="rows">Trials.</param>
    /// <param name="group">A trial's group.</param>
    /// <param name="setting">A trial's setting.</param>
    /// <param name="score">Score of a setting's trials, its seeds: mostly <c>SampleSummary.Of(trials.Select(metric)).Mean</c>.</param>
    /// <param name="least">Whether the least score is best; otherwise the largest.</param>
    /// <returns>The choices, in the order in which the groups came.</returns>
    public static IReadOnlyList<BestSetting<TGroup, TSetting>> Choose<TRow, TGroup, TSetting>(
        IReadOnlyList<TRow> rows, Func<TRow, TGroup> group, Func<TRow, TSetting> setting, Func<IReadOnlyList<TRow>, double> score, bool least)
        where TGroup : notnull
        where TSetting : notnull
    {
        ArgumentNullException.ThrowIfNull(rows);
        return [.. rows.Select((row, i) => (Row: row, Number: i)).GroupBy(entry => group(entry.Row)).Select(one =>
        {
            var tried = one.GroupBy(entry => setting(entry.Row)).Select(seeds => (seeds.Key, Score: score([.. seeds.Select(entry => entry.Row)]), Rows: seeds.Select(entry => entry.Number))).ToArray();
            double[] scores = [.. tried.Select(entry => entry.Score).Where(value => !double.IsNaN(value))];
            double best = scores.Length == 0 ? double.NaN : least ? scores.Min() : scores.Max();
            var chosen = tried.Where(entry => entry.Score == best).ToArray();
            return new BestSetting<TGroup, TSetting>(one.Key, [.. chosen.Select(entry => entry.Key)], best, [.. chosen.SelectMany(entry => entry.Rows).Order()], [.. tried.Select(entry => (entry.Key, entry.Score))]);
        })];
    }
}
