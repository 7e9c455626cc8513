using BioLearn.Cli.Terminal;
using Spectre.Console.Testing;

namespace BioLearn.Cli.Tests;

/// <summary>Runs command lines inside the test's process.</summary>
internal static class Tool
{
    /// <summary>Exit code and everything printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var stop = new StopSignals();
        return await RunAsync(stop, arguments);
    }

    public static async Task<(int ExitCode, string Output)> RunAsync(StopSignals stop, params string[] arguments)
    {
        using var console = new TestConsole();
        console.Profile.Width = 4000;
        var exitCode = await BiolearnApp.RunAsync(arguments, console, console, stop);
        return (exitCode, console.Output);
    }
}
