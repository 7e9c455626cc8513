using System.Globalization;
using System.Reflection;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Terminal;

/// <summary>
/// What holds for every option of every command: a value that is missing, empty, no number or none of the choices is refused by the option's name.
/// </summary>
internal sealed class OptionChecks : ICommandInterceptor
{
    // What the parser puts in the place of a value that is missing at the end of the line.
    private const string NoValue = "__default_command";

    public void Intercept(CommandContext context, CommandSettings settings)
    {
        foreach (var property in settings.GetType().GetProperties())
        {
            if (NameOf(property) is not { } name)
                continue;
            object? value = property.GetValue(settings);
            if (value is string text ? IsNone(text) : value is string[] texts && texts.Any(IsNone))
                throw new UsageException($"{name}: expected a value, not an empty one");
            if (value is double number && !double.IsFinite(number) || value is float single && !float.IsFinite(single))
                throw new UsageException($"{name} {Convert.ToString(value, CultureInfo.InvariantCulture)}: expected a number that is finite");
            if (value is Enum choice && !Enum.IsDefined(choice.GetType(), choice))
                throw new UsageException($"{name} {choice}: expected {string.Join(", ", Enum.GetNames(choice.GetType()))}");
            if (property.Name == "Threads" && value is < 1 or > MostThreads)
                throw new UsageException($"{name} {value}: must be at least 1 and at most {MostThreads}");
        }
    }

    private const int MostThreads = 4096;

    private static bool IsNone(string text) => text == NoValue || string.IsNullOrWhiteSpace(text);

    private static string? NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<CommandArgumentAttribute>() is { } argument ? $"<{argument.ValueName}>" : GivenOptions.NameOf(property);

    /// <summary>The error, with the option whose value it is about.</summary>
    public static Exception Named(Exception error, IReadOnlyList<string> arguments)
    {
        if (error is not CommandRuntimeException || error.Message.Split('\'') is not ["Failed to convert ", var value, ..])
            return error;
        if (value == NoValue)
            return new UsageException($"{arguments[^1]}: expected a value");
        for (int i = 0; i < arguments.Count; i++)
        {
            if (i > 0 && arguments[i] == value && arguments[i - 1].StartsWith('-'))
                return new UsageException($"{arguments[i - 1]} {value}: {Expected(error.Message, arguments[i - 1])}");
            if (arguments[i].StartsWith('-') && (arguments[i].EndsWith('=' + value) || arguments[i].EndsWith(':' + value)))
                return new UsageException($"{arguments[i][..^(value.Length + 1)]} {value}: {Expected(error.Message, arguments[i][..^(value.Length + 1)])}");
        }
        return error;
    }

    /// <summary>Types that an option's value may have in the commands that have such an option, and may leave it out.</summary>
    private static HashSet<Type> NullableTypesOf(string option) =>
    [
        .. from settings in typeof(OptionChecks).Assembly.GetTypes()
           where settings.IsSubclassOf(typeof(CommandSettings))
           from property in settings.GetProperties()
           where property.GetCustomAttribute<CommandOptionAttribute>() is { } names && (names.LongNames.Any(name => $"--{name}" == option) || names.ShortNames.Any(name => $"-{name}" == option))
           let type = Nullable.GetUnderlyingType(property.PropertyType)
           where type is not null
           select type,
    ];

    private static string Expected(string message, string option) => message switch
    {
        // The parser names the type of an option that may be left out "Nullable`1".
        _ when message.EndsWith("Nullable`1.", StringComparison.Ordinal) => NullableTypesOf(option) is { Count: > 0 } types && types.All(type => type == typeof(int) || type == typeof(long)) ? Expected("Int32.", option) : Expected("Double.", option),
        _ when message.EndsWith("Int32.") || message.EndsWith("Int64.") => "expected a whole number that is not too large",
        _ when message.EndsWith("Double.") || message.EndsWith("Single.") => "expected a number",
        _ when message.IndexOf("Valid values are", StringComparison.Ordinal) is >= 0 and var at => "expected " + message[(at + "Valid values are ".Length)..].Replace("'", "", StringComparison.Ordinal),
        _ => message,
    };
}
