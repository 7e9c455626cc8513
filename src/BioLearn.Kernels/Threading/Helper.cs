using System.Diagnostics;

namespace BioLearn.Kernels.Threading;

/// <summary>
/// One thread of <see cref="WorkerTeam"/>. It waits awake for a moment after its work, because kernels follow each other closely; then it
/// sleeps, and after some seconds without work it ends. The next caller starts it again.
/// </summary>
internal sealed class Helper(int number)
{
    // A free helper is taken by one caller, who hands it work. From then on the two race: the helper begins, or the caller, who has
    // meanwhile done everything, takes the work back. A caller that must wait for a long piece sleeps. Only the caller frees the helper:
    // otherwise it might wait for what the next caller has asked for.
    private const int Free = 0, Taken = 1, Asked = 2, Working = 3, Awaited = 4, Done = 5;

    private const double AwakeMicroseconds = 50;

    private const int SleepMilliseconds = 5000;

    /// <summary>How long both sides wait awake, in the stopwatch's ticks: about twice what it takes to wake a sleeper.</summary>
    public static readonly long AwakeTicks = (long)(AwakeMicroseconds * 1e-6 * Stopwatch.Frequency);

    private readonly Bell _called = new();
    private SharedWork? _work;
    private bool _exists;
    private CorePlacement? _placement;
    private PaddedInteger _state;
    private PaddedInteger _asleep;

    /// <summary>Whether its thread runs and looks for work.</summary>
    public bool IsAwake => Volatile.Read(ref _exists) && Volatile.Read(ref _asleep.Value) == 0;

    /// <summary>Whether it has a thread.</summary>
    public bool IsAlive => Volatile.Read(ref _exists);

    /// <summary>Hands it work, if it is free.</summary>
    public bool TryAsk(SharedWork work)
    {
        if (Volatile.Read(ref _state.Value) != Free || Interlocked.CompareExchange(ref _state.Value, Taken, Free) != Free)
            return false;
        _work = work;
        Interlocked.Exchange(ref _state.Value, Asked);
        if (!_exists)
            return Start();
        if (Interlocked.Exchange(ref _asleep.Value, 0) == 1)
        {
            _placement?.KeepOffThisCore();
            _called.Ring();
        }
        return true;
    }

    /// <summary>Returns when it does not work any more for who asked it; work that it has not begun is taken back.</summary>
    public void Join(SharedWork work)
    {
        if (Interlocked.CompareExchange(ref _state.Value, Taken, Asked) == Asked)
        {
            _work = null;
        }
        else
        {
            long end = Stopwatch.GetTimestamp() + AwakeTicks;
            while (Volatile.Read(ref _state.Value) != Done)
            {
                Thread.SpinWait(1);
                if (Stopwatch.GetTimestamp() > end && Interlocked.CompareExchange(ref _state.Value, Awaited, Working) == Working)
                {
                    work.Finished.Wait();
                    break;
                }
            }
        }
        Volatile.Write(ref _state.Value, Free);
    }

    private bool Start()
    {
        Volatile.Write(ref _exists, true);
        try
        {
            new Thread(Live) { IsBackground = true, Name = $"BioLearn kernels {number}" }.UnsafeStart();
            return true;
        }
        catch (OutOfMemoryException)
        {
            // No more threads for this process: the caller works alone.
            _work = null;
            Volatile.Write(ref _exists, false);
            Volatile.Write(ref _state.Value, Free);
            return false;
        }
    }

    private void Live()
    {
        WorkerTeam.MarkHelper();
        _placement = CorePlacement.OfThisThread();
        while (WaitForWork())
        {
            if (Interlocked.CompareExchange(ref _state.Value, Working, Asked) != Asked)
                continue;
            SharedWork work = _work!;
            work.Work();
            _work = null;
            if (Interlocked.CompareExchange(ref _state.Value, Done, Working) == Awaited)
                work.Finished.Ring();
        }
    }

    /// <summary>False when the thread is to end.</summary>
    private bool WaitForWork()
    {
        long end = Stopwatch.GetTimestamp() + AwakeTicks;
        while (Volatile.Read(ref _state.Value) != Asked)
        {
            Thread.SpinWait(1);
            if (Stopwatch.GetTimestamp() > end)
                return Sleep();
        }
        return true;
    }

    private bool Sleep()
    {
        Interlocked.Exchange(ref _asleep.Value, 1);
        // Whoever asked before the mark was up did not see it.
        if (Volatile.Read(ref _state.Value) == Asked)
            WakeUp();
        else if (_called.Wait(SleepMilliseconds))
            _placement?.Free();
        // Nobody can ask while it is taken; then either the call came after all, or the thread ends.
        else if (Interlocked.CompareExchange(ref _state.Value, Taken, Free) != Free)
            WakeUp();
        else
        {
            Volatile.Write(ref _asleep.Value, 0);
            Volatile.Write(ref _exists, false);
            Volatile.Write(ref _state.Value, Free);
            return false;
        }
        return true;
    }

    /// <summary>Takes the mark down; if a caller was faster, it rings.</summary>
    private void WakeUp()
    {
        if (Interlocked.Exchange(ref _asleep.Value, 0) == 1)
            return;
        _called.Wait();
        _placement?.Free();
    }
}
