using System.Text;
using BioLearn.ML.Data;

namespace BioLearn.Cli.Tables;

/// <summary>
/// Text files of users, compressed with gzip or not, decoded as they say (a byte order mark) or as UTF-8, and refused where they are neither: a
/// decoder that replaces what it does not know makes one label of two.
/// </summary>
internal static class TextFile
{
    /// <summary>The lines of a file, whichever way they end.</summary>
    /// <exception cref="InvalidDataException">The file is not UTF-8 text; the message names it, the line and the remedy.</exception>
    public static IEnumerable<string> Lines(string path)
    {
        using TextReader reader = Open(path);
        List<string> lines = [];
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }

    /// <summary>Opens a file to be read from its beginning to its end.</summary>
    /// <inheritdoc cref="Lines" path="/exception"/>
    public static TextReader Open(string path)
    {
        Stream bytes = GzipFile.IsCompressed(path) ? new MemoryStream(GzipFile.ReadAllBytes(path)) : File.OpenRead(path);
        return new CheckedReader(new StreamReader(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)), path);
    }

    /// <summary>Turns what a decoder finds wrong into an error that names the file.</summary>
    private sealed class CheckedReader(StreamReader reader, string path) : TextReader
    {
        private int _line = 1;

        public override int Peek() => Guarded(reader.Peek);

        public override int Read()
        {
            int letter = Guarded(reader.Read);
            Look([(char)letter]);
            return letter;
        }

        public override int Read(char[] buffer, int index, int count)
        {
            int read = Guarded(() => reader.Read(buffer, index, count));
            Look(buffer.AsSpan(index, read));
            return read;
        }

        public override int Read(Span<char> buffer)
        {
            char[] letters = new char[buffer.Length];
            int read = Read(letters, 0, letters.Length);
            letters.AsSpan(0, read).CopyTo(buffer);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            reader.Dispose();
            base.Dispose(disposing);
        }

        private void Look(ReadOnlySpan<char> letters)
        {
            int nul = letters.IndexOf('\0');
            _line += (nul < 0 ? letters : letters[..nul]).Count('\n');
            if (nul >= 0)
                throw new InvalidDataException($"{path}, line {_line}: a zero byte: no text, or UTF-16 without a byte order mark; expected UTF-8");
        }

        private int Guarded(Func<int> read)
        {
            try
            {
                return read();
            }
            catch (DecoderFallbackException e)
            {
                string bytes = e.BytesUnknown is { } unknown ? $" (byte {string.Join(' ', unknown.Select(b => $"{b:X2}"))})" : "";
                throw new InvalidDataException($"{path}, line {_line} or after it: not UTF-8 text{bytes}; is it Latin-1, as older spreadsheets write? Save it as UTF-8 (\"CSV UTF-8\")", e);
            }
        }
    }
}
