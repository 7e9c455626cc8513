using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.Onnx.Recollection;

/// <summary>A cue in a saved model: its word, or the parts of a cue for which there is no word.</summary>
internal sealed class CueForm : SavedForm
{
    public override void Write(Utf8JsonWriter writer, object value) => OptionsJson.WriteValue(writer, Parts.Of((Cue)value));

    public override object Read(JsonElement element) => ((Parts)OptionsJson.ReadMembers(element, typeof(Parts))).ToCue();

    private sealed record WeightedUnit(int Unit, float Weight);

    private sealed record Parts(
        string? Token = null,
        IReadOnlyList<WeightedUnit>? Units = null,
        LevelReference? Level = null,
        double? Percent = null,
        bool PerChannel = false,
        IReadOnlyList<float>? Values = null,
        bool AfterLevel = false)
    {
        public static Parts Of(Cue cue) => cue switch
        {
            UnitsCue units => new(Units: [.. units.Weights.Select(unit => new WeightedUnit(unit.Unit, unit.Weight))]),
            StoredCue { Sparsity: { } sparsity } stored => new(Level: stored.Level, Percent: sparsity.Percent, PerChannel: sparsity.PerChannel),
            CustomCue custom => new(Level: custom.Level, Values: custom.Values.ToArray(), AfterLevel: custom.AfterLevel),
            _ => new(Token: cue.ToString()),
        };

        public Cue ToCue() => this switch
        {
            { Token: { } token } => Cue.Parse(token),
            { Units: { } units } => Cue.Units([.. units.Select(unit => (unit.Unit, unit.Weight))]),
            { Level: { } level, Percent: { } percent } => Cue.SparseStored(level, percent, PerChannel),
            { Level: { } level, Values: { } values } => Cue.Custom(level, values.ToArray(), AfterLevel),
            _ => throw new InvalidDataException("a cue has neither token, units, level with percent, nor level with values"),
        };
    }
}
