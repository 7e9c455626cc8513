using Spectre.Console;

namespace BioLearn.Cli.Terminal;

/// <summary>
/// Lets no command be deaf to a stop: work that looks at the token ends by itself and tidies up; work that does not (a model being planned, a
/// pipe that nobody writes to, a trainer that is not ours) is left behind after a moment, and ends with the process: every command may be killed at
/// any time.
/// </summary>
internal static class Interruption
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(400);

    /// <summary>Runs the work on a thread of its own.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled, whether the work has noticed or not.</exception>
    public static async Task<int> RunAsync(Func<Task<int>> work, IAnsiConsole console, CancellationToken cancellation)
    {
        var running = Task.Run(work, CancellationToken.None);
        try
        {
            return await running.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested && !running.IsCompleted)
        {
            try
            {
                return await running.WaitAsync(Grace, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                console.Cursor.Show(true);
                console.MarkupLine("[yellow]stopped[/] in the middle of a step; only what was saved before it is kept");
                throw new OperationCanceledException(cancellation);
            }
        }
    }
}
