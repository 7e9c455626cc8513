using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Reversal;
using BioLearn.Studio.Pictures;
using Microsoft.AspNetCore.Components;

namespace BioLearn.Studio.Recollecting;

/// <summary>Draws as soon as something is chosen; what takes longer (controls, contents of the level, files) follows when the choice rests.</summary>
public partial class RecollectColumn
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    private readonly LatestWork _drawing = new();
    private readonly LatestWork _asking = new();
    private (ShownPicture? Picture, RecollectSetting? Setting) _asked;
    private NetworkFacts? _facts;
    private Recollected? _shown;
    private Questioned? _found;
    private LevelContents? _contents;
    private string _imageUrl = "", _originalUrl = "", _phrase = "";
    private string? _pngUrl, _problem, _originalOf;
    private int _turn;

    /// <summary>Tells the fields of two columns apart.</summary>
    [Parameter, EditorRequired] public string Prefix { get; set; } = "";

    /// <summary>The column's name.</summary>
    [Parameter, EditorRequired] public string Title { get; set; } = "";

    /// <summary>Whether another one stands beside it.</summary>
    [Parameter] public bool Narrow { get; set; }

    /// <summary>The picture.</summary>
    [Parameter, EditorRequired] public ShownPicture Picture { get; set; } = null!;

    /// <summary>How it is recollected.</summary>
    [Parameter, EditorRequired] public RecollectSetting Setting { get; set; } = null!;

    /// <summary>The networks at hand.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<CatalogModel> Networks { get; set; } = [];

    /// <summary>Told of another choice.</summary>
    [Parameter, EditorRequired] public EventCallback<RecollectSetting> Changed { get; set; }

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() =>
        RendererInfo.IsInteractive && _asked != (Picture, Setting) ? ShowAsync() : Task.CompletedTask;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        _drawing.Dispose();
        _asking.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task ShowAsync()
    {
        var (picture, setting) = _asked = (Picture, Setting);
        int turn = ++_turn;
        _asking.Stop();
        var (done, drawn) = await _drawing.AskAsync(Limit, token => Draw(picture, setting, token), Closed);
        if (!done || drawn is null)
            return;
        (_facts, _problem, _found) = (drawn.Facts, drawn.Problem, null);
        if (drawn.Setting != setting)
        {
            await Changed.InvokeAsync(drawn.Setting); // what the network does not have was put right
            return;
        }
        if (drawn.Shown is null)
            return;
        (_shown, _imageUrl, _phrase) = (drawn.Shown, drawn.ImageUrl, RecollectWords.Phrase(setting.Cue, drawn.Facts!));
        if (drawn.OriginalUrl is not null)
            (_originalUrl, _originalOf) = (drawn.OriginalUrl, OriginalKey(picture, setting));
        StateHasChanged();
        await AskAsync(turn, picture, setting, drawn.Shown);
    }

    private async Task AskAsync(int turn, ShownPicture picture, RecollectSetting setting, Recollected shown)
    {
        try
        {
            await Task.Delay(Rest, Closed);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        if (turn != _turn)
            return;
        int level = setting.Cue.IsAtOutput ? 0 : setting.Cue.Level;
        var (done, quick) = await _asking.AskAsync(Limit, token => Tried(() => new Settled(PictureUrl.Png(shown.Image), Room.Contents(picture, setting.Network, level, token))), Closed);
        if (!done || turn != _turn)
            return;
        (_pngUrl, _contents) = (quick.Value?.PngUrl, quick.Value?.Contents);
        StateHasChanged();
        var (asked, found) = await _asking.AskAsync(Limit, token => Tried(() => Room.Question(picture, setting, shown, token)), Closed);
        if (!asked || turn != _turn)
            return;
        _found = found.Value;
        _problem = found.Problem;
        StateHasChanged();
    }

    private Drawn Draw(ShownPicture picture, RecollectSetting setting, CancellationToken cancellation)
    {
        var (facts, unknown) = _facts?.Name == setting.Network ? (_facts, null) : Tried(() => Room.Facts(setting.Network));
        if (facts is null)
            return new(_facts, setting, null, "", null, unknown);
        var fitted = setting with { Cue = facts.Fitted(setting.Cue) };
        if (fitted != setting)
            return new(facts, fitted, null, "", null, null);
        var (shown, problem) = Tried(() => Room.Draw(picture, setting, cancellation));
        return shown is null ? new(facts, setting, null, "", null, problem)
            : new(facts, setting, shown, PictureUrl.Jpeg(shown.Image, 90), _originalOf == OriginalKey(picture, setting) ? null : PictureUrl.Jpeg(shown.Original, 90), null);
    }

    // The same as long as picture, network and the size of what came back are the same.
    private static string OriginalKey(ShownPicture picture, RecollectSetting setting) => $"{setting.Network}/{setting.VariantName}/{picture.Key}";

    private static (T? Value, string? Problem) Tried<T>(Func<T> work)
        where T : class
    {
        try
        {
            return (work(), null);
        }
        catch (Exception problem) when (problem is ReversalException or OnnxModelException or InvalidImageException or ArgumentException or FormatException or InvalidDataException or IOException or InvalidOperationException)
        {
            return (null, problem.Message);
        }
    }

    private sealed record Drawn(NetworkFacts? Facts, RecollectSetting Setting, Recollected? Shown, string ImageUrl, string? OriginalUrl, string? Problem);

    private sealed record Settled(string PngUrl, LevelContents Contents);
}
