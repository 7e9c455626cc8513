using System.Globalization;

namespace BioLearn.Cli.Naming.Sweeping;

/// <summary>One combination of parameters. Their names in the original's program are in parentheses in the documentation.</summary>
internal sealed class SweepPoint
{
    private static readonly (string Name, double Default, string Expected, Func<double, bool> Fits)[] Known =
    [
        ("iterations", 1, "a whole number of at least 1", x => IsWhole(x) && x >= 1), // ITER_TRAIN
        ("potentiation", 0.007, "at least 0", x => x >= 0), // a+
        ("depression", 0.003, "at least 0", x => x >= 0), // a-
        ("novelty", 1, "above 0", x => x > 0), // factor
        ("novel-examples", 5, "a whole number of at least 0", x => IsWhole(x) && x >= 0),
        ("initial-mean", 0.5, "a number", _ => true), // RANDOM_INIT
        ("initial-deviation", 0.05, "at least 0", x => x >= 0),
        ("active-from", 10, "a number", _ => true), // TR
        ("most-active", -1, "a whole number", IsWhole), // SPIKES_T0_CONSIDER
        ("pool", 1, "a whole number other than 0", x => IsWhole(x) && x != 0), // POOLING_W
        ("threshold-1", double.NaN, "at least 0", x => x >= 0), // TR_L1; not a number keeps the network's
        ("threshold-2", double.NaN, "at least 0", x => x >= 0), // TR_L2
        ("name-threshold", -1, "a number", _ => true), // CLASS_TR
        ("shots", 0, "a whole number of at least 0", x => IsWhole(x) && x >= 0), // N images a class; 0 all
        ("rule", 0, "0 (as coded) or 1 (as intended)", x => x is 0 or 1),
    ];

    private readonly double[] _values = [.. Known.Select(known => known.Default)];

    public static IEnumerable<string> Parameters => Known.Select(known => known.Name);

    public double this[string parameter] => _values[Index(parameter)];

    /// <summary>Its values as a row of the result file.</summary>
    public string Row => string.Join(',', _values.Select(value => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture)));

    public static bool IsParameter(string name) => Index(name) >= 0;

    /// <summary>What a parameter must be if this value does not fit it, else null.</summary>
    public static string? Expected(string name, double value) => Known[Index(name)].Fits(value) ? null : Known[Index(name)].Expected;

    /// <summary>A combination of parameters; those that are not named have their defaults.</summary>
    public static SweepPoint Of(IReadOnlyDictionary<string, double> parameters)
    {
        SweepPoint point = new();
        foreach ((string name, double value) in parameters)
            point._values[Index(name)] = value;
        return point;
    }

    private static bool IsWhole(double value) => value == Math.Round(value) && Math.Abs(value) <= int.MaxValue;

    private static int Index(string name) => Array.FindIndex(Known, known => known.Name == name);
}
