namespace BioLearn.Kernels.Convolution;

/// <summary>
/// Where whole vectors may be written though a row ends within them: what they write beyond, the next row or the next vector of the row overwrites. It
/// is several times faster than to write a part of a vector.
/// </summary>
internal static class WholeVectors
{
    /// <summary>Rows of a plane, from the first one, that may be written so, from above to below, vector by vector of columns.</summary>
    /// <param name="height">Rows of the plane.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="start">First column of the vector.</param>
    /// <param name="lanes">Numbers in a vector.</param>
    /// <param name="blocks">Vectors of a row: where there are several, the next row's first one is written already.</param>
    public static int Rows(int height, int width, int start, int lanes, int blocks)
    {
        if (blocks > 1 && start + lanes > width) return 0;
        int last = height * width - start - lanes;
        return last < 0 ? 0 : Math.Min(height, last / width + 1);
    }
}
