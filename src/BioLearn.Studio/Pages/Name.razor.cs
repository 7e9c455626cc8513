using System.Collections.Immutable;
using System.Globalization;
using BioLearn.Studio.Naming;
using BioLearn.Studio.Pictures;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace BioLearn.Studio.Pages;

/// <summary>The page of naming: one example of each thing, then questions.</summary>
public sealed partial class Name
{
    private static readonly string[] Ordinals = ["First", "Second", "Third"];

    private readonly SemaphoreSlim _turn = new(1);
    private NamingDesk _desk = null!;
    private LessonKit? _kit;
    private IReadOnlyList<string> _problems = [];
    private string _name = "";
    private string? _nameProblem, _renameProblem, _renaming;
    private bool _busy, _focusName, _focusTitle;
    private ElementReference _field, _title;

    [Inject] private NamingRoom Room { get; set; } = null!;

    [Inject] private WorkLimit Limit { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Key of the network.</summary>
    [SupplyParameterFromQuery] public string? Network { get; set; }

    /// <summary>Examples, picture~name.</summary>
    [SupplyParameterFromQuery(Name = "teach")] public string[]? Taught { get; set; }

    /// <summary>From which per cent a cell fires.</summary>
    [SupplyParameterFromQuery(Name = "fires")] public int? FiresFrom { get; set; }

    /// <summary>The picture that is asked.</summary>
    [SupplyParameterFromQuery(Name = "ask")] public string? AskedPicture { get; set; }

    private ImmutableArray<string> Names => _desk.Lesson?.Names ?? [];

    private string Step => (_desk.IsAsking, Names.Length, _desk.Current) switch
    {
        _ when _desk.Lesson is null => "One moment…",
        (true, _, null) => "The question: choose a picture that it has not seen.",
        (true, _, _) => "Go on: other pictures, or one name more.",
        (false, var taught, null) => $"Step {taught + 1} of 4: choose a picture of the {Ordinals[Math.Min(taught, 2)].ToLowerInvariant()} thing.",
        (false, var taught, _) => $"Step {taught + 1} of 4: type its name, and teach it.",
    };

    private string SensesHint => _desk.Senses == SpikingSenses.Name
        ? "It learned from 2,000 small pictures of clothes what edges and corners are; nobody told it any name. It sees 28 x 28 grey pixels."
        : "It learned from photographs of 101 kinds of things, with their names. The cells read its last layer but one.";

    protected override void OnInitialized() => _desk = new(Room, Limit);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            var link = LessonLink.Parse(Network, Taught ?? [], FiresFrom, AskedPicture);
            await Do(async () => _problems = await _desk.OpenAsync(link, Closed), moves: false);
            StateHasChanged();
        }
        else if (_focusName)
        {
            _focusName = false;
            await _field.FocusAsync();
        }
        else if (_focusTitle)
        {
            _focusTitle = false;
            await _title.FocusAsync();
        }
    }

    private Task Choose(ShownPicture picture) => TakeAsync(picture, isBrought: false);

    private Task Bring(ShownPicture picture) => TakeAsync(picture, isBrought: true);

    private async Task TakeAsync(ShownPicture picture, bool isBrought)
    {
        (_name, _nameProblem) = ("", null);
        await Do(() => _desk.TakeAsync(picture, Closed));
        (_focusName, _focusTitle) = (!_desk.IsAsking, _desk.IsAsking && isBrought);
    }

    private async Task Teach()
    {
        if (_busy)
            return;
        _nameProblem = null;
        await Do(async () =>
        {
            await _desk.TeachAsync(_name, Closed);
            _name = "";
        }, problem => _nameProblem = problem);
    }

    private Task Rename(string name, string? word)
    {
        (_renaming, _renameProblem) = (name, null);
        return Do(() => _desk.RenameAsync(name, word ?? "", Closed), problem => _renameProblem = problem);
    }

    private Task See(ChangeEventArgs change) => Do(() => _desk.SeeAsync((string)change.Value!, Closed));

    private void SetFires(ChangeEventArgs change)
    {
        _desk.SetFires(int.Parse((string)change.Value!, CultureInfo.InvariantCulture));
        Settle();
    }

    private void BeginAnew()
    {
        _desk.BeginAnew();
        (_problems, _name, _nameProblem) = ([], "", null);
        Settle();
    }

    // Every piece of work ends here: what went wrong stands beside what it was asked for, and the address follows the lesson.
    private async Task Do(Func<Task> work, Action<string>? tell = null, bool moves = true)
    {
        var closed = Closed;
        tell ??= problem => _problems = [problem];
        try
        {
            await _turn.WaitAsync(closed); // one after the other: each begins where the one before has ended
        }
        catch (OperationCanceledException)
        {
            return;
        }
        (_busy, _problems) = (true, []);
        try
        {
            await work();
        }
        catch (LessonException problem)
        {
            tell(problem.Message);
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _busy = false;
            _turn.Release();
        }
        Settle(moves);
    }

    private void Settle(bool moves = true)
    {
        _kit = Names.IsEmpty ? null : new(_desk.Lesson!, _desk.Fires / 100.0);
        if (moves && _desk.Lesson is { } lesson)
            Follow(Navigation, LessonLink.Of(lesson, _desk.Fires, _desk.Current));
    }

    private string Why(Answer answer) => answer switch
    {
        { IsSilent: true } => "Nothing in this picture makes the network fire: it is blank, or too faint.",
        { Name: null } => "No cell fires: this is like none of the examples.",
        { Name: { } name } when _desk.Lesson!.Of(name).Any(example => example.Picture.Key == answer.Picture.Key) => "Of course: this very picture was its example.",
        _ => "Its cell gets most current from this picture.",
    };

    private static RenderFragment Spared(Untouched untouched) => (RenderTreeBuilder builder) =>
    {
        builder.OpenElement(0, "p");
        builder.AddAttribute(1, "class", "spared");
        builder.AddContent(2, untouched switch
        {
            { Cells: 0 } => $"“{untouched.Name}” is taught.",
            { Changed: 0 } => string.Create(CultureInfo.InvariantCulture, $"“{untouched.Name}” is taught, and nothing else was touched: all {untouched.Connections:N0} connections of the other {(untouched.Cells == 1 ? "cell" : $"{untouched.Cells} cells")} were compared, and are the same to the last bit."),
            _ => string.Create(CultureInfo.InvariantCulture, $"“{untouched.Name}” is taught; {untouched.Changed:N0} of {untouched.Connections:N0} connections of other cells changed."),
        });
        builder.CloseElement();
    };
}
