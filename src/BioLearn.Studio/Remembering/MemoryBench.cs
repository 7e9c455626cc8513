using BioLearn.Kernels.Random;
using BioLearn.ML.Diagnostics;

namespace BioLearn.Studio.Remembering;

/// <summary>One person's memory: what she stored, which pattern she damaged and how, and how it comes back.</summary>
internal sealed class MemoryBench
{
    /// <summary>Most patterns that are drawn by hand.</summary>
    public const int MostPatterns = 40;

    private const int MostFrames = 2000;

    private readonly List<ulong> _patterns = [.. ReadyPatterns.First];

    /// <summary>The kind of memory.</summary>
    public MemoryKind Kind { get; set; } = MemoryKind.All[0];

    /// <summary>The stored patterns.</summary>
    public IReadOnlyList<ulong> Patterns => _patterns;

    /// <summary>The sheet that is drawn on.</summary>
    public ulong Drawing { get; set; }

    /// <summary>The pattern that is asked for, by its place.</summary>
    public int Asked { get; private set; }

    /// <summary>What the memory is shown: -1, +1, or 0 where a square is hidden.</summary>
    public float[] Cue { get; private set; } = [];

    /// <summary>Whether damage flips squares instead of hiding them.</summary>
    public bool Flips { get; private set; }

    /// <summary>Share of the squares that the slider damages, in per cent.</summary>
    public int Damage { get; private set; } = 40;

    /// <summary>Which squares are drawn next by chance.</summary>
    public int Draw { get; private set; }

    /// <summary>The recollection, moment by moment; the first is the cue.</summary>
    public IReadOnlyList<Frame> Frames { get; set; } = [];

    /// <summary>The moment that is looked at.</summary>
    public int At { get; set; }

    /// <summary>That moment.</summary>
    public Frame? Now => At < Frames.Count ? Frames[At] : null;

    /// <summary>Whether it is the last.</summary>
    public bool IsOver => At >= Frames.Count - 1;

    /// <summary>Squares of the cue that are not as they were stored.</summary>
    public int Damaged => _patterns.Count == 0 ? 0 : Squares.Elements(_patterns[Asked]).Zip(Cue).Count(pair => pair.First != pair.Second);

    /// <summary>Whether squares were damaged by hand since the slider did.</summary>
    public bool HasOwnDamage { get; private set; }

    /// <summary>Takes over what a link asks for.</summary>
    public void Open(RememberLink link)
    {
        Kind = link.Kind ?? Kind;
        if (link.Patterns is { } patterns)
        {
            _patterns.Clear();
            _patterns.AddRange(patterns.Distinct().Take(MostPatterns));
        }
        (Flips, Damage, Draw) = (link.Flips, link.Damage ?? Damage, link.Draw);
        Ask(link.Asked);
        if (link.Cue is { } cue)
            (Cue, HasOwnDamage) = (cue, true);
    }

    /// <summary>Stores the drawing.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? StoreDrawing() => Drawing == 0 ? "The sheet is empty; fill some squares first." : Store(Drawing);

    /// <summary>Stores a pattern.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Store(ulong pattern)
    {
        if (_patterns.Contains(pattern))
            return "This pattern is stored already.";
        if (_patterns.Count == MostPatterns)
            return $"At most {MostPatterns} patterns are stored by hand; below, as many as you like are added by chance.";
        _patterns.Add(pattern);
        Ask(_patterns.Count - 1);
        return null;
    }

    /// <summary>Takes a pattern out of the memory.</summary>
    public void Remove(int place)
    {
        _patterns.RemoveAt(place);
        Ask(Math.Min(Asked > place ? Asked - 1 : Asked, _patterns.Count - 1));
    }

    /// <summary>Empties the memory.</summary>
    public void Clear()
    {
        _patterns.Clear();
        Ask(0);
    }

    /// <summary>Asks for a stored pattern, damaged as the slider says.</summary>
    public void Ask(int place)
    {
        Asked = Math.Clamp(place, 0, Math.Max(0, _patterns.Count - 1));
        Harm();
    }

    /// <summary>Sets the damage of the slider.</summary>
    public void SetDamage(int percent)
    {
        Damage = Math.Clamp(percent, 0, 100);
        Harm();
    }

    /// <summary>Sets whether damage hides or flips.</summary>
    public void SetFlips(bool flips)
    {
        Flips = flips;
        Harm();
    }

    /// <summary>Damages other squares.</summary>
    public void DrawAnew()
    {
        Draw++;
        Harm();
    }

    /// <summary>Damages one square of the cue, or mends it.</summary>
    public void Touch(int square)
    {
        float stored = Squares.IsFilled(_patterns[Asked], square) ? 1 : -1;
        HasOwnDamage = true;
        Cue[square] = Cue[square] != stored ? stored : Flips ? -stored : 0;
    }

    /// <summary>Recalls from the cue, to the end.</summary>
    public IReadOnlyList<Frame> Recall(CancellationToken stop)
    {
        if (_patterns.Count == 0)
            return [];
        float[] patterns = [.. _patterns.SelectMany(Squares.Elements)];
        var recollection = Kind.Store(patterns, Squares.Count)([.. Cue]);
        List<Frame> frames = [new(recollection.State, recollection.Energy)];
        while (frames.Count < MostFrames && recollection.Step())
        {
            stop.ThrowIfCancellationRequested();
            frames.Add(new(recollection.State, recollection.Energy));
        }
        return frames;
    }

    /// <summary>Squares of the moment that differ from what was stored; a square of 0 does.</summary>
    public int Wrong(Frame frame) => Squares.Elements(_patterns[Asked]).Zip(frame.State).Count(pair => !(pair.First * pair.Second > 0));

    /// <summary>What became of it, in a sentence.</summary>
    public string Verdict(Frame last)
    {
        int wrong = Wrong(last);
        if (wrong == 0)
            return "It came back whole.";
        int nearest = Enumerable.Range(0, _patterns.Count).MaxBy(place => Squares.Overlap(_patterns[place], last.State));
        double overlap = Squares.Overlap(_patterns[nearest], last.State);
        string squares = $"{wrong} of {Squares.Count} squares are wrong";
        return (nearest == Asked, overlap) switch
        {
            (false, > .9) => $"It fell into another memory, {ReadyPatterns.NameOf(_patterns[nearest])}: {squares}.",
            (_, > .9) => $"It came back but for a little: {squares}.",
            _ => $"It came to rest at something that was never stored, a mixture: {squares}.",
        };
    }

    private void Harm()
    {
        (At, HasOwnDamage) = (0, false);
        if (_patterns.Count == 0)
        {
            (Cue, Frames) = ([], []);
            return;
        }
        double share = Damage / 100.0;
        Cue = new PatternDamage(Flips ? 0 : share, Flips ? share : 0).Apply(Squares.Elements(_patterns[Asked]), new RandomStream(Draw, "damage"));
    }
}
