using System.Globalization;
using BioLearn.Studio.Learning;
using BioLearn.Studio.Parts;
using Microsoft.AspNetCore.Components;

namespace BioLearn.Studio.Pages;

/// <summary>An instructed network, live: its question is a button, its gates light up.</summary>
public partial class LearnInstructed
{
    private static readonly int[] Hidden = [120, 60];

    private AskedNetwork? _network;
    private AskedAnswer? _answer;
    private string? _problem;
    private string _status = "composing pictures";
    private int _picture, _question;
    private bool _running;

    [Inject] private WorkLimit Limit { get; set; } = null!;

    [Inject] private Presence Presence { get; set; } = null!;

    private int Said => _answer is null ? 0 : _answer.Sure.Index().MaxBy(one => one.Item).Index;

    private IReadOnlyList<ChartLine> Curves => _network is null ? [] :
        [.. AskedNetwork.Questions.Select((question, i) => new ChartLine(question.Replace("What is on the ", "", StringComparison.Ordinal).TrimEnd('?'), [.. _network.Right[i].Select(point => (point.Step, 100 * point.Value))], $"c{i}"))];

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await BeginAsync();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _running = false;
        await base.DisposeAsync();
        _network?.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task BeginAsync()
    {
        _running = false;
        try
        {
            var made = await Limit.RunAsync(_ => new AskedNetwork(Hidden), Closed);
            if (Closed.IsCancellationRequested)
            {
                made.Dispose();
                return;
            }
            _network?.Dispose();
            (_network, _problem) = (made, null);
            await AskAsync(_picture, _question);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException)
        {
            (_problem, _status) = (problem.Message, "");
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // The tab is closed.
        }
    }

    private async Task AskAsync(int picture, int question)
    {
        if (_network is not { } network)
            return;
        var answer = await Limit.RunAsync(_ => network.Ask(picture, question), Closed);
        (_picture, _question, _answer) = (picture, question, answer);
        _status = string.Create(CultureInfo.InvariantCulture, $"{network.Steps} steps of 16 questions");
        StateHasChanged();
    }

    private async Task PlayAsync()
    {
        _running = !_running;
        StateHasChanged();
        var network = _network;
        try
        {
            while (_running && network is not null && network == _network)
            {
                if (await Limit.RunAsync(cancellation => network.Advance(null, cancellation), Closed) && _running)
                    await AskAsync(_picture, _question);
                await Presence.HereAsync(Closed);
                await Task.Delay(10, Closed);
            }
        }
        catch (OperationCanceledException)
        {
            _running = false;
        }
    }

    private async Task StepAsync()
    {
        if (_network is not { } network)
            return;
        await Limit.RunAsync(cancellation => network.Advance(1, cancellation), Closed);
        await AskAsync(_picture, _question);
    }
}
