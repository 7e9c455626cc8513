using System.Reflection;

namespace BioLearn.ML.Networks;

/// <summary>
/// The names of learning rules in saved models: those of the library's table, those that a program gave, and for a rule without a name
/// the full name of its class.
/// </summary>
internal static class RuleNames
{
    private static readonly SavedNames Names = new("learning rule");

    static RuleNames()
    {
        foreach (NamedRulesAttribute library in typeof(RuleNames).Assembly.GetCustomAttributes<NamedRulesAttribute>())
        {
            foreach ((Type type, string name, string? formerName) in library.Rules)
                Names.Add(type, name, formerName is null ? [] : [formerName]);
        }
    }

    public static string Of(Type rule) => Names.Of(rule) ?? rule.FullName!;

    public static Type? Find(string name) => Names.Find(name);

    /// <inheritdoc cref="SavedNames.Add"/>
    public static void Add(Type rule, string name, params ReadOnlySpan<string> formerNames) => Names.Add(rule, name, formerNames);

    /// <summary>Lets saved models name a rule that was given no name.</summary>
    public static void AddUnnamed(Type rule)
    {
        if (Names.Of(rule) is null)
            Names.Add(rule, rule.FullName!);
    }
}

/// <summary>The rules of an assembly by name; <see cref="NamedRulesAttribute{T}"/> says where they are.</summary>
internal interface INamedRules
{
    static abstract IEnumerable<(Type Type, string Name, string? FormerName)> Rules { get; }
}

/// <summary>Where the library's table is: the network's files know of it only by this.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal abstract class NamedRulesAttribute : Attribute
{
    public abstract IEnumerable<(Type Type, string Name, string? FormerName)> Rules { get; }
}

/// <inheritdoc/>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class NamedRulesAttribute<T> : NamedRulesAttribute
    where T : INamedRules
{
    public override IEnumerable<(Type Type, string Name, string? FormerName)> Rules => T.Rules;
}
