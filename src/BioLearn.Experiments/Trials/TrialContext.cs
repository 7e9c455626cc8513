using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using BioLearn.Kernels.Random;

namespace BioLearn.Experiments;

/// <summary>
/// What a trial meets while it runs. Streams of random numbers come from the names of the experiment and the seed, never from the number of
/// the trial: rules that are compared under the same seed name start with the same weights and see the samples in the same order.
/// Serves one thread at a time.
/// </summary>
public class TrialContext
{
    private readonly List<TrialRow> _rows = [];

    /// <summary>Makes a context that keeps its rows in memory.</summary>
    /// <param name="experiment">Name of the experiment.</param>
    /// <param name="seedName">Name of the seed; any text, numbers mostly.</param>
    /// <param name="cancellation">Heard by the trial.</param>
    public TrialContext(string experiment, string seedName, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(experiment);
        ArgumentException.ThrowIfNullOrWhiteSpace(seedName);
        (Experiment, SeedName, Cancellation) = (experiment, seedName, cancellation);
        Seed = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{experiment}\n{seedName}")));
    }

    /// <summary>Name of the experiment.</summary>
    public string Experiment { get; }

    /// <summary>Name of the seed.</summary>
    public string SeedName { get; }

    /// <summary>The seed that the two names stand for: for networks, which have streams of their own.</summary>
    public long Seed { get; }

    /// <summary>
    /// A seed for trainers that take a whole number: the seed's name where it is one, so that a seed of a grid file is that of a command line; else one that
    /// follows from <see cref="Seed"/>. At least 0.
    /// </summary>
    public int SeedNumber => int.TryParse(SeedName, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) ? number : (int)(Seed & int.MaxValue);

    /// <summary>Heard before every step of long work.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>How often a place to go on from is kept: for trials that can choose how much they do between two offers.</summary>
    public virtual TimeSpan CheckpointEvery => TimeSpan.FromSeconds(60);

    /// <summary>Rows noted so far.</summary>
    public IReadOnlyList<TrialRow> Rows => _rows;

    /// <summary>A stream of random numbers of its own.</summary>
    /// <param name="name">What is drawn from it: <c>order/3</c>, <c>task</c>.</param>
    /// <returns>The stream, at its beginning; each call makes a new one.</returns>
    public RandomStream Stream(string name) => new(Seed, name);

    /// <summary>Notes one row.</summary>
    /// <param name="iteration">The iteration; not below the one before.</param>
    /// <param name="values">Metrics by name.</param>
    /// <exception cref="ArgumentOutOfRangeException">The iteration lies below the one before.</exception>
    public void Record(int iteration, params ReadOnlySpan<(string Metric, double Value)> values)
    {
        if (_rows.Count > 0 && iteration < _rows[^1].Iteration)
            throw new ArgumentOutOfRangeException(nameof(iteration), iteration, $"must be at least {_rows[^1].Iteration}, the iteration noted before");
        List<KeyValuePair<string, double>> row = new(values.Length);
        foreach ((string metric, double value) in values)
            row.Add(new(metric, value));
        Add(new(iteration, row));
    }

    /// <summary>
    /// Goes on from a checkpoint, where there is one: rows noted before it are back, and the trial reads its state. Called once, before the work.
    /// </summary>
    /// <param name="read">Reads what <see cref="Checkpoint"/> wrote: parameters, optimizer, positions of streams, the next iteration.</param>
    /// <returns>Whether there was a checkpoint.</returns>
    public virtual bool TryRestore(Action<BinaryReader> read) => false;

    /// <summary>
    /// Offers a place to go on from, after an iteration. Whether it is written is decided by the time since the last; a trial that takes
    /// seconds never pays for it.
    /// </summary>
    /// <param name="write">Writes the whole state, so that a trial that goes on from it gives the same rows to the last bit.</param>
    public virtual void Checkpoint(Action<BinaryWriter> write)
    {
    }

    /// <summary>Adds a row; where rows are kept elsewhere, too, this is overridden.</summary>
    /// <param name="row">The row.</param>
    protected virtual void Add(TrialRow row) => _rows.Add(row);
}
