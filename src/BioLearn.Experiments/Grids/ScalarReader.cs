using System.Globalization;

namespace BioLearn.Experiments.Grids;

/// <summary>Text, numbers, true or false, words of enumerations.</summary>
internal static class ScalarReader
{
    public static bool Knows(Type type) => type.IsEnum || type == typeof(string) || type == typeof(bool) || type == typeof(int) || type == typeof(long) || type == typeof(double) || type == typeof(float);

    /// <exception cref="MismatchException">The value is of another type.</exception>
    public static BoundValue Read(GridValue value, Type type)
    {
        if (value is not GridScalar scalar)
            throw new MismatchException($"{value.Kind}: expected {Expected(type)}");
        if (type == typeof(string))
            return scalar.Value is null ? new(null, "null") : new(scalar.Text, BoundValue.Text(scalar.Text));
        if (type.IsEnum)
            return Word(scalar, type);
        object? read = type == typeof(bool) ? scalar.Value as bool? : type == typeof(int) || type == typeof(long) ? Whole(scalar, type) : Real(scalar, type);
        return read switch
        {
            null => throw new MismatchException($"{value.Kind}: expected {Expected(type)}"),
            bool flag => new(flag, flag ? "true" : "false"),
            float single => new(single, BoundValue.Number(single)),
            double number => new(number, BoundValue.Number(number)),
            _ => new(read, Convert.ToString(read, CultureInfo.InvariantCulture)!),
        };
    }

    /// <summary>2^53: up to here a double holds every whole number.</summary>
    private const double LargestWhole = 9_007_199_254_740_992;

    private static object? Whole(GridScalar scalar, Type type) => scalar.Value switch
    {
        long whole when type == typeof(long) => whole,
        long whole when whole is >= int.MinValue and <= int.MaxValue => (int)whole,
        // 1e4 and 64.0 are whole, too.
        double real when real == Math.Truncate(real) && Math.Abs(real) <= (type == typeof(long) ? LargestWhole : int.MaxValue) => type == typeof(long) ? (long)real : (object)(int)real,
        _ => null,
    };

    private static object? Real(GridScalar scalar, Type type) => scalar.Value switch
    {
        long whole => type == typeof(float) ? (float)whole : (object)(double)whole,
        double real => type == typeof(float) ? (float)real : (object)real,
        _ => null,
    };

    private static BoundValue Word(GridScalar scalar, Type type)
    {
        foreach (object member in Enum.GetValues(type))
        {
            string word = SettingName.Of(member.ToString()!);
            if (word == scalar.Text || member.ToString() == scalar.Text)
                return new(member, BoundValue.Text(word));
        }
        throw new MismatchException($"{scalar.Kind}: expected {Expected(type)}");
    }

    private static string Expected(Type type) => type switch
    {
        { IsEnum: true } => string.Join(", ", Enum.GetNames(type).Select(SettingName.Of)),
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(long) => "a whole number",
        _ when type == typeof(string) => "a text",
        _ => "a number",
    };
}
