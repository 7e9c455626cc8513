using Microsoft.ML;

namespace BioLearn.Benchmarks.Harness;

/// <summary>A folder with the four files of MNIST or Fashion-MNIST.</summary>
internal static class PictureFolder
{
    /// <param name="ml">The context.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="part">"train" or "t10k".</param>
    public static IDataView Load(MLContext ml, string folder, string part) =>
        ml.Data.LoadFromIdx(Path.Combine(folder, $"{part}-images-idx3-ubyte.gz"), Path.Combine(folder, $"{part}-labels-idx1-ubyte.gz"));
}
