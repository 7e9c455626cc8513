using System.Numerics;
using System.Runtime.InteropServices;

namespace BioLearn.Experiments.Prospective.Reinforcement;

/// <summary>The last transitions that an agent has seen: what it saw, did, got, and saw then. When it is full, the oldest goes.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="capacity">Most transitions; at least 1.</param>
/// <param name="width">Numbers of an observation.</param>
public sealed class ReplayMemory<T>(int capacity, int width)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _observations = new T[checked(capacity * width)];
    private readonly T[] _next = new T[checked(capacity * width)];
    private readonly T[] _rewards = new T[capacity];
    private readonly byte[] _actions = new byte[capacity];
    private readonly bool[] _ended = new bool[capacity];
    private int _oldest;

    /// <summary>Transitions kept.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a transition.</summary>
    /// <param name="observation">What was seen.</param>
    /// <param name="action">What was done, from 0 to 255.</param>
    /// <param name="reward">What it brought.</param>
    /// <param name="next">What was seen then.</param>
    /// <param name="ended">Whether the episode ended with it.</param>
    public void Add(ReadOnlySpan<T> observation, int action, double reward, ReadOnlySpan<T> next, bool ended)
    {
        int place = Place(Count);
        if (Count < _rewards.Length)
            Count++;
        else
            _oldest = (_oldest + 1) % _rewards.Length;
        observation.CopyTo(Row(_observations, place));
        next.CopyTo(Row(_next, place));
        (_actions[place], _rewards[place], _ended[place]) = (checked((byte)action), T.CreateChecked(reward), ended);
    }

    /// <summary>A transition.</summary>
    /// <param name="index">From 0, the oldest.</param>
    /// <returns>The transition; views of the memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public Transition<T> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            int place = Place(index);
            return new Transition<T>(Row(_observations, place), _actions[place], _rewards[place], Row(_next, place), _ended[place]);
        }
    }

    /// <summary>Writes all of it.</summary>
    /// <param name="writer">Where to.</param>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Count);
        for (int i = 0; i < Count; i++)
        {
            Transition<T> transition = this[i];
            writer.Write(MemoryMarshal.AsBytes(transition.Observation));
            writer.Write(MemoryMarshal.AsBytes(transition.Next));
            writer.Write(double.CreateChecked(transition.Reward));
            writer.Write((byte)transition.Action);
            writer.Write(transition.Ended);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where from.</param>
    public void Load(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        int count = reader.ReadInt32();
        (Count, _oldest) = (0, 0);
        T[] observation = new T[width], next = new T[width];
        for (int i = 0; i < count; i++)
        {
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(observation.AsSpan()));
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(next.AsSpan()));
            double reward = reader.ReadDouble();
            int action = reader.ReadByte();
            Add(observation, action, reward, next, reader.ReadBoolean());
        }
    }

    private int Place(int index) => (_oldest + index) % _rewards.Length;

    private Span<T> Row(T[] of, int place) => of.AsSpan(place * width, width);
}

/// <summary>One step that an agent has made.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="observation">What it saw.</param>
/// <param name="action">What it did.</param>
/// <param name="reward">What that brought.</param>
/// <param name="next">What it saw then.</param>
/// <param name="ended">Whether the episode ended with it.</param>
public readonly ref struct Transition<T>(ReadOnlySpan<T> observation, int action, T reward, ReadOnlySpan<T> next, bool ended)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What it saw.</summary>
    public ReadOnlySpan<T> Observation { get; } = observation;

    /// <summary>What it did.</summary>
    public int Action { get; } = action;

    /// <summary>What that brought.</summary>
    public T Reward { get; } = reward;

    /// <summary>What it saw then.</summary>
    public ReadOnlySpan<T> Next { get; } = next;

    /// <summary>Whether the episode ended with it.</summary>
    public bool Ended { get; } = ended;
}
