using System.Text.Json;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Tests.Instructed;

public sealed class InstructCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pairs_of_pictures_are_learned_reported_asked_and_looked_into()
    {
        var (exitCode, output) = await Tool.RunAsync("instruct", "train", "--rows", "400", "--network", "fc", "--hidden", "60", "--epochs", "12", "--out", _folder["run"]);
        Assert.True(exitCode == 0, output);
        JsonElement results = Results("run");
        JsonElement[] instructions = [.. results.GetProperty("instructions").EnumerateArray()];
        Assert.Equal(["left", "right"], instructions.Select(one => one.GetProperty("name").GetString()));
        // Ten classes: what is learned is far above chance, and follows the question that was asked.
        Assert.All(instructions, one => Assert.InRange(one.GetProperty("accuracy").GetDouble(), .3, 1));
        JsonElement wrong = results.GetProperty("anotherInstruction");
        Assert.True(wrong.GetProperty("asked").GetDouble() > wrong.GetProperty("meant").GetDouble() + .15, output);
        Assert.All(instructions, one => Assert.True(one.GetProperty("accuracy").GetDouble() > one.GetProperty("randomGates").GetDouble() + .05, output));
        Assert.Equal(12, results.GetProperty("epochs").GetInt32());
        Assert.Equal(12, File.ReadAllLines(_folder["run/curves.csv"]).Length - 1);

        string page = File.ReadAllText(_folder["run/report.html"]);
        Assert.Contains("One network answered the question that it was asked", page, StringComparison.Ordinal);
        Assert.Equal(12 + 2, page.Split("data:image/png").Length - 1); // twelve pictures, gates, curve; no maps
        Assert.DoesNotContain("NaN", string.Concat(page.Split('"').Where(part => !part.StartsWith("data:", StringComparison.Ordinal))), StringComparison.Ordinal);

        string[] gates = File.ReadAllLines(_folder["run/gates.csv"]);
        Assert.Equal("layer,unit,left,right", gates[0]);
        Assert.Equal(60, gates.Length - 1);
        Assert.All(gates.Skip(1), line => Assert.Matches("^layer 1,[0-9]+,[01],[01]$", line));
        double share = results.GetProperty("layers")[0].GetProperty("openShares")[0].GetDouble();
        Assert.Equal(share, gates.Skip(1).Count(line => line.Split(',')[2] == "1") / 60.0, 1e-12);

        File.WriteAllText(_folder["no.png"], "no picture");
        var (asked, answers) = await Tool.RunAsync("instruct", "ask", _folder["run/pictures/1.png"], _folder["no.png"], _folder["run/pictures/2.png"], "--instruction", "left", "--model", _folder["run"], "--out", _folder["answers.csv"]);
        Assert.True(asked == ExitCodes.SomeFailed, answers);
        Assert.Contains("no.png", answers, StringComparison.Ordinal);
        string[] lines = File.ReadAllLines(_folder["answers.csv"]);
        Assert.StartsWith("picture,instruction,answer,T-shirt,", lines[0], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length - 1);
        Assert.All(lines.Skip(1), line => Assert.Equal("left", line.Split(',')[1]));
        Assert.All(lines.Skip(1), line => Assert.Equal(1, line.Split(',')[3..].Sum(score => float.Parse(score, System.Globalization.CultureInfo.InvariantCulture)), 1e-4));
        Assert.Contains($"left? <span class=\"{(page.Contains($"left? <span class=\"yes\" style=\"display:inline\">{lines[1].Split(',')[2]}", StringComparison.Ordinal) ? "yes" : "no")}\"", page, StringComparison.Ordinal);

        var (looked, table) = await Tool.RunAsync("instruct", "gates", "--model", _folder["run"], "--out", _folder["gates"]);
        Assert.True(looked == 0, table);
        Assert.Equal(gates, File.ReadAllLines(_folder["gates/gates.csv"]));
        Assert.True(ImageFiles.Load(_folder["gates/gates.png"]).Width > 500);
    }

    [Fact]
    public async Task Figures_beside_one_another_are_shares_of_the_same_questions()
    {
        // One row in twenty asks what cannot be known.
        System.Text.StringBuilder table = new("a,b,c,question,answer\n");
        Random random = new(1);
        for (int i = 0; i < 400; i++)
        {
            double[] x = [random.NextDouble(), random.NextDouble(), random.NextDouble()];
            bool isRare = i % 20 == 0;
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"{x[0]:0.###},{x[1]:0.###},{x[2]:0.###},{(isRare ? "rare" : "common")},{"xyz"[isRare ? random.Next(3) : Array.IndexOf(x, x.Max())]}\n");
        }
        File.WriteAllText(_folder["asked.csv"], table.ToString());
        var (exitCode, output) = await Tool.RunAsync("instruct", "train", "--csv", _folder["asked.csv"], "--instruction", "question", "--label", "answer", "--epochs", "2", "--out", _folder["asked"]);
        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("No training row asks", output.ReplaceLineEndings(" "), StringComparison.Ordinal); // the controls that are taught one question alone
        JsonElement results = JsonDocument.Parse(File.ReadAllText(_folder["asked/results.json"])).RootElement;
        JsonElement[] instructions = [.. results.GetProperty("instructions").EnumerateArray()];
        double asked = instructions.Sum(one => one.GetProperty("questions").GetInt32());
        Assert.Equal(results.GetProperty("questions").GetInt32(), asked);
        Assert.Equal(results.GetProperty("accuracy").GetDouble(), Over("accuracy"), 1e-12);
        foreach (var (row, name) in ((string, string)[])[("random gates", "randomGates"), ("all gates open", "allGatesOpen"), ("a network for each instruction", "ownNetwork"), ("the most frequent answer", "majority")])
            Assert.Matches($@"{row}\s+{System.Text.RegularExpressions.Regex.Escape((100 * Over(name)).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture))}", output);

        double Over(string name) => instructions.Sum(one => one.GetProperty("questions").GetInt32() * one.GetProperty(name).GetDouble()) / asked;
    }

    [Fact]
    public async Task Questions_that_name_a_neighbour_are_vectors_and_can_be_asked_by_name()
    {
        var (exitCode, output) = await Tool.RunAsync("instruct", "train", "--task", "left-right-of", "--rows", "100", "--network", "fc", "--hidden", "40", "--epochs", "2", "--out", _folder["run"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(20, Results("run").GetProperty("instructions").GetArrayLength());
        var (asked, answers) = await Tool.RunAsync("instruct", "ask", _folder["run/pictures/1.png"], "--instruction", "left of sneaker", "--instruction", "right of bag", "--model", _folder["run"]);
        Assert.True(asked == 0, answers);
        Assert.Contains("right of bag", answers, StringComparison.Ordinal);
        var (unknown, why) = await Tool.RunAsync("instruct", "ask", _folder["run/pictures/1.png"], "--instruction", "above", "--model", _folder["run"]);
        Assert.Equal(ExitCodes.Usage, unknown);
        Assert.Contains("--instruction above: expected left of T-shirt", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faces_are_asked_for_each_attribute_and_a_bad_picture_is_left_out()
    {
        MakeFaces();
        var (exitCode, output) = await Tool.RunAsync("instruct", "train", "--celeba", _folder["faces"], "--size", "16", "--epochs", "2", "--batch-size", "4", "--normalize", "--out", _folder["run"]);
        Assert.True(exitCode == ExitCodes.SomeFailed, output);
        Assert.Contains("3.png", output, StringComparison.Ordinal);
        JsonElement results = Results("run");
        Assert.Equal(["Bright", "Tall"], results.GetProperty("instructions").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(11, results.GetProperty("trainingRows").GetInt32());
        var (asked, answers) = await Tool.RunAsync("instruct", "ask", _folder["faces/img_align_celeba/14.png"], "--model", _folder["run"], "--out", _folder["answers.csv"]);
        Assert.True(asked == 0, answers);
        Assert.Equal("picture,instruction,answer,no,yes", File.ReadAllLines(_folder["answers.csv"])[0]);
    }

    [Fact]
    public async Task Rows_of_a_table_are_asked_what_their_column_says()
    {
        // "sum" asks whether x + y is above 1, "difference" whether x is above y.
        File.WriteAllText(_folder["t.csv"], "x,y,question,answer\n" + string.Concat(Enumerable.Range(0, 600).Select(i =>
        {
            double x = i * 37 % 101 / 101.0, y = i * 61 % 97 / 97.0;
            bool sum = i % 2 == 0;
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{x:0.000},{y:0.000},{(sum ? "sum" : "difference")},{((sum ? x + y > 1 : x > y) ? "yes" : "no")}\n");
        })));
        var (exitCode, output) = await Tool.RunAsync("instruct", "train", "--csv", _folder["t.csv"], "--instruction", "question", "--label", "answer", "--hidden", "64", "--epochs", "60", "--out", _folder["run"]);
        Assert.True(exitCode == 0, output);
        Assert.All(Results("run").GetProperty("instructions").EnumerateArray(), one => Assert.InRange(one.GetProperty("accuracy").GetDouble(), .8, 1));
        File.WriteAllText(_folder["new.csv"], "y,x\n0.1,0.7\n");
        var (asked, answers) = await Tool.RunAsync("instruct", "ask", _folder["new.csv"], "--model", _folder["run"], "--out", _folder["answers.csv"]);
        Assert.True(asked == 0, answers);
        Assert.Equal(["line 2,difference,yes", "line 2,sum,no"], File.ReadAllLines(_folder["answers.csv"]).Skip(1).Select(line => string.Join(',', line.Split(',')[..3])));
    }

    [Theory]
    [InlineData("--normalize --rule counter-hebb", "--rule")]
    [InlineData("--normalize", "--normalize")]
    [InlineData("--network fc --hidden 0", "--hidden 0")]
    [InlineData("--network resnet18 --hidden 50", "--hidden 50")]
    [InlineData("--network brain", "--network brain")]
    [InlineData("--weights symmetric", "--weights symmetric")]
    [InlineData("--rule delta", "--rule delta")]
    [InlineData("--task up-down", "--task up-down")]
    [InlineData("--task left-right-of --decoders per-task", "--decoders per-task")]
    [InlineData("--instruction question", "--instruction")]
    [InlineData("--size 32", "--size")]
    [InlineData("--csv no.csv", "no.csv")]
    [InlineData("--csv no.csv --celeba x", "--celeba")]
    [InlineData("--data flowers.csv", "flowers.csv")]
    [InlineData("--questions some", "--questions some")]
    [InlineData("--single-task perhaps", "--single-task perhaps")]
    [InlineData("--embedding x", "--embedding x")]
    public async Task Options_that_do_not_fit_are_refused_by_name_before_the_work(string options, string named)
    {
        var (exitCode, output) = await Tool.RunAsync(["instruct", "train", "--out", _folder["run"], .. options.Split(' ')]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains(named, output, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["run/model.zip"]));
    }

    [Theory]
    [InlineData("instructions.json", "{}")]
    [InlineData("instructions.json", "no json")]
    [InlineData("model.zip", "no model")]
    public async Task Damaged_models_are_refused_by_the_file(string file, string content)
    {
        Assert.Equal(0, (await Tool.RunAsync("instruct", "train", "--rows", "20", "--network", "fc", "--hidden", "8", "--epochs", "1", "--single-task", "no", "--out", _folder["run"])).ExitCode);
        File.WriteAllText(_folder[$"run/{file}"], content);
        var (exitCode, output) = await Tool.RunAsync("instruct", "gates", "--model", _folder["run"], "--out", _folder["gates"]);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains(file, output, StringComparison.Ordinal);
        File.Delete(_folder[$"run/{file}"]);
        (exitCode, output) = await Tool.RunAsync("instruct", "gates", "--model", _folder["run"], "--out", _folder["gates"]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains(file, output, StringComparison.Ordinal);
    }

    private JsonElement Results(string run) => JsonDocument.Parse(File.ReadAllText(_folder[$"{run}/results.json"])).RootElement;

    private void MakeFaces()
    {
        Directory.CreateDirectory(_folder["faces/img_align_celeba"]);
        for (int i = 0; i < 16; i++)
        {
            PixelImage face = new(20, i % 3 == 0 ? 30 : 20);
            face.Rgb.AsSpan().Fill((byte)(i % 2 == 0 ? 200 : 30));
            ImageFiles.Save(face, _folder[$"faces/img_align_celeba/{i}.png"]);
        }
        File.WriteAllText(_folder["faces/img_align_celeba/3.png"], "no picture");
        File.WriteAllText(_folder["faces/list_attr_celeba.txt"], "16\nBright Tall\n" + string.Concat(Enumerable.Range(0, 16).Select(i => $"{i}.png {(i % 2 == 0 ? 1 : -1)} {(i % 3 == 0 ? 1 : -1)}\n")));
        File.WriteAllText(_folder["faces/list_eval_partition.txt"], string.Concat(Enumerable.Range(0, 16).Select(i => $"{i}.png {(i < 12 ? 0 : 2)}\n")));
    }
}
