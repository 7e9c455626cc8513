namespace BioLearn.Onnx.Images;

/// <summary>
/// Reads portable bitmaps, graymaps and pixmaps (P1 to P6). ImageSharp's reader exchanges the bytes of 16-bit samples and misreads text
/// bitmaps without saying so.
/// </summary>
internal ref struct NetpbmReader
{
    private readonly ReadOnlySpan<byte> _file;
    private readonly string _name;
    private int _at = 2;

    private NetpbmReader(ReadOnlySpan<byte> file, string name)
    {
        _file = file;
        _name = name;
    }

    /// <summary>Decodes the first picture of a file that begins with P1 to P6.</summary>
    public static PixelImage Decode(ReadOnlySpan<byte> file, string name) => new NetpbmReader(file, name).Read();

    private PixelImage Read()
    {
        int kind = _file[1] - '0';
        bool isBits = kind is 1 or 4, isText = kind <= 3;
        int width = Number(), height = Number();
        ImageLimits.CheckSize(width, height, _name);
        int largest = isBits ? 1 : Number();
        if (largest is < 1 or > 65535)
            throw Bad($"the largest sample value is {largest}, expected 1 to 65535");
        if (!isText)
            _at++; // one white character ends the header
        int channels = kind is 3 or 6 ? 3 : 1, samples = checked(width * channels);
        // At least a bit, a digit or a byte a sample: no memory for what cannot be there.
        if ((long)samples * height > (kind == 4 ? 8 : 1) * (long)Math.Max(0, _file.Length - _at))
            throw Cut();
        var image = new PixelImage(width, height);
        byte[] levels = isBits ? [255, 0] : Levels(largest, isGrey: channels == 1);
        for (int y = 0, pixel = 0; y < height; y++)
        {
            int rowStart = _at;
            for (int x = 0; x < samples; x++)
            {
                int value = kind switch
                {
                    1 => Digit(),
                    4 => Bit(rowStart, x),
                    <= 3 => Number(),
                    _ => Binary(largest),
                };
                if (value > largest)
                    throw Bad($"a sample is {value}, more than the {largest} of the header");
                if (channels == 3)
                    image.Rgb[pixel++] = levels[value];
                else
                {
                    image.Rgb.AsSpan(pixel, 3).Fill(levels[value]);
                    pixel += 3;
                }
            }
            if (kind == 4)
                _at = rowStart + (width + 7) / 8;
        }
        return image;
    }

    // As Pillow scales: to 8 bits; grey of more than 255 levels to 16, and cut at 255.
    private static byte[] Levels(int largest, bool isGrey)
    {
        var levels = new byte[largest + 1];
        for (int i = 0; i <= largest; i++)
            levels[i] = (byte)Math.Min(255, Math.Round((double)i / largest * (isGrey && largest > 255 ? 65535 : 255)));
        return levels;
    }

    private int Digit()
    {
        SkipWhite();
        return _at < _file.Length ? (_file[_at++] is var c and ((byte)'0' or (byte)'1') ? c - '0' : throw Bad("a bit is neither 0 nor 1")) : throw Cut();
    }

    private readonly int Bit(int rowStart, int x) =>
        rowStart + x / 8 < _file.Length ? _file[rowStart + x / 8] >> (7 - x % 8) & 1 : throw Cut();

    private int Binary(int largest)
    {
        int bytes = largest > 255 ? 2 : 1;
        if (_at + bytes > _file.Length)
            throw Cut();
        int value = bytes == 1 ? _file[_at] : _file[_at] << 8 | _file[_at + 1];
        _at += bytes;
        return value;
    }

    private int Number()
    {
        SkipWhite();
        if (_at >= _file.Length)
            throw Cut();
        int start = _at;
        long value = 0;
        for (; _at < _file.Length && _file[_at] is >= (byte)'0' and <= (byte)'9' && value <= int.MaxValue; _at++)
            value = 10 * value + _file[_at] - '0';
        return _at > start && value <= int.MaxValue ? (int)value : throw Bad("a number is missing or too large");
    }

    /// <summary>White space, and comments from # to the end of their line.</summary>
    private void SkipWhite()
    {
        for (; _at < _file.Length; _at++)
        {
            if (_file[_at] == '#')
            {
                int end = _file[_at..].IndexOfAny((byte)'\n', (byte)'\r');
                _at = end < 0 ? _file.Length - 1 : _at + end;
            }
            else if (_file[_at] is not ((byte)' ' or (>= 9 and <= 13)))
                return;
        }
    }

    private readonly InvalidImageException Cut() => Bad("the picture is truncated");

    private readonly InvalidImageException Bad(string problem) => new(_name, problem);
}
