namespace BioLearn.Studio;

/// <summary>The machine's places for work: whoever finds none free waits in line, and leaves it when she closes her tab or the server ends.</summary>
internal sealed class WorkLimit(StudioOptions options) : IDisposable
{
    // Neither is disposed: a piece of work may outlive the server by a moment, and has its place to give back.
    private readonly SemaphoreSlim _places = new(options.ParallelWork);
    private readonly CancellationTokenSource _ended = new();
    private long _begun;

    /// <summary>Pieces of work that found a place, from the start of the server.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <summary>Runs a piece of work on a thread of the pool as soon as a place is free.</summary>
    /// <param name="work">The work; it looks at its token.</param>
    /// <param name="cancellation">Gives up waiting, and the work with it.</param>
    /// <exception cref="OperationCanceledException">It was given up, or the server has ended, and with it what the work stood on.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ended.Token);
        await _places.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            either.Token.ThrowIfCancellationRequested(); // the place may have come free by the very end
            Interlocked.Increment(ref _begun);
            return await Task.Run(() => work(either.Token), either.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (_ended.IsCancellationRequested && problem is not OperationCanceledException)
        {
            throw new OperationCanceledException("The server has ended.", problem, _ended.Token);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Gives up what runs and what waits; nothing is begun any more.</summary>
    public void Dispose() => _ended.Cancel();
}
