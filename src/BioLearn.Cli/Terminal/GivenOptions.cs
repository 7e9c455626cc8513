using System.Globalization;
using System.Reflection;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Terminal;

/// <summary>Which options a command line names: those that have no meaning beside another are refused, not passed over.</summary>
internal sealed class GivenOptions
{
    private readonly HashSet<PropertyInfo> _given = [];

    public GivenOptions(CommandContext context, CommandSettings settings)
    {
        foreach (var property in settings.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<CommandOptionAttribute>() is not { } option)
                continue;
            foreach (string argument in context.Arguments)
            {
                string name = argument.Split('=', ':')[0];
                bool isLong = name.StartsWith("--", StringComparison.Ordinal) && option.LongNames.Contains(name[2..]);
                bool isShort = name is ['-', not '-', ..] && option.ShortNames.Any(letter => name[1..].StartsWith(letter, StringComparison.Ordinal));
                if (isLong || isShort)
                    _given.Add(property);
            }
        }
    }

    /// <summary>An option as it is written, such as <c>--epochs</c>; null for another property.</summary>
    public static string? NameOf(PropertyInfo property) => property.GetCustomAttribute<CommandOptionAttribute>() switch
    {
        null => null,
        { LongNames: [var name, ..] } => $"--{name}",
        var option => $"-{option.ShortNames[0]}",
    };

    /// <summary>What the library refuses, said with the option whose value it was: an option of ours is named as the library's is, or by a part of it.</summary>
    /// <param name="error">The refusal.</param>
    /// <param name="settings">The command line.</param>
    /// <param name="who">Who refuses, or null.</param>
    /// <param name="meant">The property that is meant where this one is named: another took its place. Null: itself.</param>
    public static UsageException Refusal(ArgumentException error, CommandSettings settings, string? who = null, Func<string, string>? meant = null)
    {
        string message = Plain(error);
        string subject = error.ParamName is { } parameter && parameter != "options" ? parameter : message;
        var property = settings.GetType().GetProperties().Where(one => NameOf(one) is not null && one.GetValue(settings) is not null && subject.Contains(Stem(one.Name), StringComparison.OrdinalIgnoreCase)).MaxBy(one => one.Name.Length);
        if (property is not null && meant is not null)
            property = settings.GetType().GetProperty(meant(property.Name));
        string option = property is null ? error.ParamName is { } name and not "options" ? $"{name}: " : "" : $"{NameOf(property)} {Convert.ToString(property.GetValue(settings), CultureInfo.InvariantCulture)}: ";
        return new($"{option}{(who is null ? "" : $"{who}: ")}{message}");
    }

    /// <summary>The message without what the framework adds to it.</summary>
    public static string Plain(Exception error) => error.Message.Split(" (Parameter '", 2)[0].Split('\n')[0].TrimEnd();

    private static string Stem(string property) => property.EndsWith('s') ? property[..^1] : property;

    public bool Has(string property) => _given.Any(given => given.Name == property);

    /// <summary>Refuses every option that was given and is none of these properties.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void RefuseAllBut(string why, params IEnumerable<string> properties) => Refuse(_given.Where(given => !properties.Contains(given.Name)), why);

    /// <summary>Refuses these properties' options if they were given.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void Refuse(string why, params IEnumerable<string> properties) => Refuse(_given.Where(given => properties.Contains(given.Name)), why);

    private static void Refuse(IEnumerable<PropertyInfo> wrong, string why)
    {
        string[] names = [.. wrong.Select(property => NameOf(property)!).Order(StringComparer.Ordinal)];
        if (names.Length > 0)
            throw new UsageException($"{string.Join(", ", names)}: {why}");
    }
}
