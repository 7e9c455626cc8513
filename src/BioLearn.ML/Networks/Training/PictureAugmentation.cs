using BioLearn.Kernels.Random;

namespace BioLearn.ML.Networks;

/// <summary>Pictures moved by whole pixels, mirrored, and with pixels left out, drawn anew each epoch.</summary>
/// <param name="Shift">Most pixels up, down, left and right; what comes in from outside is 0. At least 0.</param>
/// <param name="Mirror">Whether half of the pictures, drawn anew, are mirrored left to right.</param>
/// <param name="Omit">Probability that a pixel is left out, set to 0; from 0 to below 1.</param>
public sealed record PictureAugmentation(int Shift = 0, bool Mirror = false, double Omit = 0)
{
    /// <summary>Augments rows.</summary>
    /// <param name="rows">The pictures, [rows, channels, height, width].</param>
    /// <param name="shape">Channels, height and width.</param>
    /// <param name="stream">What is drawn from: three numbers a picture, and one a pixel where pixels are left out.</param>
    /// <param name="augmented">Receives them; as long as <paramref name="rows"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The shift is below 0, or the probability is none below 1.</exception>
    public void Apply(ReadOnlySpan<float> rows, TensorShape shape, RandomStream stream, Span<float> augmented)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Validate();
        if (rows.Length != augmented.Length || rows.Length % shape.Size != 0)
            throw new ArgumentException($"{rows.Length} numbers into {augmented.Length} are not pictures of {shape}.", nameof(augmented));
        for (int start = 0; start < rows.Length; start += shape.Size)
        {
            int down = stream.NextInt((2 * Shift) + 1) - Shift, right = stream.NextInt((2 * Shift) + 1) - Shift;
            bool mirrored = stream.NextBernoulli(.5) && Mirror;
            for (int line = 0; line < shape.Channels * shape.Height; line++)
            {
                int from = (line % shape.Height) - down;
                Span<float> to = augmented.Slice(start + (line * shape.Width), shape.Width);
                if (from < 0 || from >= shape.Height)
                    to.Clear();
                else
                    Move(rows.Slice(start + ((line - down) * shape.Width), shape.Width), right, to);
                if (mirrored)
                    to.Reverse();
            }
            if (Omit == 0)
                continue;
            foreach (ref float pixel in augmented.Slice(start, shape.Size))
            {
                if (stream.NextBernoulli(Omit))
                    pixel = 0;
            }
        }
    }

    /// <summary>Checks the figures.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The shift is below 0, or the probability is none below 1.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Shift);
        if (!(Omit is >= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(Omit), Omit, "must be at least 0 and less than 1");
    }

    /// <summary>Whether rows are changed at all.</summary>
    internal bool IsNone => Shift == 0 && !Mirror && Omit == 0;

    /// <summary>Whether neighbours of a pixel matter, so that rows must be pictures.</summary>
    internal bool NeedsPictures => Shift > 0 || Mirror;

    private static void Move(ReadOnlySpan<float> line, int right, Span<float> moved)
    {
        if (Math.Abs(right) >= line.Length)
        {
            moved.Clear();
            return;
        }
        int kept = line.Length - Math.Abs(right), to = Math.Max(0, right);
        moved[..to].Clear();
        moved[(to + kept)..].Clear();
        line.Slice(Math.Max(0, -right), kept).CopyTo(moved[to..]);
    }
}
