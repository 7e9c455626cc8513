using System.Globalization;
using BioLearn.Studio.Remembering;
using Microsoft.AspNetCore.Components;

namespace BioLearn.Studio.Pages;

/// <summary>The page of associative memories.</summary>
public sealed partial class Remember
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500), Film = TimeSpan.FromSeconds(3);

    private readonly MemoryBench _bench = new();
    private readonly LatestWork _recall = new();
    private string? _problem;
    private bool _playing;
    private int _play, _chance;

    [Inject] private WorkLimit Limit { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Key of the kind of memory.</summary>
    [SupplyParameterFromQuery(Name = "kind")] public string? KindKey { get; set; }

    /// <summary>The stored patterns as hexadecimal digits.</summary>
    [SupplyParameterFromQuery] public string? Patterns { get; set; }

    /// <summary>Number of the pattern that is asked for, from 1.</summary>
    [SupplyParameterFromQuery(Name = "ask")] public int? AskedFor { get; set; }

    /// <summary>Hidden per cent.</summary>
    [SupplyParameterFromQuery] public int? Hide { get; set; }

    /// <summary>Flipped per cent.</summary>
    [SupplyParameterFromQuery] public int? Flip { get; set; }

    /// <summary>Which squares chance damages.</summary>
    [SupplyParameterFromQuery(Name = "draw")] public int? Drawn { get; set; }

    /// <summary>What is shown, where squares were damaged by hand.</summary>
    [SupplyParameterFromQuery] public string? Cue { get; set; }

    private string Verdict => (_bench.Now, _bench.At, _bench.IsOver) switch
    {
        (null, _, _) => "One moment…",
        ({ } frame, 0, true) => _bench.Wrong(frame) == 0 ? "It is at rest: nothing to mend." : $"Nothing moves: it is at rest as it is. {_bench.Verdict(frame)}",
        (_, 0, _) => $"Step 0 of {_bench.Frames.Count - 1}; a step: {_bench.Kind.StepWord}.",
        ({ } frame, var at, true) => $"At rest after {at} steps. {_bench.Verdict(frame)}",
        ({ } frame, var at, _) => $"Step {at} of {_bench.Frames.Count - 1}: {_bench.Wrong(frame)} of 64 squares are not as they were stored.",
    };

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _recall.Dispose();
    }

    protected override void OnInitialized() => _bench.Open(RememberLink.Parse(KindKey, Patterns, AskedFor, Hide, Flip, Drawn, Cue));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        await RecallAsync(moves: false);
        StateHasChanged();
    }

    private Task SetKind(ChangeEventArgs change)
    {
        _bench.Kind = MemoryKind.Find((string?)change.Value) ?? _bench.Kind;
        return RecallAsync();
    }

    private void Draw(int square) => _bench.Drawing ^= 1UL << square;

    private Task StoreDrawing() => After(_problem = _bench.StoreDrawing());

    private Task Store(ulong pattern) => After(_problem = _bench.Store(pattern));

    private Task StoreChance() => Store(Squares.Random(_chance++));

    private Task After(string? problem) => problem is null ? RecallAsync() : Task.CompletedTask;

    private Task Remove(int place)
    {
        _bench.Remove(place);
        return RecallAsync();
    }

    private Task Clear()
    {
        _bench.Clear();
        return RecallAsync();
    }

    private Task Ask(int place)
    {
        _bench.Ask(place);
        return RecallAsync();
    }

    private Task SetDamage(ChangeEventArgs change)
    {
        _bench.SetDamage(int.Parse((string)change.Value!, CultureInfo.InvariantCulture));
        return RecallAsync();
    }

    private Task SetFlips(bool flips)
    {
        _bench.SetFlips(flips);
        return RecallAsync();
    }

    private Task DrawAnew()
    {
        _bench.DrawAnew();
        return RecallAsync();
    }

    private Task Touch(int square)
    {
        _bench.Touch(square);
        return RecallAsync();
    }

    private void StepOn()
    {
        Pause();
        _bench.At = Math.Min(_bench.At + 1, _bench.Frames.Count - 1);
    }

    private void ToEnd()
    {
        Pause();
        _bench.At = _bench.Frames.Count - 1;
    }

    private void Back()
    {
        Pause();
        _bench.At = 0;
    }

    private void Pause()
    {
        _play++;
        _playing = false;
    }

    private async Task Play()
    {
        if (_playing)
        {
            Pause();
            return;
        }
        if (_bench.IsOver)
            _bench.At = 0;
        var closed = Closed;
        int play = ++_play;
        _playing = true;
        // A film of a few seconds, however many steps there are.
        TimeSpan wait = TimeSpan.FromTicks(Math.Min(Longest.Ticks, Film.Ticks / Math.Max(1, _bench.Frames.Count - 1)));
        while (play == _play && !_bench.IsOver)
        {
            StateHasChanged();
            await Task.Delay(wait, closed).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (closed.IsCancellationRequested)
                return;
            if (play == _play)
                _bench.At++;
        }
        if (play == _play)
            _playing = false;
    }

    // The recollection of what is shown now, in the place of the one before; the address follows.
    private async Task RecallAsync(bool moves = true)
    {
        Pause();
        _bench.At = 0;
        if (moves)
            Follow(Navigation, RememberLink.Of(_bench));
        var (done, frames) = await _recall.AskAsync(Limit, _bench.Recall, Closed);
        if (done)
            (_bench.Frames, _bench.At) = (frames!, 0);
    }
}
