using BioLearn.Cli.Plasticity;

namespace BioLearn.Cli.Tests.Plasticity;

public class PlasticCommandTests
{
    private static readonly string[] SmallTask = ["plastic", "train", "--pattern-size", "8", "--patterns", "2"];

    [Fact]
    public async Task Training_writes_network_curve_and_record_and_resumes_to_the_same_network()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, _) = await Tool.RunAsync([.. SmallTask, "--updates", "60", "--out", folder["whole"]]);
        Assert.Equal(0, exitCode);
        Assert.Equal(["curve.png", "network.blpn", "training.json"], Directory.GetFiles(folder["whole"]).Select(f => Path.GetFileName(f)).Order());
        await Tool.RunAsync([.. SmallTask, "--updates", "25", "--out", folder["parts"]]);
        await Tool.RunAsync("plastic", "train", "--resume", "--updates", "60", "--out", folder["parts"]);
        Assert.Equal(File.ReadAllBytes(folder["whole/network.blpn"]), File.ReadAllBytes(folder["parts/network.blpn"]));
    }

    [Fact]
    public async Task A_folder_with_a_training_is_not_overwritten_by_accident()
    {
        using var folder = new TemporaryFolder();
        await Tool.RunAsync([.. SmallTask, "--updates", "5", "--out", folder["run"]]);
        var (exitCode, output) = await Tool.RunAsync([.. SmallTask, "--updates", "5", "--out", folder["run"]]);
        Assert.Equal(2, exitCode);
        Assert.Contains("--overwrite", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rule", "hopfield", "hebb, oja")]
    [InlineData("--pattern-size", "6", "multiple of 4")]
    [InlineData("--steps", "6,4", "6,4,6")]
    public async Task A_bad_option_is_refused_with_what_was_expected(string option, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await Tool.RunAsync("plastic", "train", option, value, "--out", folder["run"]);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_completes_its_pictures_and_draws_them()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await Tool.RunAsync("plastic", "demo", "--out", folder["demo.png"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("of 64 elements wrong", output, StringComparison.Ordinal);
        Assert.True(new FileInfo(folder["demo.png"]).Length > 1000);
    }

    [Theory]
    [InlineData("--out", "demo", "ends in .png")]
    [InlineData("--hide", "1.5", "between 0 and 1")]
    public async Task The_demonstration_refuses_a_bad_option_before_the_work(string option, string value, string expected)
    {
        var (exitCode, output) = await Tool.RunAsync("plastic", "demo", option, value);
        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_are_read_as_blocks_and_errors_name_the_line()
    {
        Assert.Equal([[1, -1, 0, 1], [-1, -1, 1, 1]], PatternFile.Parse(["#.", "?1", "", "--", "++"], "p", 4));
        Assert.Contains("p, line 2", Assert.Throws<InvalidDataException>(() => PatternFile.Parse(["##", "#x"], "p", 4)).Message, StringComparison.Ordinal);
        Assert.Contains("3 elements", Assert.Throws<InvalidDataException>(() => PatternFile.Parse(["###"], "p", 4)).Message, StringComparison.Ordinal);
    }
}
