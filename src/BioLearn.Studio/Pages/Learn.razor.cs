using System.Globalization;
using BioLearn.Studio.Learning;
using Microsoft.AspNetCore.Components;

namespace BioLearn.Studio.Pages;

/// <summary>Two rules side by side, live.</summary>
public partial class Learn
{
    private readonly double[] _rates = [1, 1];
    private LearnChoice _choice = new();
    private LearnData? _data, _table;
    private SideBySide? _sides;
    private LearnerView?[] _views = new LearnerView?[2];
    private string? _problem;
    private string _status = "";
    private bool _running, _preparing = true;

    [Inject] private WorkLimit Limit { get; set; } = null!;

    [Inject] private Presence Presence { get; set; } = null!;

    [Inject] private StudioOptions Options { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    /// <summary>The choices of a link.</summary>
    [SupplyParameterFromQuery] public string? Left { get; set; }

    /// <inheritdoc cref="Left"/>
    [SupplyParameterFromQuery] public string? Right { get; set; }

    /// <inheritdoc cref="Left"/>
    [SupplyParameterFromQuery] public string? Data { get; set; }

    /// <inheritdoc cref="Left"/>
    [SupplyParameterFromQuery] public int? Depth { get; set; }

    /// <inheritdoc cref="Left"/>
    [SupplyParameterFromQuery] public int? Width { get; set; }

    /// <inheritdoc/>
    protected override void OnInitialized() => _choice = LearnChoice.Of(Left, Right, Data, Depth, Width);

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await ChooseAsync(_choice);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _running = false;
        await base.DisposeAsync();
        _sides?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Begins anew with other choices.</summary>
    private async Task ChooseAsync(LearnChoice choice)
    {
        bool ran = _running;
        (_running, _preparing, _problem, _status) = (false, true, null, "preparing");
        try
        {
            var (data, sides) = await Limit.RunAsync(_ =>
            {
                var rows = choice.Data == LearnChoice.OwnTable && _table is not null ? _table : LearnData.Find(choice.Data);
                SideBySide made = new(rows, choice.Hidden, LearnChoice.Seed, choice.Rules[0], choice.Rules[1]);
                for (int side = 0; side < 2; side++)
                    made.SetRate(side, _rates[side]);
                made.Advance(0, CancellationToken.None);
                return (rows, made);
            }, Closed);
            if (Closed.IsCancellationRequested)
            {
                sides.Dispose();
                return;
            }
            _sides?.Dispose();
            (_choice, _data, _sides, _views) = (choice, data, sides, [.. sides.Views]);
            _status = "at the start";
            if (choice.Data != LearnChoice.OwnTable)
                Follow(Navigation, $"learn{choice.Query}");
        }
        catch (Exception problem) when (problem is ArgumentException or IOException or InvalidDataException or InvalidOperationException)
        {
            (_problem, _status) = (problem.Message, "");
        }
        catch (OperationCanceledException)
        {
            return;
        }
        _preparing = false;
        StateHasChanged();
        if (ran && _problem is null)
            await PlayAsync();
    }

    private async Task TakeAsync(BioLearn.Experiments.DataSource table)
    {
        _table = LearnData.Of(table);
        await ChooseAsync(_choice with { Data = LearnChoice.OwnTable });
    }

    private async Task PlayAsync()
    {
        _running = !_running;
        if (!_running)
            return;
        StateHasChanged();
        var sides = _sides;
        try
        {
            while (_running && sides is not null && sides == _sides)
            {
                bool seen = await Limit.RunAsync(cancellation => sides.Advance(null, cancellation), Closed);
                if (seen && _running)
                    Show();
                await Presence.HereAsync(Closed);
                await Task.Delay(10, Closed); // others' clicks come between
            }
            if (sides is not null && sides == _sides)
                await PausedAsync(sides);
        }
        catch (OperationCanceledException)
        {
            _running = false;
        }
    }

    private async Task StepAsync()
    {
        if (_sides is not { } sides)
            return;
        await Limit.RunAsync(cancellation => sides.Advance(1, cancellation), Closed);
        Show();
    }

    // The last piece of work may have gone on behind the click.
    private async Task PausedAsync(SideBySide sides)
    {
        await Limit.RunAsync(cancellation => sides.Advance(0, cancellation), Closed);
        Show();
        _status += "; paused";
    }

    private async Task SwapAsync(int side, string name)
    {
        if (LearnChoice.Rule(name) is not { } rule || _sides is not { } sides)
            return;
        try
        {
            await Limit.RunAsync(_ =>
            {
                sides.Swap(side, rule);
                return true;
            }, Closed);
            var rules = _choice.Rules.ToArray();
            rules[side] = rule;
            (_choice, _problem) = (_choice with { Rules = rules }, null);
            Show();
            if (_choice.Data != LearnChoice.OwnTable)
                Follow(Navigation, $"learn{_choice.Query}");
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
        {
            _problem = $"{rule.Title}: {problem.Message}";
        }
    }

    private async Task RateAsync(int side, double rate)
    {
        _rates[side] = rate;
        // It waits for the piece of work that runs; the tab does not.
        if (_sides is { } sides)
            await Task.Run(() => sides.SetRate(side, rate));
    }

    private void Show()
    {
        _views = [.. _sides?.Views ?? [null, null]];
        if (_views[0] is { } view)
            _status = string.Create(CultureInfo.InvariantCulture, $"{view.Steps} steps of 32 rows; every row met {view.Epochs:0.0} times");
        if (_views.All(view => view?.Problem is not null))
            _running = false;
        StateHasChanged();
    }
}
