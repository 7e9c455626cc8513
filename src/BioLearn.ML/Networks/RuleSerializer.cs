using System.Text.Json;
using System.Text.Json.Serialization;

namespace BioLearn.ML.Networks;

/// <summary>
/// Hyper-parameters of a learning rule as JSON, for saved models. Only rules that the program has registered are ever
/// constructed, whatever a file says.
/// </summary>
internal static class RuleSerializer
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new JsonStringEnumConverter(), new InitializerConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IgnoreReadOnlyProperties = true,
    };

    private static readonly Dictionary<string, Type> Known = [];

    /// <summary>Lets saved models name this rule.</summary>
    public static void Register(Type rule)
    {
        lock (Known)
            Known[KeyOf(rule)] = rule;
    }

    public static string KeyOf(Type rule) => rule.FullName!;

    public static string Write(LearningRule rule) => JsonSerializer.Serialize(rule, rule.GetType(), Options);

    /// <summary>The rule, or null if no such rule is registered.</summary>
    /// <exception cref="JsonException">The text is damaged.</exception>
    public static LearningRule? Read(string key, string json)
    {
        LearningRules.EnsureRegistered();
        Type? type;
        lock (Known)
            type = Known.GetValueOrDefault(key);
        return type is null ? null : (LearningRule?)JsonSerializer.Deserialize(json, type, Options);
    }

    private sealed class InitializerConverter : JsonConverter<Initializer>
    {
        public override Initializer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            JsonElement root = document.RootElement;
            string name = root.GetProperty("Name").GetString() ?? "";
            Initializer found = Initializer.Find(name, root.GetProperty("Parameter").GetDouble())
                ?? throw new JsonException($"there is no initial distribution '{name}'");
            return found with { Scale = root.GetProperty("Scale").GetDouble() };
        }

        public override void Write(Utf8JsonWriter writer, Initializer value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("Name", value.Name);
            writer.WriteNumber("Parameter", value.Parameter);
            writer.WriteNumber("Scale", value.Scale);
            writer.WriteEndObject();
        }
    }
}
