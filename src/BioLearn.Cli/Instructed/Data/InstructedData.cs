using BioLearn.ML.Networks;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Instructed.Data;

/// <summary>Something that a row is asked.</summary>
/// <param name="Instruction">Number of the instruction, from 0.</param>
/// <param name="Answer">Number of the right answer's class, from 0.</param>
internal readonly record struct Question(int Instruction, int Answer);

/// <summary>Rows of a data set, each with the questions it can be asked.</summary>
internal abstract class AskedRows
{
    public abstract int Count { get; }

    /// <summary>The questions that a row has an answer to, at least one.</summary>
    public abstract IReadOnlyList<Question> Questions(int row);

    /// <summary>What a network reads of a row.</summary>
    public abstract void CopyFeatures(int row, Span<float> features);

    /// <summary>The row for the eye, or null where it is no picture.</summary>
    public virtual PixelImage? Picture(int row) => null;

    /// <summary>The row in words.</summary>
    public virtual string Caption(int row) => $"{row}";
}

/// <summary>Rows to learn from and rows to be tested on, and what they are asked.</summary>
internal sealed record InstructedData
{
    public required string Title { get; init; }

    /// <summary>What a network reads, and how pictures become that.</summary>
    public required InputForm Input { get; init; }

    /// <summary>What can be asked.</summary>
    public required IReadOnlyList<string> Instructions { get; init; }

    /// <summary>For instructions that are vectors, their numbers; null where each is a task of its own.</summary>
    public IReadOnlyList<float[]>? Vectors { get; init; }

    /// <summary>What can be answered. Two answers of a question of yes and no are "no" and "yes".</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Whether questions are of yes and no: the network then has one output.</summary>
    public bool IsBinary { get; init; }

    public required AskedRows Training { get; init; }

    public required AskedRows Test { get; init; }

    /// <summary>A checksum of what it was made from.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Whether a row can have more than one question; those of a table have one each.</summary>
    public bool AsksSeveral => Enumerable.Range(0, Test.Count).Any(row => Test.Questions(row).Count > 1);

    /// <summary>The column of a table that holds the instructions; null for pictures.</summary>
    public string? InstructionColumn { get; init; }

    /// <summary>Numbers of an instruction.</summary>
    public int InstructionWidth => Vectors is { } vectors ? vectors[0].Length : Instructions.Count;

    /// <summary>All rows of a part with each of their questions.</summary>
    public static List<AskedRow> All(AskedRows rows) => [.. Enumerable.Range(0, rows.Count).SelectMany(row => rows.Questions(row).Select(question => new AskedRow(row, question)))];
}

/// <summary>A row and one of its questions.</summary>
internal readonly record struct AskedRow(int Row, Question Question);

/// <summary>What a network reads: pictures of one shape, scaled as x' = (x / 255 - mean) / deviation, or columns of a table.</summary>
/// <param name="Shape">Channels, rows, columns; of a table the columns alone.</param>
/// <param name="Mean">Taken from pixels of 0 to 1.</param>
/// <param name="Deviation">Divides them.</param>
/// <param name="Columns">Names of a table's columns; null for pictures.</param>
internal sealed record InputForm(TensorShape Shape, float Mean, float Deviation, IReadOnlyList<string>? Columns = null)
{
    public bool IsPicture => Columns is null;

    /// <summary>What the network reads of a picture of its size.</summary>
    public void Scale(ReadOnlySpan<byte> planes, Span<float> features)
    {
        for (int i = 0; i < features.Length; i++)
            features[i] = ((planes[i] / 255f) - Mean) / Deviation;
    }

    /// <summary>Channel after channel of a picture, cut to the middle square where the network reads one, and resized.</summary>
    public byte[] Planes(PixelImage image)
    {
        if (Shape.Height == Shape.Width && image.Width != image.Height)
        {
            int side = Math.Min(image.Width, image.Height);
            image = image.Crop((image.Width - side) / 2, (image.Height - side) / 2, side, side);
        }
        if (image.Width != Shape.Width || image.Height != Shape.Height)
            image = ImageResampler.Resize(image, Shape.Width, Shape.Height);
        if (Shape.Channels == 1)
            return image.ToGray();
        byte[] planes = new byte[Shape.Size];
        int size = Shape.Height * Shape.Width;
        for (int i = 0; i < size; i++)
        {
            for (int c = 0; c < Shape.Channels; c++)
                planes[(c * size) + i] = image.Rgb[(3 * i) + c];
        }
        return planes;
    }

    /// <summary>The way back, for the eye.</summary>
    public PixelImage Picture(ReadOnlySpan<byte> planes)
    {
        PixelImage image = new(Shape.Width, Shape.Height);
        int size = Shape.Height * Shape.Width;
        for (int i = 0; i < size; i++)
        {
            for (int c = 0; c < 3; c++)
                image.Rgb[(3 * i) + c] = planes[(Shape.Channels == 1 ? 0 : c * size) + i];
        }
        return image;
    }
}
