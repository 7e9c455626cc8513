using System.Text;

namespace BioLearn.Cli.Terminal;

/// <summary>
/// Text files of users, decoded as they say (a byte order mark) or as UTF-8, and refused where they are neither: a decoder that replaces what it
/// does not know makes one label of two.
/// </summary>
internal static class TextFile
{
    /// <summary>The lines of a file.</summary>
    /// <exception cref="InvalidDataException">The file is not UTF-8 text; the message names it, the line and the remedy.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        using StreamReader reader = new(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        return [.. Lines(reader, path)];
    }

    private static IEnumerable<string> Lines(StreamReader reader, string path)
    {
        for (int line = 1; Next(reader, path, line) is { } text; line++)
            yield return text;
    }

    private static string? Next(StreamReader reader, string path, int line)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (DecoderFallbackException e)
        {
            string bytes = e.BytesUnknown is { } unknown ? $" (byte {string.Join(' ', unknown.Select(b => $"{b:X2}"))})" : "";
            throw new InvalidDataException($"{path}, line {line} or after it: not UTF-8 text{bytes}; is it Latin-1, as older spreadsheets write? Save it as UTF-8 (\"CSV UTF-8\")", e);
        }
    }
}
