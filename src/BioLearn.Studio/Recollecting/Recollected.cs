using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;

namespace BioLearn.Studio.Recollecting;

/// <summary>A picture that came back.</summary>
/// <param name="Original">What the network saw, at the size of what came back.</param>
/// <param name="Image">What came back.</param>
/// <param name="Seen">What the network took the picture for.</param>
public sealed record Recollected(PixelImage Original, PixelImage Image, IReadOnlyList<SeenClass> Seen)
{
    /// <summary>E: how much the contours of both agree.</summary>
    public double EdgeCorrelation { get; } = ImageMeasures.EdgeCorrelation(Original, Image);

    /// <summary>Whether nothing at all came back: one grey.</summary>
    public bool IsBlank { get; } = !Image.Rgb.AsSpan().ContainsAnyExcept(Image.Rgb[0]);
}

/// <summary>A class that the network saw.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Probability">From 0 to 1.</param>
public sealed record SeenClass(string Name, double Probability);

/// <summary>What the controls of a recollection found.</summary>
/// <param name="Measures">The figures.</param>
/// <param name="LeftOut">Controls that the network cannot have, each with its reason.</param>
public sealed record Questioned(ControlMeasures Measures, IReadOnlyList<string> LeftOut);
