using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// A learning rule in a saved model: <c>{"Rule":"feedback-alignment","Version":1,"Options":{...}}</c>. Only rules that the library or the
/// program has named are ever constructed, whatever a file says.
/// </summary>
internal static class RuleSerializer
{
    private const int Version = 1;

    /// <summary>The version that stands for models of 0.1: CLR names, and members that are unknown are passed over.</summary>
    private const int Unversioned = 0;

    /// <exception cref="InvalidOperationException">A hyper-parameter is of a type that cannot be saved.</exception>
    public static string Write(LearningRule rule) => Document(RuleNames.Of(rule.GetType()), Version, OptionsJson.Text(rule));

    /// <summary>What version 0.1 saved, as a document.</summary>
    /// <exception cref="InvalidDataException">The options are no JSON.</exception>
    public static string FromUnversioned(string typeName, string options) => Document(typeName, Unversioned, options);

    /// <summary>The name under which a rule is saved.</summary>
    /// <exception cref="InvalidDataException">The document is damaged.</exception>
    public static string NameIn(string text)
    {
        using JsonDocument document = OptionsJson.Parse(text);
        return OptionsJson.Member(document.RootElement, "Rule", JsonValueKind.String).GetString()!;
    }

    /// <summary>The rule, or null if no rule of its name is known here.</summary>
    /// <exception cref="InvalidDataException">The document is damaged, or has a hyper-parameter that the rule does not.</exception>
    public static LearningRule? Read(string text)
    {
        using JsonDocument document = OptionsJson.Parse(text);
        JsonElement root = document.RootElement, options = OptionsJson.Member(root, "Options", JsonValueKind.Object);
        if (RuleNames.Find(OptionsJson.Member(root, "Rule", JsonValueKind.String).GetString()!) is not { } type)
            return null;
        int version = OptionsJson.Version(root, "a saved rule", Version, Unversioned);
        return (LearningRule)OptionsJson.ReadMembers(options, type, ignoreUnknown: version == Unversioned);
    }

    private static string Document(string name, int version, string options)
    {
        using JsonDocument parsed = OptionsJson.Parse(options);
        return OptionsJson.Text(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("Rule", name);
            writer.WriteNumber("Version", version);
            writer.WritePropertyName("Options");
            parsed.RootElement.WriteTo(writer);
            writer.WriteEndObject();
        });
    }
}
