using System.Text.Json;
using System.Text.Json.Serialization;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Onnx.MlNet;

/// <summary>
/// Option records inside saved models, as JSON: readable, and an option that was added later has its default when an older model is read.
/// One that this version does not know is refused.
/// </summary>
internal static class SavedJson
{
    private static readonly JsonSerializerOptions Format = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(null, allowIntegerValues: false), new LevelConverter(), new CueConverter() },
    };

    public static string Print<T>(T value) => JsonSerializer.Serialize(value, Format);

    public static T? Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, Format);

    public static void Write<T>(ModelWriter writer, T value) => writer.Fields.Write(Print(value));

    public static T Read<T>(ModelReader reader, string what)
    {
        string json = reader.Fields.ReadString();
        try
        {
            return Parse<T>(json) ?? throw reader.Damaged($"{what} is null");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException)
        {
            throw reader.Damaged($"{what}: {e.Message}");
        }
    }

    private sealed class LevelConverter : JsonConverter<LevelReference>
    {
        public override LevelReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => reader.TokenType == JsonTokenType.Number ? new(reader.GetInt32()) : new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, LevelReference value, JsonSerializerOptions options)
        {
            if (value.Name is { } name)
                writer.WriteStringValue(name);
            else
                writer.WriteNumberValue(value.Number);
        }
    }

    private sealed class CueConverter : JsonConverter<Cue>
    {
        public override Cue? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => JsonSerializer.Deserialize<SavedCue>(ref reader, options)?.ToCue();

        public override void Write(Utf8JsonWriter writer, Cue value, JsonSerializerOptions options)
            => JsonSerializer.Serialize(writer, SavedCue.Of(value), options);
    }

    private sealed record SavedUnit(int Unit, float Weight);

    private sealed record SavedCue(
        string? Token = null,
        IReadOnlyList<SavedUnit>? Units = null,
        LevelReference? Level = null,
        double? Percent = null,
        bool PerChannel = false,
        float[]? Values = null,
        bool AfterLevel = false)
    {
        public static SavedCue Of(Cue cue) => cue switch
        {
            UnitsCue units => new(Units: [.. units.Weights.Select(unit => new SavedUnit(unit.Unit, unit.Weight))]),
            StoredCue { Sparsity: { } sparsity } stored => new(Level: stored.Level, Percent: sparsity.Percent, PerChannel: sparsity.PerChannel),
            CustomCue custom => new(Level: custom.Level, Values: custom.Values.ToArray(), AfterLevel: custom.AfterLevel),
            _ => new(Token: cue.ToString()),
        };

        public Cue ToCue() => this switch
        {
            { Token: { } token } => Cue.Parse(token),
            { Units: { } units } => Cue.Units([.. units.Select(unit => (unit.Unit, unit.Weight))]),
            { Level: { } level, Percent: { } percent } => Cue.SparseStored(level, percent, PerChannel),
            { Level: { } level, Values: { } values } => Cue.Custom(level, values, AfterLevel),
            _ => throw new JsonException("a cue has neither token, units, level with percent, nor level with values"),
        };
    }
}
