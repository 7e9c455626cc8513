using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Studio.Recollecting;

/// <summary>How a picture is recollected.</summary>
/// <param name="Network">Name of the network.</param>
/// <param name="Cue">What starts it, and where.</param>
/// <param name="Variant">How the current passes back, as <see cref="RecollectionVariant.Parse"/> reads it; empty for what suits the cue.</param>
public sealed record RecollectSetting(string Network, CueChoice Cue, string Variant = "")
{
    /// <summary>
    /// The variant with what suits the cue put in: stretched at every level from the output, without normalisation from a level. Where windows of a pool overlap,
    /// the silent neighbour of a single unit would wipe it out: there currents are added.
    /// </summary>
    public string VariantName => Variant.Length > 0 ? Variant : Cue.IsAtOutput ? "minmax_local" : Cue.Kind == CueKind.Unit ? "Unnorm_unpool_sum" : "linear";

    /// <summary>
    /// The setting that tells most beside this one: a unit's whole channel; the same with places at random; or another way back where no places are recorded.
    /// </summary>
    /// <exception cref="FormatException">The variant has unknown words.</exception>
    public RecollectSetting Beside(bool hasMaxPools)
    {
        if (Cue.Kind == CueKind.Unit)
            return this with { Cue = Cue with { Kind = CueKind.Channel } };
        var options = RecollectionVariant.Parse(VariantName).Options;
        return this with { Variant = hasMaxPools && options.Unpooling != Unpooling.Random ? RecollectionVariant.Of(options with { Unpooling = Unpooling.Random }).Name : "guided" };
    }

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
