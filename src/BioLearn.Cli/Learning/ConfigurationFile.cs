using System.Globalization;
using System.Reflection;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments.Grids;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Learning;

/// <summary>
/// Options of <c>train</c> and <c>compare</c> from a YAML file: keys are the options' names without hyphens before them, and mean what they mean on the
/// command line, which wins. A file may be based on another, as grid files are.
/// </summary>
internal static class ConfigurationFile
{
    private const string Option = "--config";

    private static readonly Dictionary<string, Type> Commands = new() { ["train"] = typeof(TrainRuleSettings), ["compare"] = typeof(CompareSettings) };

    /// <summary>The command line with what the file says put in.</summary>
    /// <exception cref="UsageException">The file is not named, or not there.</exception>
    /// <exception cref="InvalidDataException">A key is no option, or its value cannot be one; the message has file and line.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || !Commands.TryGetValue(arguments[0], out Type? settings))
            return arguments;
        int at = Enumerable.Range(1, arguments.Count - 1).FirstOrDefault(i => arguments[i] == Option || arguments[i].StartsWith(Option + "=", StringComparison.Ordinal), -1);
        if (at < 0)
            return arguments;
        string? file = arguments[at] == Option ? arguments.ElementAtOrDefault(at + 1) : arguments[at][(Option.Length + 1)..];
        if (string.IsNullOrWhiteSpace(file))
            return arguments; // the parser says what is missing
        if (!File.Exists(file))
            throw new UsageException($"{Option} {file}: there is no such file");
        (CommandOptionAttribute Option, Type Type)[] options = [.. from property in settings.GetProperties()
                                                                   let option = property.GetCustomAttribute<CommandOptionAttribute>()
                                                                   where option is { LongNames.Count: > 0 }
                                                                   select (option, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)];
        List<string> given = [];
        foreach (GridEntry entry in GridReader.ReadFile(file).Entries)
        {
            (CommandOptionAttribute option, Type type) = Find(entry, options);
            Check(entry, type);
            if (!IsGiven(option, arguments))
                given.AddRange(Words(entry));
        }
        return [arguments[0], .. given, .. arguments.Skip(1)];
    }

    /// <summary>Values that the parser would refuse are refused here, where the line is known.</summary>
    private static void Check(GridEntry entry, Type type)
    {
        if (type == typeof(string) || entry.Value is GridScalar { Value: null })
            return;
        GridScalar? scalar = entry.Value as GridScalar;
        (bool isRight, string expected) = type == typeof(bool) ? (scalar?.Value is bool, "true or false")
            : type == typeof(int) ? (int.TryParse(scalar?.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _), "a whole number that is not too large")
            : (double.TryParse(scalar?.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number), "a number");
        if (!isRight)
            throw entry.Value.Place.Error($"{entry.Key}: {entry.Value}: expected {expected}");
    }

    private static (CommandOptionAttribute Option, Type Type) Find(GridEntry entry, (CommandOptionAttribute Option, Type Type)[] options)
    {
        string[] known = [.. options.Select(option => option.Option.LongNames[0]).Where(name => $"--{name}" != Option)];
        return known.Contains(entry.Key) ? Array.Find(options, option => option.Option.LongNames[0] == entry.Key) : throw entry.Place.Error(
            $"unknown option '{entry.Key}'; did you mean '{NearestName.Of(entry.Key, known)}'? Known: {string.Join(", ", known.Order(StringComparer.Ordinal))}");
    }

    private static bool IsGiven(CommandOptionAttribute option, IReadOnlyList<string> arguments) => arguments.Skip(1).Any(argument =>
        option.LongNames.Any(name => argument == $"--{name}" || argument.StartsWith($"--{name}=", StringComparison.Ordinal)) || option.ShortNames.Any(name => argument.StartsWith($"-{name}", StringComparison.Ordinal) && !argument.StartsWith("--", StringComparison.Ordinal)));

    private static string[] Words(GridEntry entry) => entry.Value switch
    {
        GridScalar { Value: true } => [$"--{entry.Key}"],
        GridScalar { Value: false or null } => [],
        var value => [$"--{entry.Key}={Text(value, entry.Key == "layers" ? '-' : ',')}"],
    };

    private static string Text(GridValue value, char between) => value switch
    {
        GridScalar scalar => scalar.Text,
        GridList list => string.Join(between, list.Items.Select(item => Text(item, between))),
        // A rule with options: equilibrium-propagation:Beta=0.5 on a command line.
        GridMap map when map["name"] is GridScalar name => string.Join(':', [name.Text, .. map.Entries.Where(entry => entry.Key != "name").Select(entry => $"{entry.Key.Replace("-", "", StringComparison.Ordinal)}={Text(entry.Value, between)}")]),
        _ => throw value.Place.Error($"{value.Kind}: expected a value, a list, or a map with the key name"),
    };
}
