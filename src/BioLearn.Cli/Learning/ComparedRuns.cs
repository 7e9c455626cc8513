using BioLearn.Experiments;

namespace BioLearn.Cli.Learning;

/// <summary>Runs the trainings of a comparison that are missing; what is done lies in the folder of results.</summary>
internal sealed class ComparedRuns(Experiment experiment, ResultsFolder folder) : IRunObserver
{
    private readonly List<(string Trial, Exception Error)> _failed = [];

    public bool AreDone => Done == experiment.Trials.Count;

    /// <summary>Trainings whose results are there.</summary>
    public int Done => experiment.Trials.Count(trial => folder.IsDone(trial.Identity));

    /// <exception cref="Exception">What a training threw: a rule that refuses an option.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; what is done is kept.</exception>
    public void Run(CancellationToken cancellation)
    {
        // Trainings share their threads, and what failed is tried again: it failed with the same command line, or with another program.
        new LocalRun(experiment, folder, new() { Workers = 1, StopsAtFirstFailure = true, RetriesFailed = true }, this).Run(cancellation: cancellation);
        if (_failed.Count > 0)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(_failed[0].Error);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>The curves of all trainings, and the seconds of each; one that diverged in its first epoch has a single epoch of NaN.</summary>
    public IEnumerable<(string Rule, RunCurve Curve, TrialOutcome Outcome, double Seconds)> Curves()
    {
        IReadOnlyDictionary<string, TrialCost> costs = folder.Journals.Costs();
        foreach (Trial trial in experiment.Trials)
        {
            TrialRecord record = folder.Read(trial.Identity) ?? throw new InvalidDataException($"{folder.Path}: the training {trial} is gone");
            EpochResult[] epochs = [.. record.Rows.Select(row => new EpochResult(row.Iteration, row.Find("loss") ?? double.NaN, row.Find("test-loss") ?? double.NaN, row.Find("test-score") ?? double.NaN, double.NaN) { ValidationLoss = row.Find("validation-loss") ?? double.NaN })];
            string rule = ((BioLearn.Experiments.Grids.GridScalar)trial.Settings["rule"]!).Text;
            yield return (rule, new(rule, int.Parse(trial.Seed, System.Globalization.CultureInfo.InvariantCulture), epochs.Length > 0 ? epochs : [new(1, double.NaN, double.NaN, double.NaN, double.NaN)]), record.Outcome, costs.GetValueOrDefault(trial.Identity).Seconds);
        }
    }

    public void Begun(IReadOnlyList<Trial> trials, int before)
    {
    }

    public void Started(Trial trial)
    {
    }

    public void Ended(Trial trial, TrialRecord record)
    {
    }

    public void Failed(Trial trial, Exception error) => _failed.Add((trial.Identity, error));
}
