using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>An initial distribution in a saved model: its name, and its numbers.</summary>
internal sealed class InitializerForm : SavedForm
{
    public override void Write(Utf8JsonWriter writer, object value)
    {
        var initializer = (Initializer)value;
        writer.WriteStartObject();
        writer.WriteString("Name", initializer.Name);
        writer.WriteNumber("Parameter", initializer.Parameter);
        writer.WriteNumber("Scale", initializer.Scale);
        writer.WriteEndObject();
    }

    public override object Read(JsonElement element)
    {
        string name = OptionsJson.Member(element, "Name", JsonValueKind.String).GetString()!;
        Initializer found = Initializer.Find(name, OptionsJson.Member(element, "Parameter", JsonValueKind.Number).GetDouble())
            ?? throw new InvalidDataException($"there is no initial distribution '{name}'");
        return found with { Scale = OptionsJson.Member(element, "Scale", JsonValueKind.Number).GetDouble() };
    }
}
