using System.Globalization;
using System.Reflection;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Learning;

/// <summary>
/// A learning rule as a command line names it: its name in lower case with hyphens, then options, each behind a colon, as in
/// <c>equilibrium-propagation:Beta=0.5:FreeSteps=30</c>.
/// </summary>
/// <param name="Text">As it was written; names the rule in tables and files.</param>
/// <param name="Rule">The rule.</param>
internal sealed record RuleChoice(string Text, LearningRule Rule)
{
    /// <summary>The options of a rule with their defaults.</summary>
    public static IEnumerable<(string Name, object? Default)> OptionsOf(RuleRow row)
    {
        var rule = row.CreateRule();
        return Settable(rule).Select(p => (p.Name, p.GetValue(rule)));
    }

    /// <exception cref="UsageException">There is no such rule or option, or the value does not fit.</exception>
    public static RuleChoice Parse(string text, string option = "--rule")
    {
        string[] parts = text.Trim().Split(':');
        var rule = RuleTable.Find(parts[0]) is { IsLearningRule: true } row ? row.CreateRule() : throw Unknown(parts[0], option);
        foreach (string part in parts.Skip(1))
            Set(rule, part, parts[0], option);
        if (rule is CounterHebb { InstructionWidth: > 0 and var width })
            throw new UsageException($"{option} {parts[0]}:{nameof(CounterHebb.InstructionWidth)}={width}: rows are asked nothing here; biolearn instruct train asks them");
        return new(text.Trim(), rule);
    }

    /// <summary>Several rules, with a comma between them.</summary>
    /// <exception cref="UsageException">One is no rule, or stands twice: its runs would be the same.</exception>
    public static RuleChoice[] ParseAll(string text, string option)
    {
        RuleChoice[] rules = [.. text.Split(',').Select(rule => Parse(rule, option))];
        return rules.CountBy(rule => rule.Text, StringComparer.OrdinalIgnoreCase).FirstOrDefault(rule => rule.Value > 1) is { Key: { } twice }
            ? throw new UsageException($"{option} {text}: {twice} stands there twice; expected each rule once (--seeds repeats it)")
            : rules;
    }

    /// <summary>A rule in a table: its options below its name, which is broken at a hyphen if it is long, so that the figures beside it keep their width.</summary>
    public static string Cell(string text)
    {
        string[] parts = text.Split(':');
        int hyphen = parts[0].Length > WidestName ? parts[0].LastIndexOf('-', WidestName - 1) : -1;
        string name = hyphen < 0 ? Printable.Escape(parts[0]) : $"{Printable.Escape(parts[0][..(hyphen + 1)])}\n{Printable.Escape(parts[0][(hyphen + 1)..])}";
        return string.Join("\n:", [name, .. parts[1..].Select(Printable.Escape)]);
    }

    private const int WidestName = 26;

    private static UsageException Unknown(string name, string option) => new(RuleTable.Find(name) is { } row
        ? $"{option} {name}: this rule is not one for layered networks, which is what this command teaches; in a program: {row.Call} ({row.Page})"
        : $"{option} {name}: there is no such rule; biolearn rules lists them: {string.Join(", ", RuleTable.Rows.Where(r => r.IsLearningRule).Select(r => r.Name))}");

    private static void Set(LearningRule rule, string assignment, string name, string option)
    {
        string[] sides = assignment.Split('=', 2);
        PropertyInfo[] known = [.. Settable(rule)];
        var property = Array.Find(known, p => p.Name.Equals(sides[0], StringComparison.OrdinalIgnoreCase));
        if (known.Length == 0)
            throw new UsageException($"{option} {name}:{assignment}: this rule has no options; expected {name} alone");
        if (property is null || sides.Length < 2)
            throw new UsageException($"{option} {name}:{assignment}: expected OPTION=VALUE with one of {string.Join(", ", known.Select(p => p.Name))}");
        property.SetValue(rule, Value(property.PropertyType, sides[1]) ?? throw new UsageException($"{option} {name}:{assignment}: expected {Expected(property.PropertyType)}"));
    }

    private static object? Value(Type type, string text)
    {
        var culture = CultureInfo.InvariantCulture;
        if (type.IsEnum)
            return Enum.TryParse(type, text, ignoreCase: true, out object? value) && Enum.IsDefined(type, value) ? value : null;
        if (type == typeof(bool))
            return bool.TryParse(text, out bool flag) ? flag : null;
        if (type == typeof(int))
            return int.TryParse(text, NumberStyles.Integer, culture, out int whole) ? whole : null;
        return double.TryParse(text, NumberStyles.Float, culture, out double number) ? number : null;
    }

    private static string Expected(Type type) =>
        type.IsEnum ? string.Join(", ", Enum.GetNames(type)) : type == typeof(bool) ? "true or false" : type == typeof(int) ? "a whole number" : "a number";

    private static IEnumerable<PropertyInfo> Settable(LearningRule rule) => rule.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.CanWrite && (p.PropertyType.IsEnum || p.PropertyType == typeof(bool) || p.PropertyType == typeof(int) || p.PropertyType == typeof(double)));
}
