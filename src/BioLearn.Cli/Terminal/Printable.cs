using System.Globalization;
using System.Text;
using Spectre.Console;

namespace BioLearn.Cli.Terminal;

/// <summary>Text that came from outside (names of files, of classes, messages that quote them), made safe for a terminal.</summary>
internal static class Printable
{
    /// <summary>As it stands, with no meaning as markup, and with control characters shown by their numbers instead of obeyed.</summary>
    public static string Escape(string text) => Markup.Escape(Visible(text));

    /// <summary>
    /// Control characters, and those that turn the direction of writing, as <c>\x1B</c> or <c>\u202E</c>; line breaks too unless
    /// <paramref name="lines"/>.
    /// </summary>
    public static string Visible(string text, bool lines = false)
    {
        if (!text.Any(letter => IsCommand(letter, lines)))
            return text;
        var visible = new StringBuilder(text.Length + 8);
        foreach (var letter in text)
        {
            if (IsCommand(letter, lines))
                visible.Append(letter <= 0xFF ? "\\x" : "\\u").Append(((int)letter).ToString(letter <= 0xFF ? "X2" : "X4", CultureInfo.InvariantCulture));
            else
                visible.Append(letter);
        }
        return visible.ToString();
    }

    private static bool IsCommand(char letter, bool lines) =>
        (char.IsControl(letter) && !(lines && letter is '\n' or '\r')) || letter is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
