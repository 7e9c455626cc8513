using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Credit;

/// <summary>Pictures moved by whole pixels and mirrored, drawn anew each epoch.</summary>
/// <param name="Shift">Most pixels up, down, left and right; what comes in from outside is 0. At least 0.</param>
/// <param name="Mirror">Whether half of the pictures, drawn anew, are mirrored left to right.</param>
public sealed record PictureAugmentation(int Shift, bool Mirror)
{
    /// <summary>Augments rows.</summary>
    /// <param name="rows">The pictures, [rows, channels, height, width].</param>
    /// <param name="shape">Channels, height and width.</param>
    /// <param name="stream">What is drawn from: three numbers a picture.</param>
    /// <param name="augmented">Receives them; as long as <paramref name="rows"/>.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The shift is below 0.</exception>
    public void Apply(ReadOnlySpan<float> rows, TensorShape shape, RandomStream stream, Span<float> augmented)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(Shift);
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
        }
    }

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
