using Microsoft.AspNetCore.Components;

namespace BioLearn.Studio;

/// <summary>A part of the page: what it has running ends when its tab closes or leads elsewhere.</summary>
public abstract class StudioPage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();

    /// <summary>Cancelled when nobody looks any more.</summary>
    protected CancellationToken Closed => _closed.Token;

    /// <summary>Ends what runs.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _closed.Dispose();
        GC.SuppressFinalize(this);
    }
}
