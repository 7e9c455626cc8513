namespace BioLearn.ML.Hebbian;

/// <summary>What stands around a picture where patches reach over its border.</summary>
public enum BorderPadding
{
    /// <summary>The picture's own pixels, mirrored at its outermost row or column, which is not repeated.</summary>
    Reflect,

    /// <summary>Zeros.</summary>
    Zeros,
}
