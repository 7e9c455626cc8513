namespace BioLearn.Plots;

/// <summary>How a series is drawn, where it is not drawn as the palette says.</summary>
public sealed record SeriesStyle
{
    /// <summary>As <c>#RRGGBB</c>; null for the palette's next.</summary>
    public string? Colour { get; init; }

    /// <summary>Thickness of the line, above 0.</summary>
    public double Thickness { get; init; } = 2;

    /// <summary>A broken line: limits, controls.</summary>
    public bool Dashed { get; init; }

    /// <summary>Marks without a filling and without a line: published values beside one's own.</summary>
    public bool Hollow { get; init; }

    internal static SeriesStyle Default { get; } = new();
}
