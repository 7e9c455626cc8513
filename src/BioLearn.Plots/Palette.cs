namespace BioLearn.Plots;

/// <summary>The colours of all pictures: distinct for most readers with a colour-vision deficiency (Okabe and Ito 2008), black last.</summary>
public static class Palette
{
    private static readonly string[] Hex = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];

    /// <summary>Number of colours before they come again.</summary>
    public static int Count => Hex.Length;

    /// <summary>Colour of a series.</summary>
    /// <param name="series">Its number, from 0; colours come again after seven.</param>
    /// <returns>As <c>#RRGGBB</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 0.</exception>
    public static string Colour(int series)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(series);
        return Hex[series % Hex.Length];
    }
}
