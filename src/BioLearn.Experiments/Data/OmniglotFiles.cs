using BioLearn.ML.Data;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments;

/// <summary>
/// Omniglot (Lake, Salakhutdinov and Tenenbaum 2015) as IDX files of 105 x 105 pixels, sorted by character and drawer: the background characters are learned from, the
/// evaluation ones tested on. Pictures are brought to 31 x 31, the size that the published convolutions make one point of, by the mean of the area.
/// </summary>
internal sealed class OmniglotFiles(string source, string folder) : PictureFiles(source, folder)
{
    private const string Training = "background-images-105-idx3-ubyte", Test = "evaluation-images-105-idx3-ubyte";
    private const int Drawers = 20, Side = 31;

    public static bool Are(string folder) => Find(folder, Training) is not null;

    public override string[] All() => [Need(Training), Need(Test)];

    public override (LabelledRows Rows, TensorShape Shape) Read(bool training)
    {
        string path = Need(training ? Training : Test);
        IdxFile file = IdxFile.Read(path);
        if (file.Dimensions.Count != 3 || file.Dimensions[0] % Drawers != 0)
            throw new InvalidDataException($"{path}: {string.Join(" x ", file.Dimensions)}; expected pictures of characters x {Drawers} drawers, rows, columns");
        int count = file.Dimensions[0], height = file.Dimensions[1], width = file.Dimensions[2];
        float[] pixels = new float[count * Side * Side];
        for (int i = 0; i < count; i++)
            Shrink(file.Values.AsSpan(i * height * width, height * width), height, width, pixels.AsSpan(i * Side * Side, Side * Side));
        return (new(pixels, Enumerable.Range(0, count).Select(i => i / Drawers).ToArray()), new TensorShape(1, Side, Side));
    }

    private string Need(string name) => Find(Folder, name) ?? throw new FileNotFoundException($"data source '{Source}': {Folder} has neither {name} nor {name}.gz");

    private static string? Find(string folder, string name) => ((string[])[Path.Combine(folder, name), Path.Combine(folder, $"{name}.gz")]).FirstOrDefault(File.Exists);

    /// <summary>Each new pixel is the mean of the area that it covers, from 0 to 1.</summary>
    private static void Shrink(ReadOnlySpan<byte> picture, int height, int width, Span<float> small)
    {
        for (int y = 0; y < Side; y++)
        {
            double top = (double)y * height / Side, bottom = (y + 1.0) * height / Side;
            for (int x = 0; x < Side; x++)
            {
                double left = (double)x * width / Side, right = (x + 1.0) * width / Side, sum = 0;
                for (int row = (int)top; row < Math.Min(height, (int)Math.Ceiling(bottom)); row++)
                {
                    double share = Math.Min(row + 1, bottom) - Math.Max(row, top);
                    for (int column = (int)left; column < Math.Min(width, (int)Math.Ceiling(right)); column++)
                        sum += share * (Math.Min(column + 1, right) - Math.Max(column, left)) * picture[(row * width) + column];
                }
                small[(y * Side) + x] = (float)(sum / ((bottom - top) * (right - left) * 255));
            }
        }
    }
}
