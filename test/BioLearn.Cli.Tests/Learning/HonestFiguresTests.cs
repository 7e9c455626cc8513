using System.Text;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Tests.Learning;

/// <summary>What is wrong with data is said, or counts as wrong; nothing is left out or replaced in silence.</summary>
public sealed class HonestFiguresTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Test_rows_of_classes_that_training_never_saw_count_as_wrong()
    {
        Write("train.csv", 40, i => i % 2 == 0 ? "a" : "b");
        File.WriteAllText(_folder["test.csv"], "x,y,label\n0,0,a\n" + string.Concat(Enumerable.Repeat("9,9,c\n", 9)));
        var (exitCode, output) = await Train("train.csv", "--test", _folder["test.csv"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("9 of the 10 rows to test on are of classes that no row to learn from has", output, StringComparison.Ordinal);
        Assert.Contains("test accuracy 10.00 %", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_is_not_UTF_8_is_refused_with_its_file_and_byte()
    {
        File.WriteAllBytes(_folder["latin1.csv"], Encoding.Latin1.GetBytes("x,y,label\n0,1,\u00e4\n1,0,\u00f6\n"));
        var (exitCode, output) = await Train("latin1.csv");
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("latin1.csv", output, StringComparison.Ordinal);
        Assert.Contains("not UTF-8 text", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_with_a_byte_order_mark_is_read_as_it_says()
    {
        File.WriteAllText(_folder["bom.csv"], "x,y,label\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i % 2},1,{(i % 2 == 0 ? "\u00e4" : "\u00f6")}\n")), Encoding.Unicode);
        var (exitCode, output) = await Train("bom.csv");
        Assert.True(exitCode == 0, output);
        Assert.Contains("2-4-2", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_without_a_line_of_names_loses_no_row_and_says_what_was_seen()
    {
        string rows = string.Concat(Enumerable.Range(0, 20).Select(i => $"{i % 2},{i},{(i % 2 == 0 ? "a" : "b")}\n"));
        File.WriteAllText(_folder["bare.csv"], rows);
        File.WriteAllText(_folder["named.csv"], "x,y,label\n" + rows);
        var (exitCode, output) = await Train("bare.csv", "--test", _folder["bare.csv"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("no line of names: the first line is read as a row, the columns are c1, c2, ... (--header says otherwise)", output, StringComparison.Ordinal);
        string bare = File.ReadAllText(_folder["run/curves.csv"]);
        Directory.Delete(_folder["run"], recursive: true);
        (exitCode, output) = await Train("named.csv", "--test", _folder["named.csv"]);
        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("line of names", output, StringComparison.Ordinal);
        string Figures(string curve) => string.Join('\n', curve.Split('\n').Select(line => line.LastIndexOf(',') is > 0 and var at ? line[..at] : line));
        Assert.Equal(Figures(File.ReadAllText(_folder["run/curves.csv"])), Figures(bare));
        (exitCode, output) = await Tool.RunAsync("train", "--data", _folder["bare.csv"], "--no-header", "--label", "c3", "--epochs", "1", "--layers", "4", "--out", _folder["c3"]);
        Assert.True(exitCode == 0, output);
        (exitCode, output) = await Tool.RunAsync("train", "--data", _folder["bare.csv"], "--label", "species", "--out", _folder["species"]);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("no column 'species'; there are c1, c2, c3 (the first line is a row; --header says that it holds names)", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_for_tables_are_refused_with_pictures()
    {
        foreach (string[] option in (string[][])[["--label", "x"], ["--no-header"], ["--test-share", "0.3"], ["--test", _folder["t.csv"]]])
        {
            var (exitCode, output) = await Tool.RunAsync(["train", "--rows", "100", .. option, "--out", _folder["run"]]);
            Assert.Equal(ExitCodes.Usage, exitCode);
            Assert.Contains($"{option[0]}: is for CSV files", output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder["run"]));
        }
    }

    [Fact]
    public async Task Layers_that_no_memory_holds_are_a_wrong_command_line()
    {
        Write("train.csv", 20, i => i % 2 == 0 ? "a" : "b");
        var (exitCode, output) = await Tool.RunAsync("train", "--data", _folder["train.csv"], "-l", "100000-100000", "--out", _folder["run"]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("100000 x 100000 = 10000000000 weights", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--episodes", "0")]
    [InlineData("--episodes", "-1")]
    [InlineData("--shots", "-1")]
    [InlineData("--tests", "0")]
    [InlineData("--threads", "0")]
    [InlineData("--ways", "1")]
    [InlineData("--test-share", "1")]
    [InlineData("--active-from", "NaN")]
    public async Task Naming_options_at_their_limits_are_a_wrong_command_line(string option, string value)
    {
        var (exitCode, output) = await Tool.RunAsync("naming", "compare", $"{option}={value}", "--out", _folder["run"]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains(option, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["run"]));
    }

    [Fact]
    public async Task Plastic_training_that_diverges_says_so_and_keeps_its_record()
    {
        var (exitCode, output) = await Tool.RunAsync("plastic", "train", "--updates", "30", "--learning-rate", "1e38", "--optimizer", "adam", "--out", _folder["run"]);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("diverged", output, StringComparison.Ordinal);
        Assert.DoesNotContain("please report it", output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output)> Train(string data, params string[] more)
        => Tool.RunAsync(["train", "-r", "backpropagation", "--data", _folder[data], "-l", "4", "--epochs", "40", "--learning-rate", "0.05", "--diagnostics-every", "0", "--out", _folder["run"], .. more]);

    private void Write(string name, int rows, Func<int, string> label)
        => File.WriteAllText(_folder[name], "x,y,label\n" + string.Concat(Enumerable.Range(0, rows).Select(i => $"{i % 2},{i % 2},{label(i)}\n")));
}
