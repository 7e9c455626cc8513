using Microsoft.AspNetCore.Components.Server.Circuits;

namespace BioLearn.Studio;

/// <summary>Whether the tab of a session is connected: what runs on and on waits while nobody can see it.</summary>
internal sealed class Presence : CircuitHandler
{
    private TaskCompletionSource _here = Begun();

    /// <summary>Waits until the tab is connected; at once if it is.</summary>
    /// <exception cref="OperationCanceledException">It was closed.</exception>
    public Task HereAsync(CancellationToken closed) => Volatile.Read(ref _here).Task.WaitAsync(closed);

    public override Task OnConnectionUpAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _here.TrySetResult();
        return Task.CompletedTask;
    }

    public override Task OnConnectionDownAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _here, Begun());
        return Task.CompletedTask;
    }

    private static TaskCompletionSource Begun() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
