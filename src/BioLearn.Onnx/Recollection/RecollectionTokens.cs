using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>The notebooks' tokens for options, as they stand in their file names.</summary>
public static class RecollectionTokens
{
    private static readonly (CurrentNormalization Value, string Token)[] Normalizations =
    [
        (CurrentNormalization.Std, "normalize_std"),
        (CurrentNormalization.StdGlobal, "normalize_std_global"),
        (CurrentNormalization.RescaleStd, "normalize_rescale_std"),
        (CurrentNormalization.RescaleStdLocal, "normalize_rescale_std_local"),
        (CurrentNormalization.MinMax, "normalize_minmax"),
        (CurrentNormalization.MinMaxLocal, "normalize_minmax_local"),
        (CurrentNormalization.MinMaxRescale, "normalize_minmax_rescale"),
        (CurrentNormalization.MinMaxHalfRescale, "normalize_minmax_01_05_rescale"),
        (CurrentNormalization.MinMaxHalfRescale, "normalize_minmax_01_05"), // earlier spelling, read but not printed
        (CurrentNormalization.None, "Unnorm"),
    ];

    private static readonly (Unpooling Value, string Token)[] Unpoolings =
    [
        (Unpooling.Switches, "unpool_indices"),
        (Unpooling.Sum, "unpool_sum"),
        (Unpooling.Upsample, "upsample"),
        (Unpooling.Random, "unpool_random"),
        (Unpooling.Distribute, "unpool_distributeall"),
    ];

    private static readonly (DisplayMode Value, string Token)[] Displays =
    [
        (DisplayMode.Normalize, "normalize"),
        (DisplayMode.Std, "normalize_std_norescale"),
        (DisplayMode.MinMax, "normalize_image_minmax_norescale"),
        (DisplayMode.ReverseTransform, "reverse_transform"),
    ];

    /// <summary>The token of a normalisation, such as <c>normalize_minmax_local</c>; <c>Unnorm</c> for none.</summary>
    public static string ToToken(this CurrentNormalization value) => Print(Normalizations, value);

    /// <summary>The token of an unpooling, such as <c>unpool_indices</c>.</summary>
    public static string ToToken(this Unpooling value) => Print(Unpoolings, value);

    /// <summary>The token of a display, such as <c>reverse_transform</c>.</summary>
    public static string ToToken(this DisplayMode value) => Print(Displays, value);

    /// <summary>Reads the token of a normalisation.</summary>
    /// <exception cref="FormatException">The token is not known.</exception>
    public static CurrentNormalization ParseNormalization(string token) => Read(Normalizations, token, "normalisation");

    /// <summary>Reads the token of an unpooling.</summary>
    /// <exception cref="FormatException">The token is not known.</exception>
    public static Unpooling ParseUnpooling(string token) => Read(Unpoolings, token, "unpooling");

    /// <summary>Reads the token of a display.</summary>
    /// <exception cref="FormatException">The token is not known.</exception>
    public static DisplayMode ParseDisplay(string token) => Read(Displays, token, "display");

    internal static string NormalizationPattern => Pattern(Normalizations[..^1]);

    internal static string UnpoolingPattern => Pattern(Unpoolings);

    internal static string DisplayPattern => Pattern(Displays);

    private static string Print<T>((T Value, string Token)[] table, T value) where T : struct, Enum
    {
        foreach ((T known, string token) in table)
            if (EqualityComparer<T>.Default.Equals(known, value))
                return token;
        throw new ArgumentOutOfRangeException(nameof(value), value, $"is not a {typeof(T).Name}");
    }

    private static T Read<T>((T Value, string Token)[] table, string token, string what)
    {
        ArgumentNullException.ThrowIfNull(token);
        foreach ((T value, string known) in table)
            if (known == token)
                return value;
        throw new FormatException($"'{token}' is not a {what}; expected one of {string.Join(", ", table.Select(entry => entry.Token))}.");
    }

    // Longest first: an alternation takes the first branch that matches.
    private static string Pattern<T>((T Value, string Token)[] table) =>
        string.Join('|', table.Select(entry => entry.Token).OrderByDescending(token => token.Length));
}
