namespace BioLearn.Experiments.Tests.Prospective;

/// <summary>A context that keeps the checkpoint of one iteration, and one that goes on from it.</summary>
internal sealed class StoppedContext(string experiment, string seed, int after, StoppedContext? before = null) : TrialContext(experiment, seed)
{
    private byte[]? _state;

    public override bool TryRestore(Action<BinaryReader> read)
    {
        if (before is null)
            return false;
        foreach (TrialRow row in before.Rows.Where(row => row.Iteration <= after))
            Add(row);
        using BinaryReader reader = new(new MemoryStream(before._state ?? throw new InvalidOperationException("no checkpoint was offered")));
        read(reader);
        Assert.Equal(reader.BaseStream.Length, reader.BaseStream.Position);
        return true;
    }

    public override void Checkpoint(Action<BinaryWriter> write)
    {
        if (before is not null || (Rows.Count == 0 ? 0 : Rows[^1].Iteration) != after)
            return;
        using MemoryStream state = new();
        using BinaryWriter writer = new(state);
        write(writer);
        writer.Flush();
        _state = state.ToArray();
    }

    /// <summary>Runs a trial to its end, then once more from the checkpoint after an iteration, 0 for one before the first row: the rows must be the same.</summary>
    public static void Check(Func<ITrial> trial, int after)
    {
        StoppedContext whole = new("checkpoints", "0", after);
        trial().Run(whole);
        StoppedContext resumed = new("checkpoints", "0", after, whole);
        trial().Run(resumed);
        Assert.True(resumed.Rows.Count > resumed.Rows.Count(row => row.Iteration <= after), "nothing was left to do");
        Assert.Equal(whole.Rows.Select(row => row.Iteration), resumed.Rows.Select(row => row.Iteration));
        Assert.Equal(whole.Rows.SelectMany(row => row.Values), resumed.Rows.SelectMany(row => row.Values));
    }
}
