using System.Globalization;
using System.Text.RegularExpressions;

namespace BioLearn.Studio.Recollecting;

/// <summary>What starts a recollection, by its kind.</summary>
public enum CueKind
{
    /// <summary>The class that the network saw.</summary>
    PredictedClass,

    /// <summary>A class by its name.</summary>
    Class,

    /// <summary>The whole output layer.</summary>
    Output,

    /// <summary>Control: a random current behind the output.</summary>
    RandomVector,

    /// <summary>Control: nothing behind the output, which normalisation turns into a constant.</summary>
    Zero,

    /// <summary>All that a level holds.</summary>
    Stored,

    /// <summary>The strongest units of a level.</summary>
    Strongest,

    /// <summary>One channel of a level.</summary>
    Channel,

    /// <summary>One unit of a level.</summary>
    Unit,

    /// <summary>Control: noise at a level.</summary>
    Noise,

    /// <summary>Control: the same current everywhere at a level.</summary>
    Constant,
}

/// <summary>A cue as the page's fields say it. Fields that the kind does not use keep what they were, so that they are there again when it is chosen again.</summary>
public sealed partial record CueChoice
{
    /// <summary>The kind.</summary>
    public CueKind Kind { get; init; }

    /// <summary>Name or number of the class; empty for the first.</summary>
    public string Class { get; init; } = "";

    /// <summary>Number of the level, counted from the output; 0 is the output itself.</summary>
    public int Level { get; init; }

    /// <summary>Tensor of the output where the network is cut before it has classes.</summary>
    public string? Tensor { get; init; }

    /// <summary>Share of the strongest units, above 0, up to 100.</summary>
    public double Percent { get; init; } = 5;

    /// <summary>The channel, or the unit of a dense level, from 0.</summary>
    public int Channel { get; init; }

    /// <summary>The unit's row, from 0.</summary>
    public int Row { get; init; }

    /// <summary>The unit's column, from 0.</summary>
    public int Column { get; init; }

    /// <summary>Whether the cue stands at the output rather than at a level.</summary>
    public bool IsAtOutput => StandsAtOutput(Kind);

    /// <summary>Whether cues of a kind stand at the output.</summary>
    public static bool StandsAtOutput(CueKind kind) => kind < CueKind.Stored;

    /// <summary>The cue in the words of the tool and of links.</summary>
    public string Token => string.Create(CultureInfo.InvariantCulture, $"{Kind switch
    {
        CueKind.PredictedClass => "class",
        CueKind.Class => $"class:{(Class.Length > 0 ? Class : "0")}",
        CueKind.Output => "output",
        CueKind.RandomVector => "random",
        CueKind.Zero => "constant",
        CueKind.Stored when Tensor is not null && Level == 0 => $"source:{Tensor}",
        CueKind.Stored => $"S{Level}",
        CueKind.Strongest => string.Create(CultureInfo.InvariantCulture, $"source{Level}_top{Percent}"),
        CueKind.Channel => $"S{Level}:{Channel}",
        CueKind.Unit => $"S{Level}:{Channel}.{Row}.{Column}",
        CueKind.Noise => $"noise:S{Level}",
        _ => $"constant:S{Level}",
    }}");

    /// <summary>Reads a token of a link.</summary>
    /// <exception cref="FormatException">It is none that the page prints.</exception>
    public static CueChoice Parse(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        switch (token)
        {
            case "class":
                return new();
            case "output":
                return new() { Kind = CueKind.Output };
            case "random":
                return new() { Kind = CueKind.RandomVector };
            case "constant":
                return new() { Kind = CueKind.Zero };
        }
        if (token.StartsWith("class:", StringComparison.Ordinal) && token.Length > 6)
            return new() { Kind = CueKind.Class, Class = token[6..] };
        if (token.StartsWith("source:", StringComparison.Ordinal) && token.Length > 7)
            return new() { Kind = CueKind.Stored, Tensor = token[7..] };
        if (AtLevel().Match(token) is not { Success: true } match)
            throw new FormatException($"\"{token}\" is no cue of this page");
        CueChoice choice = new() { Level = Number("level"), Kind = CueKind.Stored };
        return match switch
        {
            _ when match.Groups["word"].Value == "noise:" => choice with { Kind = CueKind.Noise },
            _ when match.Groups["word"].Value == "constant:" => choice with { Kind = CueKind.Constant },
            _ when match.Groups["row"].Success => choice with { Kind = CueKind.Unit, Channel = Number("channel"), Row = Number("row"), Column = Number("column") },
            _ when match.Groups["channel"].Success => choice with { Kind = CueKind.Channel, Channel = Number("channel") },
            _ when match.Groups["percent"].Success => choice with { Kind = CueKind.Strongest, Level = Number("sparse"), Percent = double.Parse(match.Groups["percent"].Value, CultureInfo.InvariantCulture) },
            _ => choice,
        };

        int Number(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^(?:(?<word>noise:|constant:)S(?<level>[1-9]\d{0,3})|S(?<level>[1-9]\d{0,3})(?::(?<channel>\d{1,6})(?:\.(?<row>\d{1,5})\.(?<column>\d{1,5}))?)?|source(?<sparse>[1-9]\d{0,3})_top(?<percent>\d{1,3}(?:\.\d{1,6})?))$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex AtLevel();
}
