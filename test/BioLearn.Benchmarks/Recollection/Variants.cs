using BioLearn.Onnx.Recollection;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>A setting of recollection that both sides know.</summary>
/// <param name="Name">Name in the table.</param>
/// <param name="Options">Our options.</param>
/// <param name="Normalize">Whether every level is normalised by its channels' minimum and maximum.</param>
/// <param name="Rectify">Whether every level is rectified.</param>
internal sealed record Variant(string Name, RecollectionOptions Options, bool Normalize, bool Rectify)
{
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("minmax_local", new() { Normalization = CurrentNormalization.MinMaxLocal }, Normalize: true, Rectify: false),
        new("deconvnet", new() { Normalization = CurrentNormalization.None, RectifyDense = true, RectifyConvolution = true }, Normalize: false, Rectify: true),
        new("plain", new() { Normalization = CurrentNormalization.None }, Normalize: false, Rectify: false),
    ];
}
