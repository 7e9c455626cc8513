using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.Onnx.Recollection;

/// <summary>A level in a saved model: its number, or its name.</summary>
internal sealed class LevelReferenceForm : SavedForm
{
    public override void Write(Utf8JsonWriter writer, object value)
    {
        var level = (LevelReference)value;
        if (level.Name is { } name)
            writer.WriteStringValue(name);
        else
            writer.WriteNumberValue(level.Number);
    }

    public override object Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => new LevelReference(element.GetString()!),
        JsonValueKind.Number when element.TryGetInt32(out int number) => new LevelReference(number),
        _ => throw new InvalidDataException($"a level is {element.GetRawText()}, expected a number or a name"),
    };
}
