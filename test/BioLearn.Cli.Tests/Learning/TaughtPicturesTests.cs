using BioLearn.Cli.Learning;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Tests.Learning;

/// <summary>Pictures in folders, networks for pictures, pictures changed on the way.</summary>
public sealed class TaughtPicturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Folder_of_pictures_is_learned_and_new_pictures_are_named()
    {
        Draw("pets", 30);
        File.WriteAllText(_folder["pets/upper/broken.png"], "no picture");
        File.WriteAllText(_folder["pets/readme.txt"], "no picture, and no class");
        string output = await Run("train", "--data", _folder["pets"], "--network", "lenet", "--rule", "backpropagation", "--epochs", "12", "--shift", "1", "--batch", "8", "--learning-rate", "0.003", "--size", "16x12", "--out", _folder["run"]);
        Assert.Contains("1 of 61 pictures cannot be read and are left out: upper/broken.png", output.Replace(Path.DirectorySeparatorChar, '/'), StringComparison.Ordinal);
        Assert.Contains("lenet on 3x12x16, 2 classes", output, StringComparison.Ordinal);
        Assert.True(CurveFile.Read(_folder["run/curves.csv"])[0].Epochs[^1].TestScore > .9, output);
        output = await Run("evaluate", _folder["run"], _folder["pets"], "--out", _folder["e"]);
        Assert.Contains("60 rows: accuracy", output, StringComparison.Ordinal);
        await Run("predict", _folder["run"], _folder["pets/lower/3.png"], "--out", _folder["one.csv"]);
        Assert.Equal("lower", File.ReadAllLines(_folder["one.csv"])[1].Split(',')[2]);
        await Run("predict", _folder["run"], _folder["pets/upper"], "--out", _folder["flat.csv"]);
        string[][] rows = [.. File.ReadAllLines(_folder["flat.csv"]).Select(line => line.Split(','))];
        Assert.Equal(["row", "file", "predicted", "lower", "upper"], rows[0]);
        Assert.Equal(30, rows.Length - 1);
        var (exitCode, refused) = await Tool.RunAsync("evaluate", _folder["run"], _folder["pets/upper"], "--out", _folder["e2"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("expected pictures in one folder a class", refused, StringComparison.Ordinal);
        (exitCode, refused) = await Tool.RunAsync("train", "--data", _folder["pets/upper"], "--out", _folder["no"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("its pictures lie in no folder of a class", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_of_a_folder_are_learned_and_tested_on_and_a_file_describes_the_network()
    {
        Draw("set/train", 12);
        Draw("set/test", 5);
        File.WriteAllText(_folder["net.yaml"], "layers:\n  - {kind: convolution-2d, channels: 4, kernel-size: 3, padding: 1, activation: tanh}\n  - {kind: batch-normalization, activation: relu}\n  - {kind: max-pooling-2d, size: 2}\n  - {kind: dense, units: 9, activation: tanh}\n");
        string output = await Run("train", "--data", _folder["set"], "--network", _folder["net.yaml"], "--rule", "feedback-alignment", "--epochs", "2", "--out", _folder["run"]);
        Assert.Contains("net on 3x10x20, 2 classes", output, StringComparison.Ordinal);
        output = await Run("evaluate", _folder["run"], _folder["set"], "--out", _folder["e"]);
        Assert.Contains("10 rows: accuracy", output, StringComparison.Ordinal);
        File.WriteAllText(_folder["wrong.yaml"], "layers:\n  - {kind: dense, units: 9}\n  - {kind: konvolution, channels: 4}\n");
        var (exitCode, refused) = await Tool.RunAsync("train", "--data", _folder["set"], "--network", _folder["wrong.yaml"], "--out", _folder["no"]);
        Assert.Equal(1, exitCode);
        Assert.Contains("wrong.yaml", refused, StringComparison.Ordinal);
        Assert.Contains("konvolution", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_changed_on_the_way_come_the_same_again_in_pieces()
    {
        string[] command = ["train", "--rows", "300", "--layers", "16", "--mirror", "--shift", "2", "--omit", "0.1", "--diagnostics-every", "0", "--checkpoint-every", "0"];
        await Run([.. command, "--epochs", "4", "--out", _folder["whole"]]);
        await Run([.. command, "--epochs", "2", "--out", _folder["halves"]]);
        await Run([.. command, "--epochs", "4", "--resume", "--out", _folder["halves"]]);
        await Run("train", "--rows", "300", "--layers", "16", "--epochs", "4", "--diagnostics-every", "0", "--out", _folder["plain"]);
        Assert.Equal(Losses("whole"), Losses("halves"));
        Assert.NotEqual(Losses("whole"), Losses("plain"));
    }

    private double[] Losses(string run) => [.. CurveFile.Read(_folder[$"{run}/curves.csv"])[0].Epochs.Select(epoch => epoch.Loss)];

    /// <summary>Two classes: a coloured bar in the upper or in the lower half, at several places.</summary>
    private void Draw(string folder, int each)
    {
        foreach (string name in (string[])["upper", "lower"])
        {
            Directory.CreateDirectory(_folder[$"{folder}/{name}"]);
            for (int i = 0; i < each; i++)
            {
                byte[] rgb = new byte[3 * 20 * 10];
                int line = (name == "upper" ? 1 : 6) + (i % 3);
                for (int x = i % 5; x < 14 + (i % 5); x++)
                    rgb[(3 * ((line * 20) + x)) + (i % 3)] = 255;
                ImageFiles.Save(new PixelImage(20, 10, rgb), _folder[$"{folder}/{name}/{i}.png"]);
            }
        }
    }

    private static async Task<string> Run(params string[] arguments)
    {
        var (exitCode, output) = await Tool.RunAsync(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
