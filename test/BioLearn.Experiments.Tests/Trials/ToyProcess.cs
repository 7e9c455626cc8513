using System.Diagnostics;

namespace BioLearn.Experiments.Tests;

/// <summary>Toy trials run by a process of its own.</summary>
internal sealed class ToyProcess : IDisposable
{
    private readonly Process _process;

    private ToyProcess(Process process) => _process = process;

    public static ToyProcess Start(string grid, string folder)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])[typeof(ToyProcess).Assembly.Location, grid, folder])
            start.ArgumentList.Add(argument);
        // Starts in half the time.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new(Process.Start(start)!);
    }

    /// <summary>kill -9, so many milliseconds after the trials have begun and a condition holds.</summary>
    public void KillAfter(int milliseconds, Func<bool> condition)
    {
        Assert.Equal("begins", _process.StandardOutput.ReadLine());
        while (!condition())
            Thread.Sleep(1);
        Thread.Sleep(milliseconds);
        _process.Kill();
        _process.WaitForExit();
    }

    public void WaitForEnd()
    {
        _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        Assert.Equal(0, _process.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
