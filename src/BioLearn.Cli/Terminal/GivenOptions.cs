using System.Reflection;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Terminal;

/// <summary>Which options a command line names: those that have no meaning beside another are refused, not passed over.</summary>
internal sealed class GivenOptions
{
    private readonly HashSet<PropertyInfo> _given = [];
    private readonly Dictionary<PropertyInfo, string> _names = [];

    public GivenOptions(CommandContext context, CommandSettings settings)
    {
        foreach (var property in settings.GetType().GetProperties())
        {
            if (property.GetCustomAttribute<CommandOptionAttribute>() is not { } option)
                continue;
            _names[property] = option.LongNames.Count > 0 ? $"--{option.LongNames[0]}" : $"-{option.ShortNames[0]}";
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

    public bool Has(string property) => _given.Any(given => given.Name == property);

    /// <summary>Refuses every option that was given and is none of these properties.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void RefuseAllBut(string why, params IEnumerable<string> properties) => Refuse(_given.Where(given => !properties.Contains(given.Name)), why);

    /// <summary>Refuses these properties' options if they were given.</summary>
    /// <exception cref="UsageException">One was given.</exception>
    public void Refuse(string why, params IEnumerable<string> properties) => Refuse(_given.Where(given => properties.Contains(given.Name)), why);

    private void Refuse(IEnumerable<PropertyInfo> wrong, string why)
    {
        string[] names = [.. wrong.Select(property => _names[property]).Order(StringComparer.Ordinal)];
        if (names.Length > 0)
            throw new UsageException($"{string.Join(", ", names)}: {why}");
    }
}
