using System.Runtime.InteropServices;

namespace BioLearn.Kernels.Threading;

/// <summary>Work that several threads do together: each calls <see cref="Work"/> once, and returns when nothing is left to begin.</summary>
internal abstract class SharedWork
{
    /// <summary>The helpers that were asked for this work, the first ones of the array.</summary>
    public Helper[] Helpers { get; private set; } = [];

    /// <summary>Does pieces until none is left. Never throws.</summary>
    public abstract void Work();

    /// <summary>Where the caller sleeps until a helper has finished its last piece.</summary>
    public Bell Finished { get; } = new();

    public void MakeRoom(int helpers)
    {
        if (Helpers.Length < helpers)
            Helpers = new Helper[helpers];
    }
}

/// <summary>A number that several threads write, alone on its cache lines.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct PaddedInteger
{
    [FieldOffset(128)]
    public int Value;
}
