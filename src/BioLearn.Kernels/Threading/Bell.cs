namespace BioLearn.Kernels.Threading;

/// <summary>Where one thread sleeps until another rings. A ring that nobody waits for yet is kept; two are one.</summary>
internal sealed class Bell
{
    private readonly object _sleeper = new();
    private bool _rung;

    public void Ring()
    {
        lock (_sleeper)
        {
            _rung = true;
            Monitor.Pulse(_sleeper);
        }
    }

    /// <summary>False when the time was up before anybody rang.</summary>
    public bool Wait(int milliseconds = Timeout.Infinite)
    {
        lock (_sleeper)
        {
            // One thread alone waits, so whoever wakes it has rung.
            if (!_rung && !Monitor.Wait(_sleeper, milliseconds) && !_rung)
                return false;
            _rung = false;
            return true;
        }
    }
}
