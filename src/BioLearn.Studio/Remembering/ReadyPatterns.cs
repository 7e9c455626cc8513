namespace BioLearn.Studio.Remembering;

/// <summary>Patterns to begin with, drawn for this page.</summary>
internal static class ReadyPatterns
{
    /// <summary>Names and patterns.</summary>
    public static IReadOnlyList<(string Name, ulong Pattern)> All { get; } =
    [
        ("heart", Squares.Parse(".##..##. ######## ######## ######## .######. ..####.. ...##... ........")),
        ("X", Squares.Parse("#......# ##....## .##..##. ..####.. ..####.. .##..##. ##....## #......#")),
        ("T", Squares.Parse("######## ######## ...##... ...##... ...##... ...##... ...##... ...##...")),
        ("L", Squares.Parse("##...... ##...... ##...... ##...... ##...... ##...... ######## ########")),
        ("ring", Squares.Parse("..####.. .######. ##....## ##....## ##....## ##....## .######. ..####..")),
        ("house", Squares.Parse("...##... ..####.. .######. ######## .######. .##..##. .##..##. .##..##.")),
        ("arrow", Squares.Parse("....#... ....##.. ....###. ######## ######## ....###. ....##.. ....#...")),
        ("stairs", Squares.Parse("......## ......## ....#### ....#### ..###### ..###### ######## ########")),
        ("chequers", Squares.Parse("##..##.. ##..##.. ..##..## ..##..## ##..##.. ##..##.. ..##..## ..##..##")),
        ("face", Squares.Parse("..####.. .######. ##.##.## ######## ######## ##.##.## .##..##. ..####..")),
    ];

    /// <summary>Those that a memory begins with.</summary>
    public static IReadOnlyList<ulong> First => [All[0].Pattern, All[1].Pattern, All[2].Pattern];

    /// <summary>What a pattern is called: its name, or how many squares of it are filled.</summary>
    public static string NameOf(ulong pattern)
    {
        foreach (var (name, known) in All)
        {
            if (known == pattern)
                return name;
        }
        return $"pattern of {Squares.Filled(pattern)} filled squares";
    }
}
