using System.Diagnostics;

namespace BioLearn.Experiments.Scaling;

/// <summary>How much the process's resident memory grows at the most while this lives. It looks every few milliseconds, from a thread of its own.</summary>
internal sealed class MemoryPeak : IDisposable
{
    private const int Milliseconds = 5;

    private readonly Process _process = Process.GetCurrentProcess();
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _looker;
    private readonly long _before;
    private long _most;

    public MemoryPeak()
    {
        _before = _most = Now();
        _looker = new Thread(() =>
        {
            while (!_ended.Wait(Milliseconds))
                Look();
        })
        { IsBackground = true, Name = "memory peak" };
        _looker.Start();
    }

    /// <summary>So far, in millions of bytes.</summary>
    public double Megabytes
    {
        get
        {
            Look();
            return Math.Max(0, Interlocked.Read(ref _most) - _before) * 1e-6;
        }
    }

    public void Dispose()
    {
        _ended.Set();
        _looker.Join();
        _ended.Dispose();
        _process.Dispose();
    }

    private void Look()
    {
        long now = Now();
        lock (_ended)
            _most = Math.Max(_most, now);
    }

    private long Now()
    {
        lock (_process)
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }
}
