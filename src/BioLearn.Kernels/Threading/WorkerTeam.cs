using System.Diagnostics;

namespace BioLearn.Kernels.Threading;

/// <summary>
/// The threads that help with kernels: one team for the whole process, at most a thread fewer than there are cores. Whoever calls works
/// itself and takes helpers that are free; who finds none works alone. So calls inside calls, and calls of many threads at once, never
/// have more threads at work than there are cores.
/// </summary>
internal static class WorkerTeam
{
    /// <summary>For so many times what was lost by waiting, at most a second, small work is not shared.</summary>
    private const int WaitsAlone = 20;

    private static Helper[] _helpers = Make(Environment.ProcessorCount);

    // Threads at work: callers and helpers.
    private static PaddedInteger _active;

    private static long _crowdedUntil;

    [ThreadStatic]
    private static bool _counted;

    /// <summary>Threads that may work at once in the process. Tests set it; nobody may be at work then.</summary>
    public static int Size
    {
        get => _helpers.Length + 1;
        set => _helpers = Make(value);
    }

    /// <summary>Whether a helper waits awake, so that work reaches it in less than a microsecond.</summary>
    public static bool IsAwake => _helpers.Length > 0 && _helpers[0].IsAwake;

    /// <summary>Whether this thread works on a piece.</summary>
    public static bool IsInside => _counted;

    /// <summary>Threads of the team that exist now; helpers that nobody asks for end.</summary>
    public static int LivingThreads => _helpers.Count(helper => helper.IsAlive);

    /// <summary>Calls <see cref="SharedWork.Work"/> on this thread and on at most <paramref name="threads"/> - 1 others; returns when all have returned.</summary>
    public static void Run(SharedWork work, int threads)
    {
        bool entered = !_counted;
        if (entered)
        {
            _counted = true;
            Interlocked.Increment(ref _active.Value);
        }
        long start = Stopwatch.GetTimestamp();
        int asked = Ask(work, threads - 1);
        work.Work();
        long finished = Stopwatch.GetTimestamp();
        for (int i = 0; i < asked; i++)
        {
            work.Helpers[i].Join(work);
            Interlocked.Decrement(ref _active.Value);
        }
        NoteWait(finished - start, finished);
        if (entered)
        {
            Interlocked.Decrement(ref _active.Value);
            _counted = false;
        }
    }

    /// <summary>
    /// Whether others use the cores: a helper was taken off its core in the middle of its work, and its caller waited longer than it had
    /// worked itself. What can be done alone is better done alone for a while.
    /// </summary>
    public static bool IsCrowded => Stopwatch.GetTimestamp() < Volatile.Read(ref _crowdedUntil);

    private static void NoteWait(long worked, long finished)
    {
        long now = Stopwatch.GetTimestamp(), waited = now - finished;
        if (waited > worked + (Stopwatch.Frequency / 2000))
            Volatile.Write(ref _crowdedUntil, now + Math.Min(waited * WaitsAlone, Stopwatch.Frequency));
    }

    /// <summary>A helper is counted by who asked for it, and what it calls itself is part of that.</summary>
    public static void MarkHelper() => _counted = true;

    private static int Ask(SharedWork work, int wanted)
    {
        Helper[] helpers = _helpers;
        wanted = Math.Min(wanted, helpers.Length);
        work.MakeRoom(wanted);
        int asked = 0;
        for (int i = 0; i < helpers.Length && asked < wanted; i++)
        {
            if (Interlocked.Increment(ref _active.Value) > helpers.Length + 1)
            {
                Interlocked.Decrement(ref _active.Value);
                break;
            }
            if (helpers[i].TryAsk(work))
                work.Helpers[asked++] = helpers[i];
            else
                Interlocked.Decrement(ref _active.Value);
        }
        return asked;
    }

    private static Helper[] Make(int size) => [.. Enumerable.Range(1, size - 1).Select(i => new Helper(i))];
}
