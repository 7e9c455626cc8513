using System.Runtime.ExceptionServices;

namespace BioLearn.Cli.Terminal;

/// <summary>Stages of several workers that run at once. The first error, or the caller, stops them all.</summary>
internal sealed class Pipeline(CancellationToken cancellation) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private readonly List<Task> _stages = [];
    private ExceptionDispatchInfo? _firstError;

    /// <summary>Stops waiting and working when the caller cancels or a worker fails.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Starts a stage.</summary>
    /// <param name="workers">How many at once.</param>
    /// <param name="work">What each does until there is no more.</param>
    /// <param name="completed">Called once when the last is done, however it ended: closes the queue behind the stage.</param>
    public void Stage(int workers, Func<Task> work, Action? completed = null) => _stages.Add(Run(workers, work, completed));

    /// <summary>Waits for all stages.</summary>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task WhenDone()
    {
        await Task.WhenAll(_stages);
        cancellation.ThrowIfCancellationRequested();
        _firstError?.Throw();
    }

    public void Dispose() => _stop.Dispose();

    private async Task Run(int workers, Func<Task> work, Action? completed)
    {
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (Exception error)
            {
                // Kept for WhenDone; what the other workers throw because of the stop is no news.
                Interlocked.CompareExchange(ref _firstError, ExceptionDispatchInfo.Capture(error), null);
                await _stop.CancelAsync();
            }
        })));
        completed?.Invoke();
    }
}
