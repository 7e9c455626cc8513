using System.Globalization;
using System.Text;

namespace BioLearn.Cli.Plasticity;

/// <summary>A curve drawn with Braille dots, two across and four down in a character.</summary>
internal static class TerminalChart
{
    private const int Blank = 0x2800;
    private static readonly int[,] Dots = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    /// <summary>The values from left to right, averaged to the width, on a scale from 0 to their largest average.</summary>
    public static string Draw(ReadOnlySpan<float> values, int total, int width, int height)
    {
        double[] columns = Average(values, total, 2 * width);
        double top = columns.Where(double.IsFinite).DefaultIfEmpty(1).Max();
        int[,] cells = new int[height, width];
        for (int x = 0; x < columns.Length; x++)
        {
            if (!double.IsFinite(columns[x]))
                continue;
            int y = (int)Math.Round((1 - columns[x] / Math.Max(top, double.Epsilon)) * (4 * height - 1));
            cells[y / 4, x / 2] |= Dots[y % 4, x % 2];
        }

        var text = new StringBuilder();
        for (int row = 0; row < height; row++)
        {
            text.Append(row == 0 ? Label(top) : row == height - 1 ? Label(0) : new string(' ', 8)).Append(" │");
            for (int column = 0; column < width; column++)
                text.Append((char)(Blank + cells[row, column]));
            text.Append('\n');
        }

        return text.Append(new string(' ', 9)).Append('└').Append('─', width).ToString();
    }

    private static string Label(double value) => value.ToString("0.###", CultureInfo.InvariantCulture).PadLeft(8);

    /// <summary>Means of equal stretches of the whole training; NaN where nothing has happened yet.</summary>
    private static double[] Average(ReadOnlySpan<float> values, int total, int columns)
    {
        double[] means = new double[columns];
        for (int x = 0; x < columns; x++)
        {
            int begin = (int)((long)total * x / columns), end = Math.Min(values.Length, Math.Max(begin + 1, (int)((long)total * (x + 1) / columns)));
            double sum = 0;
            for (int i = begin; i < end; i++)
                sum += values[i];
            means[x] = end > begin ? sum / (end - begin) : double.NaN;
        }

        return means;
    }
}
