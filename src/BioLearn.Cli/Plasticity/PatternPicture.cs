using System.Text;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Plasticity;

/// <summary>Patterns for the eye: as characters and as squares of a picture.</summary>
internal static class PatternPicture
{
    private const int Square = 20;

    /// <summary>Elements a row: the largest divisor that is at most the square root, so that a picture is as square as can be.</summary>
    public static int RowsOf(int elements)
    {
        int rows = (int)Math.Sqrt(elements);
        while (elements % rows != 0)
            rows--;
        return rows;
    }

    /// <summary>Patterns side by side, two characters an element.</summary>
    public static string Text(params ReadOnlySpan<float[]> patterns)
    {
        int rows = RowsOf(patterns[0].Length), columns = patterns[0].Length / rows;
        var text = new StringBuilder();
        for (int row = 0; row < rows; row++)
        {
            foreach (float[] pattern in patterns)
            {
                for (int column = 0; column < columns; column++)
                    text.Append(pattern[row * columns + column] switch { > 0 => "██", < 0 => "··", _ => "  " });
                text.Append("    ");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Black for +1, white for -1, grey between, pale red where unknown.</summary>
    public static PixelImage Draw(float[] pattern)
    {
        int rows = RowsOf(pattern.Length), columns = pattern.Length / rows;
        var image = new PixelImage(columns * Square, rows * Square);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                float value = pattern[y / Square * columns + x / Square];
                byte grey = (byte)Math.Clamp((1 - value) * 127.5f, 0, 255);
                (byte red, byte other) = value == 0 ? ((byte)250, (byte)205) : (grey, grey);
                var pixel = image.Rgb.AsSpan(3 * (y * image.Width + x), 3);
                (pixel[0], pixel[1], pixel[2]) = (red, other, other);
            }
        }

        return image;
    }

    /// <summary>What is wrong with the name of a picture, null where nothing is: asked before the work, which would be lost.</summary>
    public static string? WrongName(string path)
        => ImageFiles.FormatOf(path) is null ? $"--out {path}: expected a name that ends in .png or .jpg" : null;

    /// <summary>A sheet with one row a pattern.</summary>
    public static void Save(string path, IReadOnlyList<float[]> originals, IReadOnlyList<float[]> degraded, IReadOnlyList<float[]> completed)
    {
        bool known = originals.Count == degraded.Count;
        var sheet = new ContactSheet(known ? ["before", "degraded", "after"] : ["degraded", "after"], cellSize: 160);
        for (int i = 0; i < degraded.Count; i++)
        {
            string wrong = known ? $"{Wrong(originals[i], completed[i])} of {degraded[i].Length} wrong" : "";
            List<(PixelImage? Picture, string Caption)> cells = [(Draw(degraded[i]), $"{degraded[i].Count(e => e == 0)} unknown"), (Draw(completed[i]), wrong)];
            if (known)
                cells.Insert(0, (Draw(originals[i]), $"pattern {i + 1}"));
            sheet.AddRow(cells);
        }

        ImageFiles.Save(sheet.Draw(), path);
    }

    public static int Wrong(float[] expected, float[] actual) => expected.Zip(actual).Count(pair => !(pair.First * pair.Second > 0));
}
