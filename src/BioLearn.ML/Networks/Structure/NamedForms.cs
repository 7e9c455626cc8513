using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>An activation in a saved model: its name.</summary>
internal sealed class ActivationForm : SavedForm
{
    public override void Write(Utf8JsonWriter writer, object value) => writer.WriteStringValue(((Activation)value).Name);

    public override object Read(JsonElement element)
    {
        string name = element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
        return Activation.Find(name)
            ?? throw new InvalidDataException($"there is no activation '{name}', only {string.Join(", ", Activation.All)}; an activation of your own needs Activation.Register");
    }
}

/// <summary>An output head in a saved model: its name.</summary>
internal sealed class OutputHeadForm : SavedForm
{
    public override void Write(Utf8JsonWriter writer, object value) => writer.WriteStringValue(((OutputHead)value).Name);

    public override object Read(JsonElement element)
    {
        string name = element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
        return OutputHead.Find(name)
            ?? throw new InvalidDataException($"there is no output head '{name}', only {string.Join(", ", OutputHead.All)}; a head of your own needs OutputHead.Register");
    }
}
