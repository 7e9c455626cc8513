using System.Diagnostics;

namespace BioLearn.Experiments;

/// <summary>The context of a trial whose results are kept: long trials leave checkpoints, and a stopped one leaves what it has.</summary>
internal sealed class RunningTrial(Experiment experiment, Trial trial, TrialCheckpoints checkpoints, string program, TimeSpan every, CancellationToken cancellation)
    : TrialContext(experiment.Grid.Name, trial.Seed, cancellation)
{
    private readonly Stopwatch _since = Stopwatch.StartNew();

    /// <summary>Whether the trial began anew or went on from a checkpoint.</summary>
    public bool WentOn { get; private set; }

    public override TimeSpan CheckpointEvery => every;

    public override bool TryRestore(Action<BinaryReader> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (Rows.Count > 0)
            throw new InvalidOperationException("TryRestore is called once, before the first row is noted.");
        if (checkpoints.Read(trial.Identity, program) is not { } kept)
            return false;
        using BinaryReader reader = new(new MemoryStream(kept.State));
        read(reader);
        foreach (TrialRow row in kept.Rows)
            base.Add(row);
        WentOn = true;
        return true;
    }

    public override void Checkpoint(Action<BinaryWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        bool isStopped = Cancellation.IsCancellationRequested;
        if (!isStopped && _since.Elapsed < every)
            return;
        using MemoryStream state = new();
        using (BinaryWriter writer = new(state, System.Text.Encoding.UTF8, leaveOpen: true))
            write(writer);
        checkpoints.Write(trial.Identity, program, Rows, state.ToArray());
        _since.Restart();
        Cancellation.ThrowIfCancellationRequested();
    }

    protected override void Add(TrialRow row)
    {
        foreach ((string metric, _) in row.Values)
        {
            if (metric is "iteration" or "")
                throw new ArgumentException($"a metric cannot be called '{metric}'");
        }
        base.Add(row);
    }
}
