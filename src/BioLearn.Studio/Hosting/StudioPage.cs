using Microsoft.AspNetCore.Components;

namespace BioLearn.Studio;

/// <summary>A part of the page: what it has running ends when its tab closes or leads elsewhere.</summary>
public abstract class StudioPage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _closed = new();

    private readonly CancellationToken _token;

    /// <summary>Begins.</summary>
    protected StudioPage() => _token = _closed.Token; // asked for after the end, too, by what was still on its way

    /// <summary>Cancelled when nobody looks any more.</summary>
    protected CancellationToken Closed => _token;

    /// <summary>Has the address follow what is seen; not when the visitor has gone elsewhere meanwhile, for she would be fetched back.</summary>
    /// <param name="navigation">The tab's addresses.</param>
    /// <param name="address">What to show, in the place of the address before.</param>
    protected void Follow(NavigationManager navigation, string address)
    {
        ArgumentNullException.ThrowIfNull(navigation);
        if (!_token.IsCancellationRequested)
            navigation.NavigateTo(address, replace: true);
    }

    /// <summary>Ends what runs.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _closed.Dispose();
        GC.SuppressFinalize(this);
    }
}
