using BioLearn.ML.Data;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Reads data sets in the IDX format of MNIST.</summary>
public static class IdxDataCatalog
{
    /// <summary>
    /// Reads pictures and their labels from a pair of IDX files of unsigned bytes, compressed with gzip or not, such as
    /// <c>train-images-idx3-ubyte.gz</c> and <c>train-labels-idx1-ubyte.gz</c>.
    /// </summary>
    /// <param name="catalog">The data operations.</param>
    /// <param name="imagesPath">The pictures, at least two dimensions, the first counting pictures.</param>
    /// <param name="labelsPath">One label a picture.</param>
    /// <returns>Rows of <c>Features</c>, a vector of Single from 0 to 1, and <c>Label</c>, a byte: map it to a key for a multiclass trainer.</returns>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is no IDX file of bytes, is damaged, or the two do not belong together.</exception>
    public static IDataView LoadFromIdx(this DataOperationsCatalog catalog, string imagesPath, string labelsPath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        ArgumentException.ThrowIfNullOrEmpty(labelsPath);
        LabelledImages images = LabelledImages.Read(imagesPath, labelsPath);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Picture));
        schema[nameof(Picture.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, images.Size);
        return catalog.LoadFromEnumerable(Enumerable.Range(0, images.Count).Select(i => new Picture { Features = images.Pixels(i), Label = images.Labels[i] }), schema);
    }

    private sealed class Picture
    {
        public float[] Features { get; set; } = [];

        public byte Label { get; set; }
    }
}
