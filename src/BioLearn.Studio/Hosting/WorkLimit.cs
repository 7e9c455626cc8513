namespace BioLearn.Studio;

/// <summary>The machine's places for work: whoever finds none free waits in line, and leaves it when she closes her tab.</summary>
internal sealed class WorkLimit(StudioOptions options) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.ParallelWork);
    private long _begun;

    /// <summary>Pieces of work that found a place, from the start of the server.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    /// <summary>Runs a piece of work on a thread of the pool as soon as a place is free.</summary>
    /// <param name="work">The work; it looks at its token.</param>
    /// <param name="cancellation">Gives up waiting, and is handed to the work.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, T> work, CancellationToken cancellation)
    {
        await _places.WaitAsync(cancellation).ConfigureAwait(false);
        Interlocked.Increment(ref _begun);
        try
        {
            return await Task.Run(() => work(cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
