using System.Globalization;

namespace BioLearn.ML.Data;

/// <summary>Pictures and their labels from a pair of IDX files: MNIST, Fashion-MNIST and their kin.</summary>
internal sealed class LabelledImages
{
    private readonly IdxFile _images;
    private readonly IdxFile _labels;

    private LabelledImages(IdxFile images, IdxFile labels)
    {
        _images = images;
        _labels = labels;
    }

    public int Count => _labels.Values.Length;

    /// <summary>Pixels of a picture.</summary>
    public int Size => _images.ItemSize;

    /// <summary>Rows of a picture; 1 where the file has no rows.</summary>
    public int Height => _images.Dimensions.Count == 3 ? _images.Dimensions[1] : 1;

    /// <summary>Columns of a picture.</summary>
    public int Width => Size / Height;

    public ReadOnlySpan<byte> Labels => _labels.Values;

    /// <summary>Grey values of a picture, from 0 to 255.</summary>
    public ReadOnlySpan<byte> Bytes(int picture) => _images.Values.AsSpan(picture * Size, Size);

    /// <exception cref="InvalidDataException">A file is no IDX file, or the two do not belong together.</exception>
    public static LabelledImages Read(string imagesPath, string labelsPath)
    {
        IdxFile images = IdxFile.Read(imagesPath), labels = IdxFile.Read(labelsPath);
        if (images.Dimensions.Count < 2)
            throw new InvalidDataException($"{imagesPath}: one dimension; pictures have at least two, as in 60000 x 28 x 28");
        if (labels.Dimensions.Count != 1)
            throw new InvalidDataException($"{labelsPath}: {labels.Dimensions.Count} dimensions; expected one, a label a picture");
        if (labels.Dimensions[0] != images.Dimensions[0])
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{labelsPath}: {labels.Dimensions[0]} labels for the {images.Dimensions[0]} pictures of {imagesPath}"));
        return new(images, labels);
    }

    /// <summary>Grey values of a picture, from 0 to 1.</summary>
    public float[] Pixels(int picture)
    {
        float[] pixels = new float[Size];
        ReadOnlySpan<byte> bytes = Bytes(picture);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = bytes[i] / 255f;
        return pixels;
    }
}
