using System.Buffers;
using System.Globalization;
using System.Text;

namespace BioLearn.Experiments.Grids;

/// <summary>A value of a grid file, with its place, so that what reads it can name file and line.</summary>
/// <param name="place">Where it stands.</param>
public abstract class GridValue(GridPlace place)
{
    /// <summary>Where it stands.</summary>
    public GridPlace Place { get; } = place;

    /// <summary>What it is, for messages: <c>a list</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The value on one line, as YAML's flow style writes it.</summary>
    /// <returns>The text.</returns>
    public sealed override string ToString()
    {
        StringBuilder text = new();
        Write(text);
        return text.ToString();
    }

    internal abstract void Write(StringBuilder text);
}

/// <summary>A single value: text, a number, true or false, or nothing.</summary>
/// <param name="place">Where it stands.</param>
/// <param name="text">Its text.</param>
/// <param name="isQuoted">Whether it stands between quotes: then it is text, whatever it looks like.</param>
public sealed class GridScalar(GridPlace place, string text, bool isQuoted = false) : GridValue(place)
{
    private static readonly SearchValues<char> Meaningful = SearchValues.Create("{}[],#:&*!|>'\"%@`");

    /// <summary>Its text.</summary>
    public string Text { get; } = text;

    /// <summary>Whether it stands between quotes.</summary>
    public bool IsQuoted { get; } = isQuoted;

    /// <inheritdoc/>
    public override string Kind => $"'{Text}'";

    /// <summary>
    /// The value by YAML's core schema: null, a <see cref="bool"/>, <see cref="long"/>, <see cref="double"/> or <see cref="string"/>; numbers
    /// such as <c>1e-4</c> are numbers.
    /// </summary>
    public object? Value => IsQuoted ? Text : Text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ when long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => whole,
        _ when TryDouble(Text, out double number) => number,
        _ => Text,
    };

    internal static bool TryDouble(string text, out double number)
    {
        switch (text)
        {
            case ".nan" or ".NaN" or ".NAN":
                number = double.NaN;
                return true;
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                number = double.PositiveInfinity;
                return true;
            case "-.inf" or "-.Inf" or "-.INF":
                number = double.NegativeInfinity;
                return true;
            default:
                number = 0;
                return text is [>= '0' and <= '9' or '+' or '-' or '.', ..]
                    && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
        }
    }

    internal override void Write(StringBuilder text)
    {
        if (IsQuoted && (new GridScalar(Place, Text).Value is not string || Text.AsSpan().ContainsAny(Meaningful)))
            text.Append('\'').Append(Text.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
        else
            text.Append(Text);
    }
}

/// <summary>A list of values.</summary>
/// <param name="place">Where it begins.</param>
/// <param name="items">Its values.</param>
public sealed class GridList(GridPlace place, IReadOnlyList<GridValue> items) : GridValue(place)
{
    /// <summary>Its values.</summary>
    public IReadOnlyList<GridValue> Items { get; } = items;

    /// <inheritdoc/>
    public override string Kind => "a list";

    internal override void Write(StringBuilder text)
    {
        text.Append('[');
        for (int i = 0; i < Items.Count; i++)
        {
            if (i > 0)
                text.Append(", ");
            Items[i].Write(text);
        }
        text.Append(']');
    }
}
