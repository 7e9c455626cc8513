using System.Globalization;
using BioLearn.Experiments;

namespace BioLearn.Cli.Experiments;

/// <summary>What trials cost, in words.</summary>
internal static class CostText
{
    /// <summary>What the missing trials will cost at the rate of those that were run.</summary>
    /// <param name="choice">The grid.</param>
    /// <param name="index">What is there.</param>
    /// <param name="broken">Trials whose results are there, but damaged: they are run again.</param>
    public static string Left(GridChoice choice, ResultsIndex index, IReadOnlyCollection<Trial>? broken = null)
    {
        IReadOnlyDictionary<string, TrialCost> costs = choice.Folder.Journals.Costs();
        double[] seen = [.. choice.Experiment.Trials.Where(trial => costs.ContainsKey(trial.Identity)).Select(trial => costs[trial.Identity].Seconds)];
        int missing = choice.Experiment.Trials.Count(trial => !index.IsDone(trial) || broken?.Contains(trial) == true);
        if (missing == 0)
            return seen.Length == 0 ? "nothing is left to do" : $"nothing is left to do; the trials took {Time(seen.Sum())} of one worker";
        return seen.Length == 0
            ? "no trial of this grid was run yet, so nothing is known of its cost"
            : $"{Time(missing * seen.Average())} of one worker are left, at {Time(seen.Average())} a trial as seen so far";
    }

    /// <summary>Seconds as people say them.</summary>
    public static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
        return seconds < .0995 ? string.Create(CultureInfo.InvariantCulture, $"{1000 * seconds:0.0} ms")
            : seconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
            : seconds < 3600 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min");
    }
}
