using System.Globalization;
using BioLearn.Cli.Instructed.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Tests.Instructed;

/// <summary>Tables whose rows say what they are asked.</summary>
public sealed class AskedTableTests : IDisposable
{
    private static readonly string[] Questions = ["sum", "difference", "first"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_equal_numbers_fall_on_one_side_of_the_test()
    {
        MakeTable(40);
        var data = AskedTable.Open(_folder["t.csv"], "question", "answer", null, .2, null, CsvHeader.Automatic);
        Assert.Equal((96, 24), (data.Training.Count, data.Test.Count));
        Assert.Empty(Seen(data.Training).Intersect(Seen(data.Test)));

        File.WriteAllText(_folder["same.csv"], "x,question,answer\n1,a,yes\n1,b,no\n1.0,a,no\n");
        var refused = Assert.Throws<UsageException>(() => AskedTable.Open(_folder["same.csv"], "question", "answer", null, .2, null, CsvHeader.Automatic));
        Assert.Contains("all with equal numbers", refused.Message, StringComparison.Ordinal);

        static HashSet<string> Seen(AskedRows rows)
        {
            float[] features = new float[2];
            HashSet<string> seen = [];
            for (int i = 0; i < rows.Count; i++)
            {
                rows.CopyFeatures(i, features);
                seen.Add(string.Join(' ', features));
            }
            return seen;
        }
    }

    [Fact]
    public async Task Rows_are_asked_what_the_file_says_and_named_by_it_and_the_report_says_what_the_controls_can()
    {
        MakeTable(60);
        var (exitCode, output) = await Tool.RunAsync(
            "instruct", "train", "--csv", _folder["t.csv"], "--instruction", "question", "--label", "answer", "--decoders", "per-task", "--hidden", "40", "--epochs", "40", "--learning-rate", ".01", "--out", _folder["run"]);
        Assert.True(exitCode == 0, output);
        string page = File.ReadAllText(_folder["run/report.html"]);
        Assert.Contains("The network learned to answer, with an output layer for each instruction", page, StringComparison.Ordinal);
        Assert.Contains("the output layer stays that of the instruction", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"\"", page, StringComparison.Ordinal);
        Assert.Contains("each row has one", page, StringComparison.Ordinal);
        Assert.DoesNotContain("one of each row in an epoch", page, StringComparison.Ordinal);
        // A map of three instructions and one layer: colours, not white between axes.
        var map = ImageFiles.Load(_folder["run/gates.png"]);
        int coloured = Enumerable.Range(0, map.Width * map.Height).Count(i => map.Rgb[3 * i] < 250 || map.Rgb[(3 * i) + 1] < 250 || map.Rgb[(3 * i) + 2] < 250);
        Assert.InRange(coloured / (double)(map.Width * map.Height), .3, 1);

        File.WriteAllText(_folder["a.csv"], "x,y,question\n0.1,0.7,sum\n0.2,0.8,first\n");
        File.WriteAllText(_folder["b.csv"], "x,y\n0.1,0.7\n");
        var (asked, answers) = await Tool.RunAsync("instruct", "ask", _folder["a.csv"], _folder["b.csv"], "--model", _folder["run"], "--out", _folder["answers.csv"]);
        Assert.True(asked == 0, answers);
        Assert.Equal(
            [("a.csv, line 2", "sum"), ("a.csv, line 3", "first"), ("b.csv, line 2", "difference"), ("b.csv, line 2", "first"), ("b.csv, line 2", "sum")],
            CsvRecords.Read(_folder["answers.csv"]).Skip(1).Select(record => (Path.GetFileName(record.Fields[0]), record.Fields[1])));
        (asked, answers) = await Tool.RunAsync("instruct", "ask", _folder["a.csv"], "-i", "difference", "--model", _folder["run"], "--out", _folder["answers.csv"]);
        Assert.True(asked == 0, answers);
        Assert.Equal([("line 2", "difference"), ("line 3", "difference")], CsvRecords.Read(_folder["answers.csv"]).Skip(1).Select(record => (record.Fields[0], record.Fields[1])));

        File.WriteAllText(_folder["c.csv"], "x,y,question\n0.1,0.7,sum\n0.1,0.7,product\n");
        (asked, answers) = await Tool.RunAsync("instruct", "ask", _folder["c.csv"], "--model", _folder["run"]);
        Assert.Equal(ExitCodes.Failure, asked);
        Assert.Contains("line 3, column 'question': 'product' is no instruction of this model; expected difference, first, sum", OneLine(answers), StringComparison.Ordinal);

        string form = File.ReadAllText(_folder["run/instructions.json"]);
        File.WriteAllText(_folder["run/instructions.json"], form.Replace("\"sum\"", "\"s\"", StringComparison.Ordinal).Replace("\"difference\"", "\"sum\"", StringComparison.Ordinal).Replace("\"s\"", "\"difference\"", StringComparison.Ordinal));
        (asked, answers) = await Tool.RunAsync("instruct", "ask", _folder["b.csv"], "--model", _folder["run"]);
        Assert.Equal(ExitCodes.Failure, asked);
        Assert.Contains("is of another model", OneLine(answers), StringComparison.Ordinal);
    }

    private static string OneLine(string output) => string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Points of a square, each asked three things.</summary>
    private void MakeTable(int points) => File.WriteAllText(_folder["t.csv"], "x,y,question,answer\n" + string.Concat(Enumerable.Range(0, points).SelectMany(i =>
    {
        double x = i * 37 % 101 / 101.0, y = i * 61 % 97 / 97.0;
        bool[] answers = [x + y > 1, x > y, x > .5];
        return Questions.Select((question, k) => string.Create(CultureInfo.InvariantCulture, $"{x:0.000},{y:0.000},{question},{(answers[k] ? "yes" : "no")}\n"));
    })));
}
