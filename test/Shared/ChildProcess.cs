using System.Diagnostics;

namespace BioLearn.Tests;

/// <summary>The test assembly run as a program, for what only a fresh process can show.</summary>
internal static class ChildProcess
{
    /// <summary>Runs the test assembly's <c>Main</c> and gives what it printed.</summary>
    public static string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[typeof(ChildProcess).Assembly.Location, .. arguments])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"child process ended with {process.ExitCode}: {errors.Result}");
        return output;
    }
}
