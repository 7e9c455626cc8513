using System.Globalization;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Naming.Sweeping;

/// <summary>A parameter of a sweep and the values that it takes.</summary>
internal sealed record SweepRange(string Parameter, double[] Values)
{
    private const int MostValues = 100_000;

    /// <summary>Reads <c>novelty=10,20,65</c> or <c>active-from=5:15:0.5</c> (from, to, step).</summary>
    /// <exception cref="UsageException">It is neither, or there is no such parameter.</exception>
    public static SweepRange Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string parameter = equals > 0 ? text[..equals] : text;
        if (equals <= 0 || !SweepPoint.IsParameter(parameter))
            throw new UsageException($"--range {text}: expected one of {string.Join(", ", SweepPoint.Parameters)}, then = and values such as 1,2,5 or 1:10:0.5");
        string[] parts = text[(equals + 1)..].Split(':');
        if (parts.Length is 2 or 3)
        {
            double from = Number(parts[0], text), to = Number(parts[1], text), step = parts.Length == 3 ? Number(parts[2], text) : 1;
            if (!(step > 0) || to < from || (to - from) / step > MostValues)
                throw new UsageException($"--range {text}: expected from:to:step with from <= to and a step above 0");
            // By multiples, not by adding up: 0.1 ten times is not 1.
            return Checked(text, parameter, [.. Enumerable.Range(0, (int)Math.Floor(((to - from) / step) + 1e-9) + 1).Select(i => Math.Round(from + (i * step), 12))]);
        }

        return Checked(text, parameter, [.. text[(equals + 1)..].Split(',').Select(part => Number(part, text))]);
    }

    private static SweepRange Checked(string text, string parameter, double[] values)
    {
        foreach (double value in values)
        {
            if (SweepPoint.Expected(parameter, value) is { } expected)
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--range {text}: {parameter} is {value}; expected {expected}"));
        }
        return new(parameter, values);
    }

    private static double Number(string part, string text) => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
        ? value
        : throw new UsageException($"--range {text}: '{part}' is no number");
}
