using System.Diagnostics;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments;

/// <summary>Runs what is missing of an experiment's trials in this process, each on a thread of its own.</summary>
/// <param name="experiment">The experiment.</param>
/// <param name="folder">Where results go.</param>
/// <param name="options">How; null for the defaults.</param>
/// <param name="observer">Hears what happens; null for nobody.</param>
public sealed class LocalRun(Experiment experiment, ResultsFolder folder, RunOptions? options = null, IRunObserver? observer = null)
{
    private readonly RunOptions _options = Checked(options ?? new());
    private readonly Lock _gate = new();
    private int _before, _ran, _diverged, _failed;

    /// <summary>Runs until everything asked for has a result or has failed.</summary>
    /// <param name="trials">The trials; null for all of the experiment.</param>
    /// <param name="cancellation">Stops trials; those that offer checkpoints keep what they have.</param>
    /// <returns>What came of it; where it was stopped, trials are missing.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="InvalidDataException">A data source has fewer rows than the grid file needs, or the task has another default than when results in the folder were made, of a setting that the grid file does not give.</exception>
    public RunSummary Run(IReadOnlyList<Trial>? trials = null, CancellationToken cancellation = default)
    {
        trials ??= experiment.Trials;
        (_ran, _diverged, _failed) = (0, 0, 0);
        experiment.CheckData();
        folder.DeleteUnfinished();
        TaskDefaults.Check(folder, experiment);
        List<Trial> missing = Missing(trials);
        observer?.Begun(trials, _before);
        TrialQueue queue = new(missing);
        using JournalWriter journal = folder.Journals.Begin();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? broken = null;
        Thread[] workers = [.. Enumerable.Range(0, Math.Min(_options.Workers, missing.Count)).Select(i => new Thread(() =>
        {
            try
            {
                while (!stop.IsCancellationRequested && queue.Next() is { } trial)
                    RunOne(trial, queue, journal, stop);
            }
            catch (Exception e)
            {
                // Not the trial's: a full disk, a folder that went.
                Interlocked.CompareExchange(ref broken, e, null);
                stop.Cancel();
            }
        })
        { IsBackground = true, Name = $"trials {i}" })];
        foreach (Thread worker in workers)
            worker.Start();
        foreach (Thread worker in workers)
            worker.Join();
        if (broken is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(broken);
        return new(trials.Count, _before, _ran, _diverged, _failed);
    }

    private List<Trial> Missing(IReadOnlyList<Trial> trials)
    {
        ResultsIndex index = folder.Scan();
        IReadOnlySet<string> checkpoints = folder.Checkpoints.Identities();
        _before = 0;
        List<Trial> missing = [];
        foreach (Trial trial in trials)
        {
            if (index.IsDone(trial) && folder.IsWhole(trial.Identity))
            {
                _before++;
                // Of a process that was killed between its result and this.
                if (checkpoints.Contains(trial.Identity))
                    folder.Checkpoints.Forget(trial.Identity);
            }
            else if (!_options.RetriesFailed && index.HasFailed(trial))
                _failed++;
            else
                missing.Add(trial);
        }
        return missing;
    }

    private void RunOne(Trial trial, TrialQueue queue, JournalWriter journal, CancellationTokenSource stop)
    {
        if (folder.IsDone(trial.Identity) && folder.IsWhole(trial.Identity))
        {
            lock (_gate)
                _before++;
            queue.Elsewhere();
            return;
        }
        Tell(o => o.Started(trial));
        long started = Stopwatch.GetTimestamp();
        double cpu = ThreadClock.Seconds;
        string configuration = experiment.Configuration(trial);
        TrialRecord record;
        try
        {
            ITrial work = experiment.Create(trial);
            RunningTrial context = new(experiment, trial, folder.Checkpoints, ProgramIdentity.BuildOf(work.GetType()), _options.CheckpointEvery, stop.Token);
            record = new(trial.Identity, configuration, Run(work, context), context.Rows);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            folder.Failures.Write(trial.Identity, error, configuration);
            journal.Add(trial, Cost(started, cpu), "failed");
            lock (_gate)
                _failed++;
            Tell(o => o.Failed(trial, error));
            if (_options.StopsAtFirstFailure)
                stop.Cancel();
            return;
        }
        bool other = folder.IsDone(trial.Identity);
        folder.Write(record);
        folder.Failures.Forget(trial.Identity);
        folder.Checkpoints.Forget(trial.Identity);
        journal.Add(trial, Cost(started, cpu), record.Outcome == TrialOutcome.Diverged ? "diverged" : "finished");
        lock (_gate)
        {
            _ran++;
            _diverged += record.Outcome == TrialOutcome.Diverged ? 1 : 0;
        }
        Tell(o => o.Ended(trial, record));
        if (other)
            queue.Elsewhere();
    }

    private static TrialOutcome Run(ITrial work, RunningTrial context)
    {
        try
        {
            work.Run(context);
        }
        catch (DivergenceException)
        {
            return TrialOutcome.Diverged;
        }
        return context.Rows.Count > 0 && context.Rows[^1].Values.Any(value => !double.IsFinite(value.Value)) ? TrialOutcome.Diverged : TrialOutcome.Finished;
    }

    private static TrialCost Cost(long started, double cpu) => new(Stopwatch.GetElapsedTime(started).TotalSeconds, ThreadClock.Seconds - cpu is var spent && double.IsNaN(spent) ? 0 : spent);

    private void Tell(Action<IRunObserver> what)
    {
        if (observer is null)
            return;
        lock (_gate)
            what(observer);
    }

    private static RunOptions Checked(RunOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CheckpointEvery, TimeSpan.Zero);
        return options;
    }
}
