using System.Diagnostics;

namespace BioLearn.Cli.Tests;

/// <summary>The tool as a process of its own, for what only another process can do to it.</summary>
internal sealed class RunningTool : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private RunningTool(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static RunningTool Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "biolearn.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        return new(Process.Start(start)!);
    }

    /// <summary>Waits until a condition holds; fails if the tool ends before.</summary>
    public async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            if (_process.HasExited)
                Assert.Fail($"the tool ended with {_process.ExitCode} before it was stopped: {await _output} {await _errors}");
            await Task.Delay(1);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends a signal by name ("INT", "TERM") and waits for the end.</summary>
    /// <returns>Exit code and everything printed.</returns>
    public async Task<(int ExitCode, string Output)> Signal(string name)
    {
        using var kill = Process.Start("kill", ["-s", name, $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        return await End();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<(int ExitCode, string Output)> End()
    {
        await _process.WaitForExitAsync();
        return (_process.ExitCode, await _output + await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
