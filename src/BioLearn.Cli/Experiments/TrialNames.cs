using BioLearn.Cli.Terminal;
using BioLearn.Experiments;

namespace BioLearn.Cli.Experiments;

/// <summary>Trials by the beginnings of their identities.</summary>
internal static class TrialNames
{
    /// <exception cref="UsageException">No trial of the grid, or several, begin so.</exception>
    public static Trial Find(Experiment experiment, string beginning, string option)
    {
        Trial[] found = [.. experiment.Trials.Where(trial => trial.Identity.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)).Take(2)];
        return found switch
        {
            [var one] => one,
            [] => throw new UsageException($"{option} {beginning}: no trial of {experiment.Grid.Name} begins so; biolearn experiment plan lists them"),
            _ => throw new UsageException($"{option} {beginning}: several trials of {experiment.Grid.Name} begin so; expected more digits"),
        };
    }
}
