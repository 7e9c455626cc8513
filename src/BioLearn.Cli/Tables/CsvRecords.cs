using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace BioLearn.Cli.Tables;

/// <summary>A record of a CSV file.</summary>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="Fields">Its fields, without quotes and without blanks around them.</param>
internal readonly record struct CsvRecord(int Line, string[] Fields);

/// <summary>
/// The records of a CSV file (RFC 4180): fields may stand in double quotes and then hold separators, line breaks and doubled quotes; lines end by
/// CR, LF or both; empty lines are skipped. The separator is the comma, semicolon, tab or bar that gives the first records one number of fields.
/// </summary>
internal static class CsvRecords
{
    // The semicolon first: where both fit, commas are decimal commas.
    private static readonly char[] Separators = [';', '\t', '|', ','];
    private const int LookedAt = 50;
    private const int SampleLetters = 1 << 16;
    private const int MostSampleLetters = 1 << 24;

    /// <summary>All records, read as they are asked for.</summary>
    /// <exception cref="InvalidDataException">A quote is not closed or stands in a wrong place, or the file is no text; the message has file and line.</exception>
    public static IEnumerable<CsvRecord> Read(string path)
    {
        using TextReader text = TextFile.Open(path);
        string sample = Sample(text, out bool all);
        char separator = Separator(sample, all, path);
        using PrefixedReader whole = new(sample, text);
        foreach (var record in Parse(whole, separator, path))
            yield return record;
    }

    private static IEnumerable<CsvRecord> Parse(TextReader text, char separator, string path)
    {
        int line = 1;
        using CsvParser parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = separator.ToString(),
            TrimOptions = TrimOptions.Trim,
            BadDataFound = bad => throw Bad(bad.Field, bad.RawRecord, separator, $"{path}, line {line}"),
        });
        while (parser.Read())
        {
            string[] fields = parser.Record!;
            int start = parser.RawRow - Breaks(fields);
            line = parser.RawRow + 1;
            if (fields.Length > 1 || fields[0].Length > 0)
                yield return new(start, fields);
        }
    }

    private static InvalidDataException Bad(string field, string record, char separator, string place)
    {
        string text = field.AsSpan().TrimStart() is ['"', ..] quoted
            ? quoted.Count('"') % 2 == 1 ? "a quote is opened and not closed" : $"text behind a closing quote; expected '{separator}'"
            : "a quote inside a field that does not begin with one; expected the field in quotes, and a quote in it doubled";
        string shown = record.TrimEnd();
        return new($"{place}: {text}: {(shown.Length > 60 ? shown[..60] + "..." : shown)}");
    }

    private static int Breaks(string[] fields) => fields.Sum(field => field.AsSpan().Count('\n') + Alone(field));

    private static int Alone(string field)
    {
        int alone = 0;
        for (int at = field.IndexOf('\r', StringComparison.Ordinal); at >= 0; at = field.IndexOf('\r', at + 1))
            alone += at + 1 < field.Length && field[at + 1] == '\n' ? 0 : 1;
        return alone;
    }

    /// <summary>As much of the beginning as holds some lines.</summary>
    private static string Sample(TextReader text, out bool all)
    {
        System.Text.StringBuilder sample = new();
        char[] block = new char[SampleLetters];
        int lines = 0;
        all = false;
        while (!all && (sample.Length < SampleLetters || (lines < 2 && sample.Length < MostSampleLetters)))
        {
            int read = text.ReadBlock(block);
            all = read < block.Length;
            sample.Append(block, 0, read);
            lines += block.AsSpan(0, read).Count('\n') + block.AsSpan(0, read).Count('\r');
        }
        return sample.ToString();
    }

    private static char Separator(string sample, bool all, string path)
    {
        char best = ',';
        int most = 1;
        foreach (char separator in Separators)
        {
            if (Width(sample, separator, all, path) is var width && width > most)
                (best, most) = (separator, width);
        }
        return most > 1 ? best : Separators.MaxBy(separator => sample.AsSpan(0, Math.Max(0, sample.AsSpan().IndexOfAny('\n', '\r'))).Count(separator)) is var usual
            && sample.Contains(usual, StringComparison.Ordinal) ? usual : ',';
    }

    /// <summary>Fields of the first records if all have as many, else 0.</summary>
    private static int Width(string sample, char separator, bool all, string path)
    {
        List<int> widths = [];
        try
        {
            using StringReader text = new(sample);
            foreach (var record in Parse(text, separator, path).Take(LookedAt + 1))
                widths.Add(record.Fields.Length);
        }
        catch (InvalidDataException) when (!all)
        {
            // A quote that the sample cuts in two.
            widths.Add(0);
        }
        catch (InvalidDataException)
        {
            return 0;
        }
        // The last record of a sample may be cut off.
        if (!all && widths.Count is > 1 and <= LookedAt)
            widths.RemoveAt(widths.Count - 1);
        return widths.Distinct().Count() == 1 ? widths[0] : 0;
    }

    private sealed class PrefixedReader(string prefix, TextReader rest) : TextReader
    {
        private int _at;

        public override int Read(char[] buffer, int index, int count)
        {
            if (_at == prefix.Length)
                return rest.Read(buffer, index, count);
            int taken = Math.Min(count, prefix.Length - _at);
            prefix.CopyTo(_at, buffer, index, taken);
            _at += taken;
            return taken;
        }
    }
}
