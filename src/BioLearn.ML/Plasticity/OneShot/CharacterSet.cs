using BioLearn.Kernels.Random;

namespace BioLearn.ML.Plasticity.OneShot;

/// <summary>Pictures of 31 x 31 pixels in classes, of which episodes are drawn.</summary>
public sealed class CharacterSet
{
    private const int Side = CharacterEmbedding<float>.Size, Pixels = Side * Side;

    private readonly ReadOnlyMemory<float> _pictures;
    private readonly int[][] _classes;

    /// <summary>Pictures by their classes.</summary>
    /// <param name="pictures">[pictures, 31, 31].</param>
    /// <param name="classes">Class of each picture; classes of one picture only are left out.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public CharacterSet(ReadOnlyMemory<float> pictures, ReadOnlySpan<int> classes)
    {
        if (pictures.Length != (long)classes.Length * Pixels)
            throw new ArgumentException($"{pictures.Length} pixels are not {classes.Length} pictures of {Side} x {Side}.", nameof(pictures));
        _pictures = pictures;
        _classes = [.. classes.ToArray().Index().GroupBy(picture => picture.Item, picture => picture.Index).OrderBy(one => one.Key).Select(one => one.ToArray()).Where(one => one.Length > 1)];
    }

    /// <summary>Number of classes.</summary>
    public int Count => _classes.Length;

    /// <summary>Draws an episode: a labelled picture of each of K classes, in random order, and last another one of one of them.</summary>
    /// <param name="stream">Where it is drawn from.</param>
    /// <param name="turns">Whether each class is turned by a multiple of a right angle.</param>
    /// <param name="pictures">Receives [K + 1, 31, 31].</param>
    /// <param name="labels">Receives one-hot [K + 1, K]; zeros in the last row.</param>
    /// <param name="truth">Receives the last picture's class, one-hot [K].</param>
    /// <exception cref="ArgumentException">There are fewer than K classes.</exception>
    public void Episode(RandomStream stream, bool turns, Span<float> pictures, Span<float> labels, Span<float> truth)
    {
        ArgumentNullException.ThrowIfNull(stream);
        int classes = truth.Length;
        if (classes > Count)
            throw new ArgumentException($"{Count} classes of at least two pictures; expected at least {classes}.", nameof(truth));
        int[] order = new int[Count];
        stream.FillPermutation(order);
        labels.Clear();
        truth.Clear();
        int[] number = new int[classes]; // which class has which number is drawn, too
        stream.FillPermutation(number);
        int unknown = stream.NextInt(classes);
        for (int k = 0; k < classes; k++)
        {
            int[] examples = _classes[order[k]];
            int shown = stream.NextInt(examples.Length), asked = (shown + 1 + stream.NextInt(examples.Length - 1)) % examples.Length, turn = turns ? stream.NextInt(4) : 0;
            Turn(examples[shown], turn, pictures.Slice(k * Pixels, Pixels));
            labels[(k * classes) + number[k]] = 1;
            if (k == unknown)
                Turn(examples[asked], turn, pictures.Slice(classes * Pixels, Pixels));
        }
        truth[number[unknown]] = 1;
    }

    private void Turn(int picture, int quarters, Span<float> turned)
    {
        ReadOnlySpan<float> from = _pictures.Span.Slice(picture * Pixels, Pixels);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                (int row, int column) = quarters switch { 0 => (y, x), 1 => (x, Side - 1 - y), 2 => (Side - 1 - y, Side - 1 - x), _ => (Side - 1 - x, y) };
                turned[(y * Side) + x] = from[(row * Side) + column];
            }
        }
    }
}
