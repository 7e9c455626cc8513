using BioLearn.Cli.Terminal;
using BioLearn.Cli.Tests.Recollection;

namespace BioLearn.Cli.Tests.Models;

public class ModelsCommandTests
{
    [Fact]
    public async Task List_names_the_bundled_networks()
    {
        var (exitCode, output) = await Tool.RunAsync("models", "list");
        Assert.Equal(ExitCodes.Success, exitCode);
        foreach (var name in (string[])["alexnet", "convpool", "resnet18"])
            Assert.Contains(name, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_shows_levels_and_classes()
    {
        var (exitCode, output) = await Tool.RunAsync("models", "info", "alexnet");
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("S10", output, StringComparison.Ordinal);
        Assert.Contains("accordion", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alexnet")]
    [InlineData("convpool")]
    [InlineData("resnet18")]
    public async Task Bundled_networks_pass_verification(string name)
    {
        var (exitCode, output) = await Tool.RunAsync("models", "verify", name);
        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.Contains("as its card says", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_network_fails_verification()
    {
        using var folder = new TemporaryFolder();
        var bytes = await File.ReadAllBytesAsync(RecollectFixture.SmallModel);
        await File.WriteAllBytesAsync(folder["cut.onnx"], bytes[..(bytes.Length / 2)]);
        var (exitCode, output) = await Tool.RunAsync("models", "verify", folder["cut.onnx"]);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("cut.onnx", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expected 64 hexadecimal digits", "http://localhost/x.onnx", "--sha256", "12")]
    [InlineData("expected an address", "x.onnx", "--sha256", "12")]
    public async Task Pull_tells_what_is_wrong_with_its_options(string expected, params string[] options)
    {
        var (exitCode, output) = await Tool.RunAsync(["models", "pull", .. options]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_of_an_unreachable_address_is_a_clear_error()
    {
        var (exitCode, output) = await Tool.RunAsync("models", "pull", "http://localhost:1/x.onnx", "--sha256", new string('a', 64));
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("cannot be reached", output, StringComparison.Ordinal);
    }
}
