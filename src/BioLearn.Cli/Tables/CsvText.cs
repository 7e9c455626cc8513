using System.Buffers;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace BioLearn.Cli.Tables;

/// <summary>CSV that is written: RFC 4180 with line feeds; fields are quoted where they need it, numbers are those of no language.</summary>
internal sealed class CsvText
{
    private static readonly CsvConfiguration Format = new(CultureInfo.InvariantCulture) { NewLine = "\n", ShouldQuote = field => MustQuote(field.Field) };

    private static readonly SearchValues<char> Special = SearchValues.Create(",;\t\"\r\n");

    private readonly StringBuilder _text = new();

    /// <param name="names">Names of the columns.</param>
    public CsvText(params IEnumerable<object> names) => Row(names);

    /// <summary>Adds a row; numbers are written so that they come back unchanged.</summary>
    public void Row(params IEnumerable<object> fields) => _text.Append(Line(fields));

    /// <summary>Writes rows as they come, for tables that no memory need hold.</summary>
    public static void Write(Stream file, IEnumerable<object> names, IEnumerable<object[]> rows)
    {
        using StreamWriter text = new(file, new UTF8Encoding(false), leaveOpen: true);
        using CsvWriter writer = new(text, Format);
        foreach (IEnumerable<object> row in rows.Prepend([.. names]))
        {
            foreach (object field in row)
                writer.WriteField(Convert.ToString(field, CultureInfo.InvariantCulture));
            writer.NextRecord();
        }
    }

    /// <summary>One row with its line break.</summary>
    public static string Line(params IEnumerable<object> fields)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        using CsvWriter writer = new(text, Format);
        foreach (object field in fields)
            writer.WriteField(Convert.ToString(field, CultureInfo.InvariantCulture));
        writer.NextRecord();
        writer.Flush();
        return text.ToString();
    }

    public override string ToString() => _text.ToString();

    // Blanks at the ends too: readers cut them off.
    private static bool MustQuote(string? field) => field is { Length: > 0 } && (field.AsSpan().ContainsAny(Special) || char.IsWhiteSpace(field[0]) || char.IsWhiteSpace(field[^1]));
}
