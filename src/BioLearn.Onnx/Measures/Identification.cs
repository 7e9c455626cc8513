namespace BioLearn.Onnx.Measures;

/// <summary>
/// id-n: the fraction of n pictures whose recollection shares more contours (E) with its own original than with any of the other n - 1. Chance is 1/n;
/// a blank recollection is never identified.
/// </summary>
public static class Identification
{
    /// <summary>id-n of a set.</summary>
    /// <param name="originals">Contours of n originals.</param>
    /// <param name="recollections">Contours of their recollections, in the same order.</param>
    /// <exception cref="ArgumentException">The sets differ in length, or are empty.</exception>
    public static double Rate(IReadOnlyList<EdgeMap> originals, IReadOnlyList<EdgeMap> recollections)
    {
        ArgumentNullException.ThrowIfNull(originals);
        ArgumentNullException.ThrowIfNull(recollections);
        if (originals.Count != recollections.Count || originals.Count == 0)
        {
            throw new ArgumentException($"expected as many recollections as originals ({originals.Count}) and at least one, found {recollections.Count}",
                nameof(recollections));
        }
        var identified = Enumerable.Range(0, originals.Count).Count(own => IsIdentified(recollections[own], originals, own));
        return (double)identified / originals.Count;
    }

    /// <summary>Whether a recollection resembles its own original most.</summary>
    /// <param name="recollection">Contours of the recollection.</param>
    /// <param name="originals">Contours of the originals to choose from.</param>
    /// <param name="own">Index of the original that was recollected.</param>
    public static bool IsIdentified(EdgeMap recollection, IReadOnlyList<EdgeMap> originals, int own)
    {
        ArgumentNullException.ThrowIfNull(recollection);
        ArgumentNullException.ThrowIfNull(originals);
        ArgumentOutOfRangeException.ThrowIfNegative(own);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(own, originals.Count);
        var target = recollection.CorrelateWith(originals[own]);
        return target > 0 && originals.Where((_, i) => i != own).All(other => recollection.CorrelateWith(other) < target);
    }
}
