namespace BioLearn.Studio;

/// <summary>Work that is asked for faster than it can be done, by a slider say: a new request gives up the one before, whose answer nobody would see.</summary>
internal sealed class LatestWork : IDisposable
{
    private CancellationTokenSource _current = new();

    /// <summary>Whether something is asked for and not yet there.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Asks for a piece of work in the place of the one before.</summary>
    /// <param name="limit">The machine's places.</param>
    /// <param name="work">The work.</param>
    /// <param name="closed">Gives it up altogether.</param>
    /// <returns>Whether it came to an end before another was asked for, and its answer.</returns>
    public async Task<(bool Done, T? Answer)> AskAsync<T>(WorkLimit limit, Func<CancellationToken, T> work, CancellationToken closed)
    {
        var own = CancellationTokenSource.CreateLinkedTokenSource(closed);
        await Interlocked.Exchange(ref _current, own).CancelAsync();
        IsRunning = true;
        try
        {
            T answer = await limit.RunAsync(work, own.Token);
            return ReferenceEquals(own, _current) ? (true, answer) : (false, default);
        }
        catch (OperationCanceledException) when (own.IsCancellationRequested)
        {
            return (false, default);
        }
        finally
        {
            if (ReferenceEquals(own, _current))
                IsRunning = false;
        }
    }

    /// <summary>Gives up what is running.</summary>
    public void Stop() => _current.Cancel();

    public void Dispose() => _current.Cancel();
}
