using System.Diagnostics;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML;

namespace BioLearn.ML.Tests;

/// <summary>
/// A fresh process that loads a model: the test assembly run as a program. A test calls <see cref="Run"/>; the program's
/// <see cref="Main"/> does what the first argument names and prints the result.
/// </summary>
internal static class ChildProcess
{
    private static readonly Dictionary<string, Action<string[]>> Commands = new()
    {
        ["score-animals"] = args => FreshProcessTests.Score(args[0], args[1]),
    };

    public static int Main(string[] args)
    {
        Commands[args[0]](args[1..]);
        return 0;
    }

    /// <summary>Runs a command in a fresh process and gives what it printed.</summary>
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
