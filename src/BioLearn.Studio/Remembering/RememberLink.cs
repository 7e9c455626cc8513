namespace BioLearn.Studio.Remembering;

/// <summary>A memory as an address: its kind, its patterns as bits, and what is asked of it.</summary>
internal sealed record RememberLink(MemoryKind? Kind, IReadOnlyList<ulong>? Patterns, int Asked, bool Flips, int? Damage, int Draw, float[]? Cue)
{
    /// <summary>The path and query of a bench.</summary>
    public static string Of(MemoryBench bench)
    {
        string address = $"remember?kind={bench.Kind.Key}&patterns={string.Join('-', bench.Patterns.Select(Squares.Digits))}&ask={bench.Asked + 1}&{(bench.Flips ? "flip" : "hide")}={bench.Damage}";
        if (bench.Draw != 0)
            address += $"&draw={bench.Draw}";
        // Squares that were damaged by hand: which are filled, and which are hidden.
        if (bench.HasOwnDamage)
            address += $"&cue={Squares.Digits(Bits(bench.Cue, element => element > 0))}-{Squares.Digits(Bits(bench.Cue, element => element == 0))}";
        return address;
    }

    /// <summary>What an address asks for; parts that are none are left out.</summary>
    public static RememberLink Parse(string? kind, string? patterns, int? ask, int? hide, int? flip, int? draw, string? cue)
    {
        ulong[]? stored = patterns is null ? null : [.. patterns.Split('-').Select(Squares.FromDigits).OfType<ulong>()];
        return new(MemoryKind.Find(kind), stored, (ask ?? 1) - 1, flip is not null, Percent(flip ?? hide), draw is >= 0 ? draw.Value : 0, stored is { Length: > 0 } ? CueOf(cue) : null);
    }

    private static int? Percent(int? given) => given is >= 0 and <= 100 ? given : null;

    private static float[]? CueOf(string? digits) =>
        digits?.Split('-').Select(Squares.FromDigits).ToArray() is [{ } filled, { } hidden]
            ? [.. Enumerable.Range(0, Squares.Count).Select(square => Squares.IsFilled(hidden, square) ? 0f : Squares.IsFilled(filled, square) ? 1f : -1f)]
            : null;

    private static ulong Bits(float[] elements, Predicate<float> holds)
    {
        ulong bits = 0;
        for (int square = 0; square < elements.Length; square++)
            bits |= holds(elements[square]) ? 1UL << square : 0;
        return bits;
    }
}
