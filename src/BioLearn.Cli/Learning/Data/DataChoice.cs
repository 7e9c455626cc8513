using BioLearn.Cli.Tables;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Learning.Data;

/// <summary>What a command line says of the data to learn from.</summary>
/// <param name="Data">sample, mnist, fashion-mnist, a folder of IDX or CIFAR files, a folder of pictures with one folder a class, or a CSV file.</param>
internal sealed record DataChoice(string Data)
{
    /// <summary>Column of labels in a CSV file; null finds it.</summary>
    public string? Label { get; init; }

    /// <summary>Whether CSV files begin with a line of names.</summary>
    public CsvHeader Header { get; init; } = CsvHeader.Automatic;

    /// <summary>CSV file to test on; null sets a share of the rows aside.</summary>
    public string? Test { get; init; }

    /// <summary>That share.</summary>
    public double TestShare { get; init; } = TableData.UsualTestShare;

    /// <summary>What to predict; null sees it from the label.</summary>
    public LearningTask? Task { get; init; }

    /// <summary>Shape of a table's rows that are pictures; null where they are none.</summary>
    public TensorShape? Shape { get; init; }

    /// <summary>Width and height that pictures of a folder are brought to; null takes theirs where all are alike and small.</summary>
    public PictureSize? Size { get; init; }
}

/// <summary>Width and height in pixels.</summary>
internal readonly record struct PictureSize(int Width, int Height)
{
    /// <summary>Reads 32x32, or 32 for a square; null where it is none of them.</summary>
    public static PictureSize? Parse(string text)
    {
        int[] sides = [.. text.Split('x').Select(side => int.TryParse(side, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int pixels) && pixels is > 0 and <= 4096 ? pixels : 0)];
        return sides.Contains(0) ? null : sides switch { [var side] => new(side, side), [var width, var height] => new(width, height), _ => null };
    }

    public override string ToString() => $"{Width}x{Height}";
}
