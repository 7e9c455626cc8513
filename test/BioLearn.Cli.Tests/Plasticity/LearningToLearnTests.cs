using System.IO.Compression;

namespace BioLearn.Cli.Tests.Plasticity;

public sealed class LearningToLearnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Maze_gives_figures_curves_and_an_episode_of_each_kind_and_does_nothing_twice()
    {
        string[] command = ["plastic", "maze", "--plasticity", "off,retroactive", "--size", "5", "--steps", "10", "--neurons", "8", "--updates", "100", "--batch", "2", "--workers", "1", "--out", _folder["maze"]];
        var (exitCode, output) = await Tool.RunAsync(command);
        Assert.True(exitCode == 0, output);
        Assert.Contains("2 trials: 0 were done, 2 run", output, StringComparison.Ordinal);
        Assert.Contains("retroactive", output, StringComparison.Ordinal);
        Assert.All((string[])["rewards.png", "episode-off.png", "episode-retroactive.png"], file => Assert.True(new FileInfo(_folder[$"maze/{file}"]).Length > 1000));
        (exitCode, output) = await Tool.RunAsync(command);
        Assert.Contains("2 trials: 2 were done, 0 run", output, StringComparison.Ordinal);
        (exitCode, output) = await Tool.RunAsync("plastic", "maze", "--plasticity", "fast", "--out", _folder["no"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("--plasticity fast: expected off, plastic, simple, retroactive", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Characters_of_a_folder_of_omniglot_are_learned()
    {
        Directory.CreateDirectory(_folder["omniglot"]);
        Write("background-images-105-idx3-ubyte.gz", 6);
        Write("evaluation-images-105-idx3-ubyte.gz", 5);
        string[] command = ["plastic", "omniglot", "--data", _folder["omniglot"], "--classes", "3", "--features", "4", "--updates", "100", "--batch", "1", "--with-and-without", "--workers", "1", "--out", _folder["run"]];
        var (exitCode, output) = await Tool.RunAsync(command);
        Assert.True(exitCode == 0, output);
        Assert.Contains("without plasticity", output, StringComparison.Ordinal);
        Assert.Contains("33.3 %", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(_folder["run/learning.png"]).Length > 1000);
        Directory.CreateDirectory(_folder["half"]);
        File.Move(_folder["omniglot/background-images-105-idx3-ubyte.gz"], _folder["half/background-images-105-idx3-ubyte.gz"]);
        (exitCode, output) = await Tool.RunAsync("plastic", "omniglot", "--data", _folder["half"], "--updates", "100", "--out", _folder["other"]);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("evaluation-images-105-idx3-ubyte", output, StringComparison.Ordinal);
        (exitCode, output) = await Tool.RunAsync("plastic", "omniglot", "--data", _folder.Path, "--updates", "100", "--out", _folder["none"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("no background-images-105-idx3-ubyte", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private void Write(string name, int characters)
    {
        using var file = new GZipStream(File.Create(_folder[$"omniglot/{name}"]), CompressionLevel.Fastest);
        file.Write([0, 0, 8, 3, 0, 0, 0, (byte)(characters * 20), 0, 0, 0, 105, 0, 0, 0, 105]);
        byte[] picture = new byte[105 * 105];
        for (int i = 0; i < characters * 20; i++)
        {
            Array.Clear(picture);
            for (int k = 0; k < 60; k++)
                picture[(((i / 20 * 15) + (k / 6)) * 105) + 20 + k + (i % 20)] = 255;
            file.Write(picture);
        }
    }
}
