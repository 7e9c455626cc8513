using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Memories;

public sealed class MemoryCommandTests
{
    private const string Stored = "####\n####\n....\n....\n\n##..\n##..\n##..\n##..\n", Damaged = "##??\n####\n...?\n????\n\n????\n##..\n##..\n?#..\n";

    [Theory]
    [InlineData("hebb")]
    [InlineData("storkey")]
    [InlineData("pseudo-inverse")]
    [InlineData("modern")]
    public async Task Patterns_of_any_size_are_completed_and_drawn(string rule)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["patterns.txt"], Stored);
        File.WriteAllText(folder["damaged.txt"], Damaged);
        var (exitCode, output) = await Tool.RunAsync("memory", "complete", folder["patterns.txt"], folder["damaged.txt"], "--rule", rule, "--out", folder["memory.png"]);
        Assert.True(exitCode == 0, output);
        string[] lines = [.. output.Split('\n').Where(line => line.Length > 12)];
        Assert.Equal(["████████", "████████", "········", "········", "████····", "████····", "████····", "████····"], lines.Select(line => line.TrimEnd()[12..]));
        Assert.True(File.Exists(folder["memory.png"]));
    }

    [Fact]
    public async Task What_does_not_fit_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["patterns.txt"], Stored);
        File.WriteAllText(folder["other.txt"], "###\n###\n");
        var (other, told) = await Tool.RunAsync("memory", "complete", folder["patterns.txt"], folder["other.txt"]);
        Assert.Equal(ExitCodes.Failure, other);
        Assert.Contains("6 elements, 16 were expected", told, StringComparison.Ordinal);
        var (plastic, size) = await Tool.RunAsync("memory", "complete", folder["patterns.txt"], folder["patterns.txt"], "--rule", "plastic");
        Assert.Equal(ExitCodes.Failure, plastic);
        Assert.Contains("16 elements, 64 were expected", size, StringComparison.Ordinal);
        File.WriteAllText(folder["gap.txt"], "##?.\n#..#\n");
        var (gap, unknown) = await Tool.RunAsync("memory", "complete", folder["gap.txt"], folder["gap.txt"]);
        Assert.Equal(ExitCodes.Failure, gap);
        Assert.Contains("gap.txt, line 1: '?' in a pattern that is to be stored", unknown, StringComparison.Ordinal);
        File.WriteAllText(folder["ragged.txt"], "##..\n#.#\n");
        var (ragged, short_) = await Tool.RunAsync("memory", "complete", folder["ragged.txt"], folder["ragged.txt"]);
        Assert.Equal(ExitCodes.Failure, ragged);
        Assert.Contains("ragged.txt, line 2: 3 elements; expected 4", short_, StringComparison.Ordinal);
        var (rule, words) = await Tool.RunAsync("memory", "capacity", "--rule", "hopfield");
        Assert.Equal(ExitCodes.Usage, rule);
        Assert.Contains("expected hebb, storkey, pseudo-inverse, modern, plastic", words, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("memory", "capacity", "--hide", "0.7", "--flip", "0.4")).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync("memory", "capacity", "--rule", "plastic", "--size", "100")).ExitCode);
    }

    [Fact]
    public async Task Tolerance_says_what_counts_as_recalled()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["memory", "capacity", "--rule", "hebb", "--size", "200", "--step", "20", "--most", "20", "--out", folder["c.csv"]];
        var (exitCode, output) = await Tool.RunAsync(command);
        Assert.True(exitCode == 0, output);
        Assert.Contains("with no more than 3 % of their elements wrong", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        int Recalled() => int.Parse(File.ReadAllLines(folder["c.csv"])[1].Split(',')[1]);
        int tolerant = Recalled();
        Assert.Equal(0, (await Tool.RunAsync([.. command, "--tolerance", "0"])).ExitCode);
        Assert.True(Recalled() < tolerant);
        Assert.Equal(ExitCodes.Usage, (await Tool.RunAsync([.. command, "--tolerance", "2"])).ExitCode);
    }

    [Fact]
    public async Task Capacity_of_hebbs_rule_ends_about_its_limit_and_the_pseudo_inverse_goes_on()
    {
        using var folder = new TemporaryFolder();
        int hebb = await Good("hebb"), inverse = await Good("pseudo-inverse");
        Assert.InRange(hebb, 8, 24); // 13.8
        Assert.True(inverse >= 36, $"{inverse}");
        Assert.Equal(10, File.ReadAllLines(folder["hebb.csv"]).Length - 1);

        async Task<int> Good(string rule)
        {
            var (exitCode, output) = await Tool.RunAsync("memory", "capacity", "--rule", rule, "--size", "100", "--flip", "0.05", "--step", "4", "--most", "40", "--out", folder[$"{rule}.csv"]);
            Assert.True(exitCode == 0, output);
            Assert.Contains("is 13.8", output, StringComparison.Ordinal);
            return File.ReadAllLines(folder[$"{rule}.csv"])[1..].Select(line => line.Split(',')).Where(row => double.Parse(row[2]) >= .9).Max(row => int.Parse(row[0]));
        }
    }
}
