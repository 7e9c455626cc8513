using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Studio.Recollecting;

/// <summary>How a picture is recollected.</summary>
/// <param name="Network">Name of the network.</param>
/// <param name="Cue">What starts it, and where.</param>
/// <param name="Variant">How the current passes back, as <see cref="RecollectionVariant.Parse"/> reads it; empty for what suits the cue.</param>
public sealed record RecollectSetting(string Network, CueChoice Cue, string Variant = "")
{
    /// <summary>The variant with what suits the cue put in: without normalisation from a level, stretched at every level from the output.</summary>
    public string VariantName => Variant.Length > 0 ? Variant : Cue.IsAtOutput ? "minmax_local" : "linear";

    /// <summary>The cue and the options of the library.</summary>
    /// <exception cref="FormatException">The variant has unknown words, or the network has no class of this name.</exception>
    /// <exception cref="ArgumentException">The network has no such level, channel or class.</exception>
    internal (Cue Cue, RecollectionOptions Options) Read(CnnModel model)
    {
        var variant = RecollectionVariant.Parse(VariantName);
        var cue = variant.Cue ?? Onnx.Recollection.Cue.Parse(Cue.Token, model.Card.Classes);
        cue.Check(model);
        return (cue, variant.Options with { Display = variant.NamesDisplay ? variant.Options.Display : cue.SuitedDisplay });
    }
}
