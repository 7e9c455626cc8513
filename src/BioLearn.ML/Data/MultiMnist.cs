using BioLearn.Kernels.Random;

namespace BioLearn.ML.Data;

/// <summary>
/// Multi-MNIST: every picture of a set with another of the same set over it (<see cref="PictureOverlay"/>), so that "what is on the left?" and "what is
/// on the right?" are two questions about one picture. The original's (Sener and Koltun 2018; Abel and Ullman 2024) is made of MNIST; any pair of IDX
/// files of small pictures makes one.
/// </summary>
public sealed class MultiMnist
{
    private readonly byte[] _pixels;
    private readonly byte[] _labels;
    private readonly int[] _partners;

    private MultiMnist(LabelledImages images, int first, int[] partners)
    {
        (Height, Width, _partners) = (images.Height, images.Width, partners);
        _pixels = new byte[checked(partners.Length * images.Size)];
        _labels = new byte[2 * partners.Length];
        for (int i = 0; i < partners.Length; i++)
        {
            PictureOverlay.Compose(images.Bytes(first + i), images.Bytes(first + partners[i]), Height, Width, _pixels.AsSpan(i * images.Size, images.Size));
            (_labels[2 * i], _labels[(2 * i) + 1]) = (images.Labels[first + i], images.Labels[first + partners[i]]);
        }
        ClassCount = 1 + images.Labels.ToArray().Max();
    }

    /// <summary>Composed pictures: as many as were composed of.</summary>
    public int Count => _partners.Length;

    /// <summary>Rows of a picture.</summary>
    public int Height { get; }

    /// <summary>Columns of a picture.</summary>
    public int Width { get; }

    /// <summary>Classes: the largest label of the set, and one.</summary>
    public int ClassCount { get; }

    /// <summary>Composes a set, each picture with a partner that is drawn from the same pictures, itself among them (stream "partners").</summary>
    /// <param name="imagesPath">The pictures: an IDX file, pictures x rows x columns.</param>
    /// <param name="labelsPath">A label a picture.</param>
    /// <param name="seed">Decides the partners.</param>
    /// <param name="first">The first picture that takes part, from 0; the original learns from the first 50,000 and keeps the others for validation.</param>
    /// <param name="count">How many take part; null for all that follow.</param>
    /// <returns>The composed pictures.</returns>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is no IDX file of pictures, or the two do not belong together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no such pictures.</exception>
    public static MultiMnist Compose(string imagesPath, string labelsPath, long seed = 0, int first = 0, int? count = null)
    {
        LabelledImages images = Read(imagesPath, labelsPath);
        int taken = Checked(images, first, count);
        RandomStream draw = new(seed, "partners");
        int[] partners = new int[taken];
        for (int i = 0; i < taken; i++)
            partners[i] = draw.NextInt(taken);
        return new(images, first, partners);
    }

    /// <summary>Composes a set with given partners.</summary>
    /// <param name="imagesPath">The pictures: an IDX file, pictures x rows x columns.</param>
    /// <param name="labelsPath">A label a picture.</param>
    /// <param name="partners">For each picture from the first on, the place of the one that stands on its right.</param>
    /// <returns>As many composed pictures as there are partners.</returns>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is no IDX file of pictures, or the two do not belong together.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are more partners than pictures, or one is no picture's place.</exception>
    public static MultiMnist Compose(string imagesPath, string labelsPath, IReadOnlyList<int> partners)
    {
        ArgumentNullException.ThrowIfNull(partners);
        LabelledImages images = Read(imagesPath, labelsPath);
        Checked(images, 0, partners.Count);
        foreach (int partner in partners)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(partner, nameof(partners));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partner, images.Count, nameof(partners));
        }
        return new(images, 0, [.. partners]);
    }

    /// <summary>Grey values of a composed picture from 0 to 255, [height, width].</summary>
    /// <param name="picture">Its place, from 0.</param>
    public ReadOnlySpan<byte> Pixels(int picture) => _pixels.AsSpan(picture * Height * Width, Height * Width);

    /// <summary>Grey values as the original's networks see them: (x / 255 - 0.1307) / 0.3081, mean and deviation of MNIST, whatever the set.</summary>
    /// <param name="picture">Its place, from 0.</param>
    /// <param name="values">Receives them, [height, width].</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public void CopyNormalized(int picture, Span<float> values)
    {
        ReadOnlySpan<byte> pixels = Pixels(picture);
        if (values.Length != pixels.Length)
            throw new ArgumentException($"expected room for {Height} x {Width} = {pixels.Length} values, got {values.Length}", nameof(values));
        for (int i = 0; i < values.Length; i++)
            values[i] = ((pixels[i] / 255f) - 0.1307f) / 0.3081f;
    }

    /// <summary>Class of the picture on a side, from 0.</summary>
    /// <param name="picture">Its place, from 0.</param>
    /// <param name="side">Which of the two is asked for.</param>
    public int Label(int picture, Side side) => _labels[(2 * picture) + (int)side];

    /// <summary>Place of the picture that stands on the right, counted from the first that takes part; the one on the left has the place of the composed picture.</summary>
    /// <param name="picture">Its place, from 0.</param>
    public int Partner(int picture) => _partners[picture];

    private static LabelledImages Read(string imagesPath, string labelsPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(imagesPath);
        ArgumentException.ThrowIfNullOrEmpty(labelsPath);
        LabelledImages images = LabelledImages.Read(imagesPath, labelsPath);
        return images.Height > 1 || images.Width == 1
            ? images
            : throw new InvalidDataException($"{imagesPath}: pictures without rows and columns; expected three dimensions, as in 60000 x 28 x 28");
    }

    private static int Checked(LabelledImages images, int first, int? count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(first, images.Count);
        int taken = count ?? images.Count - first;
        ArgumentOutOfRangeException.ThrowIfLessThan(taken, 1, nameof(count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(taken, images.Count - first, nameof(count));
        return taken;
    }
}

/// <summary>Where something stands in a row.</summary>
public enum Side
{
    /// <summary>On the left, or left of another.</summary>
    Left,

    /// <summary>On the right, or right of another.</summary>
    Right,
}
