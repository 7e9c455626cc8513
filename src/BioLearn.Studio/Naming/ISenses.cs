using BioLearn.ML.Naming;
using BioLearn.Onnx.Images;

namespace BioLearn.Studio.Naming;

/// <summary>What the concept cells see of a picture: the features of a network that knows none of their names.</summary>
internal interface ISenses
{
    /// <summary>Names it in a link.</summary>
    string Key { get; }

    /// <summary>What a reader is told.</summary>
    string Title { get; }

    /// <summary>How its features become active steps.</summary>
    FeatureCoding Coding { get; }

    /// <summary>The trained network's file, if <c>biolearn naming</c> works on such features.</summary>
    string? NetworkFile { get; }

    /// <summary>The level of a pretrained network that is read, counted from its output.</summary>
    int Level { get; }

    /// <summary>
    /// From which share of what its own example gives, in per cent, a cell fires unless told otherwise: things of the kinds that were taught mostly give
    /// more, others mostly less. Dense features have much in common whatever the picture.
    /// </summary>
    int UsualFires { get; }

    /// <summary>The features of a picture, not negative; all 0 where nothing in it makes the network fire.</summary>
    float[] Look(PixelImage picture);

    /// <summary>The pictures that a cell's connections draw on the way back through the network.</summary>
    /// <param name="learned">What the cell has learned of each feature.</param>
    /// <param name="example">A picture that it was taught by.</param>
    IReadOnlyList<Recalled> Recall(double[] learned, PixelImage example);
}

/// <summary>A picture that a cell recalls.</summary>
/// <param name="Caption">What it is, in plain words.</param>
/// <param name="Picture">The picture.</param>
public sealed record Recalled(string Caption, PixelImage Picture);
