using System.Globalization;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Reports;

/// <summary>What numbers have to clear.</summary>
/// <param name="Text">In words.</param>
/// <param name="Judge">The verdict on one point.</param>
internal sealed record ClaimBar(string Text, Func<IReadOnlyList<ClaimSide>, IReadOnlyList<PairedComparison>, Verdict> Judge)
{
    /// <exception cref="InvalidDataException">The claim has no bar, or several.</exception>
    public static ClaimBar Of(ClaimSpec spec)
    {
        List<(string Key, ClaimBar Bar)> bars = [];
        foreach ((string key, double? value) in new[] { ("within", spec.Within), ("within-sem", spec.WithinSem), ("by", spec.By) })
        {
            if (value is { } distance && !(distance >= 0))
                throw spec.Metric.Place.Error($"{key}: {Number(distance)}: expected a distance, at least 0");
        }
        if (spec.Within is { } within)
            bars.Add(("within", One($"within {Number(within)} of the published value", side => Math.Abs(side.Ours.Mean - side.Published) <= within)));
        if (spec.WithinSem is { } errors)
            bars.Add(("within-sem", One($"within {Number(errors)} standard errors of the difference", side => Math.Abs(side.Ours.Mean - side.Published) <= errors * StandardError(side))));
        if (spec.Between is { } ends)
            bars.Add(("between", ends is [var low, var high] && low <= high
                ? One($"from {Number(low)} to {Number(high)}", side => side.Ours.Mean >= low && side.Ours.Mean <= high)
                : throw spec.Metric.Place.Error("between: expected two numbers, the lower one first")));
        if (spec.Below is { } below)
            bars.Add(("below", One($"below {Number(below)}", side => side.Ours.Mean < below)));
        if (spec.Above is { } above)
            bars.Add(("above", One($"above {Number(above)}", side => side.Ours.Mean > above)));
        if (spec.Sign is { } sign)
            bars.Add(("sign", Signed(sign == SignBar.Positive ? 1 : -1)));
        if (spec.Ascending is { } sides)
            bars.Add(("ascending", sides.Length >= 2 ? Ordered(spec.By ?? 0) : throw spec.Metric.Place.Error("ascending: expected two sides or more, the lower one first")));
        if (bars is not [var bar])
            throw spec.Metric.Place.Error($"the claim '{spec.Claim}' needs one bar of within, within-sem, between, below, above, sign, ascending; it has {(bars.Count == 0 ? "none" : string.Join(", ", bars.Select(one => one.Key)))}");
        if (spec.By is not null && spec.Ascending is null)
            throw spec.Metric.Place.Error("by goes with ascending only");
        if ((spec.Within is not null || spec.WithinSem is not null) && spec.Published is null)
            throw spec.Metric.Place.Error($"{bar.Key} needs a published value");
        return spec.WithinSem is not null && (spec.PublishedSd is null || spec.PublishedSeeds is null) ? throw spec.Metric.Place.Error("within-sem needs published-sd and published-seeds") : bar.Bar;
    }

    private static ClaimBar One(string text, Func<ClaimSide, bool> clears) => new(text, (sides, _) => clears(sides[0]) ? Verdict.Reproduced : Verdict.NotReproduced);

    private static ClaimBar Signed(int sign) => new(sign > 0 ? "positive" : "negative", (sides, _) =>
        Math.Sign(Finite(sides[0].Ours.Mean)) == sign ? Verdict.Reproduced : Math.Sign(Finite(sides[0].Ours.Mean)) == -sign ? Verdict.Reversed : Verdict.NotReproduced);

    private static ClaimBar Ordered(double by) => new(by == 0 ? "each below the next" : $"each below the next by at least {Number(by)}", (sides, comparisons) =>
    {
        double[] steps = [.. sides.Zip(sides.Skip(1), (lower, higher) => higher.Ours.Mean - lower.Ours.Mean)];
        if (steps.All(step => by == 0 ? step > 0 : step >= by))
            return Verdict.Reproduced;
        // Turned round, and not by chance as far as the seeds tell.
        return steps.Zip(comparisons).Any(pair => pair.First < 0 && (!pair.Second.Interval.Exists || pair.Second.Interval.High < 0)) ? Verdict.Reversed : Verdict.NotReproduced;
    });

    /// <summary>Of the difference of two independent means.</summary>
    private static double StandardError(ClaimSide side)
    {
        double ours = Finite(side.Ours.StandardError);
        return Math.Sqrt((side.PublishedError * side.PublishedError) + (ours * ours));
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
