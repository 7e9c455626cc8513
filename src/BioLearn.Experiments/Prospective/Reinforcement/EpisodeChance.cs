using BioLearn.Experiments.Prospective.ClassicControl;
using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Prospective.Reinforcement;

/// <summary>All that is random in an episode, each from a stream of its own: the start, exploration, what is replayed.</summary>
/// <param name="starts">Where starts are drawn from.</param>
/// <param name="exploration">Where it is drawn whether an action is random, and which.</param>
/// <param name="replay">Where the transitions to learn from are drawn.</param>
public class EpisodeChance(RandomStream starts, RandomStream exploration, RandomStream replay)
{
    /// <summary>The streams of a trial.</summary>
    /// <param name="context">The trial's context.</param>
    public EpisodeChance(TrialContext context)
        : this((context ?? throw new ArgumentNullException(nameof(context))).Stream("starts"), context.Stream("exploration"), context.Stream("replay"))
    {
    }

    /// <summary>Begins an episode.</summary>
    /// <param name="task">The task.</param>
    public virtual void Start(ControlTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        task.Start(starts);
    }

    /// <summary>A number in [0, 1): below the probability of exploration, the action is random.</summary>
    /// <returns>The number.</returns>
    public virtual double Explore() => exploration.NextDouble();

    /// <summary>A random action.</summary>
    /// <param name="actions">Number of actions.</param>
    /// <returns>One of them, from 0.</returns>
    public virtual int Action(int actions) => exploration.NextInt(actions);

    /// <summary>Different transitions, all sets equally likely.</summary>
    /// <param name="count">Transitions remembered.</param>
    /// <param name="indices">Receives their indices; at most <paramref name="count"/>.</param>
    public virtual void Replay(int count, Span<int> indices)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(indices.Length, count, nameof(indices));
        for (int i = 0; i < indices.Length; i++)
        {
            do
                indices[i] = replay.NextInt(count);
            while (indices[..i].Contains(indices[i]));
        }
    }

    /// <summary>Writes how far the streams were read.</summary>
    /// <param name="writer">Where to.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        foreach (RandomStream stream in (RandomStream[])[starts, exploration, replay])
            writer.Write(stream.Position);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        foreach (RandomStream stream in (RandomStream[])[starts, exploration, replay])
            stream.Position = reader.ReadInt64();
    }
}
