using BioLearn.Cli.Naming.Comparing;
using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Naming.Sweeping;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments.Naming;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Tests.Naming;

public sealed class NamingCommandTests
{
    [Fact]
    public async Task A_model_is_trained_taught_a_further_name_and_names_pictures()
    {
        using var folder = new TemporaryFolder();
        Draw(folder["data"], "bars", 6, Bar);
        Draw(folder["data"], "rings", 6, Ring);
        string network = Network(folder["network.blsn"]);
        var (trained, output) = await Tool.RunAsync("naming", "train", "--data", folder["data"], "--network", network, "--out", folder["model"], "--active-from", "2", "--threads", "1");
        Assert.True(trained == 0, output);
        Assert.Contains("2 names after 1 example(s) each", output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["model/recalled-rings.png"]));

        Draw(folder["more"], "crosses", 3, Cross);
        var (taught, told) = await Tool.RunAsync("naming", "teach", "crosses", folder["more/crosses/0.png"], "--model", folder["model"]);
        Assert.True(taught == 0, told);
        Assert.Contains("the model knows 3 names", told, StringComparison.Ordinal);

        var (named, answer) = await Tool.RunAsync("naming", "name", folder["more/crosses"], folder["data/bars"], "--model", folder["model"], "--out", folder["names.csv"]);
        Assert.True(named == 0, answer);
        string[] lines = File.ReadAllLines(folder["names.csv"]);
        Assert.Equal("picture,name,bars,rings,crosses", lines[0]);
        Assert.Equal(9, lines.Length - 1);
        Assert.True(lines[1..4].Count(line => line.Contains(",crosses,", StringComparison.Ordinal)) >= 2, string.Join('\n', lines));

        string[] train = ["naming", "train", "--data", folder["data"], "--network", network, "--out", folder["model"], "--active-from", "2", "--threads", "1"];
        var (refused, why) = await Tool.RunAsync(train);
        Assert.Equal(ExitCodes.Usage, refused);
        Assert.Contains("--overwrite", why, StringComparison.Ordinal);
        Assert.Equal(lines, File.ReadAllLines(folder["names.csv"]));

        ImageFiles.Save(new PixelImage(20, 20), folder["blank.png"]);
        var (blank, complaint) = await Tool.RunAsync("naming", "teach", "nothing", folder["blank.png"], "--model", folder["model"]);
        Assert.Equal(ExitCodes.Failure, blank);
        Assert.Contains("nothing in the picture makes the network fire", complaint, StringComparison.Ordinal);
        (_, complaint) = await Tool.RunAsync("naming", "name", folder["blank.png"], folder["data/bars"], "--model", folder["model"]);
        Assert.Contains("1 of 7 pictures leave the network silent: their names are guesses", complaint, StringComparison.Ordinal);

        var (unnamed, silent) = await Tool.RunAsync("naming", "name", folder["data/bars"], "--model", folder["model"], "--threshold", "1e9");
        Assert.Equal(0, unnamed);
        Assert.Contains("no name", silent, StringComparison.Ordinal);

        var (anew, again) = await Tool.RunAsync([.. train, "--overwrite"]);
        Assert.True(anew == 0, again);
        Assert.False(File.Exists(folder["model/recalled-crosses.png"]));
        Assert.True(File.Exists(network));
    }

    [Fact]
    public async Task Teaching_begins_a_model_on_a_network_once_and_goes_on_without_it()
    {
        using var folder = new TemporaryFolder();
        Draw(folder["data"], "bars", 2, Bar);
        Draw(folder["data"], "rings", 2, Ring);
        string network = Path.Combine(AppContext.BaseDirectory, "models", "clothes-28x28.blsn");
        string[] first = ["naming", "teach", "bars", folder["data/bars/0.png"], "--model", folder["model"], "--network", network];
        var (missing, told) = await Tool.RunAsync([.. first[..^1], folder["none.blsn"]]);
        Assert.Equal(ExitCodes.Usage, missing);
        Assert.Contains("none.blsn: no such file", told, StringComparison.Ordinal);
        var (begun, output) = await Tool.RunAsync(first);
        Assert.True(begun == 0, output);
        Assert.Contains("the model knows 1 name", output, StringComparison.Ordinal);
        var (again, why) = await Tool.RunAsync(first);
        Assert.Equal(ExitCodes.Usage, again);
        Assert.Contains("leave --network out", why, StringComparison.Ordinal);
        Assert.Equal(0, (await Tool.RunAsync("naming", "teach", "rings", folder["data/rings/0.png"], "--model", folder["model"])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync("naming", "name", folder["data/bars"], folder["data/rings"], "--model", folder["model"], "--out", folder["names.csv"])).ExitCode);
        string[] lines = File.ReadAllLines(folder["names.csv"]);
        Assert.Equal("picture,name,bars,rings", lines[0]);
        Assert.Equal(["bars", "bars", "rings", "rings"], lines[1..].Select(line => line.Split(',')[1]));
    }

    [Fact]
    public async Task A_comparison_writes_tables_plots_and_a_page_and_is_the_same_for_any_number_of_threads()
    {
        using var folder = new TemporaryFolder();
        Draw(folder["data"], "bars", 8, Bar);
        Draw(folder["data"], "rings", 8, Ring);
        string network = Network(folder["network.blsn"]), told = "";
        async Task<string> Compare(string to, string threads)
        {
            var (exitCode, output) = await Tool.RunAsync(
                "naming", "compare", "--data", folder["data"], "--network", network, "--out", folder[to], "--episodes", "4", "--active-from", "2", "--threads", threads);
            Assert.True(exitCode == 0, output);
            told = output.ReplaceLineEndings(" ");
            return File.ReadAllText(folder[to + "/episodes.csv"]) + File.ReadAllText(folder[to + "/summary.csv"]);
        }

        string one = await Compare("one", "1");
        Assert.Equal(one, await Compare("two", "3"));
        // One interval, wherever it is told.
        string[][] summary = [.. File.ReadAllLines(folder["one/summary.csv"]).Select(line => line.Split(','))];
        string[] naming = summary.First(row => row.Contains("naming"));
        string Cell(string column) => BioLearn.Cli.Naming.Report.Verdict.Points(double.Parse(naming[Array.IndexOf(summary[0], column)], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains($"95 % interval {Cell("lower")} to {Cell("upper")}", told, StringComparison.Ordinal);
        string page = File.ReadAllText(folder["one/report.html"]);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page, StringComparison.Ordinal); // nothing is fetched
        Assert.Contains("From the name back to the picture", page, StringComparison.Ordinal);
        Assert.True(new FileInfo(folder["one/cdf-2-way-1-shot-network.png"]).Length > 1000);
    }

    [Fact]
    public async Task A_sweep_goes_on_where_it_stopped_and_knows_its_trials_from_those_of_another()
    {
        using var folder = new TemporaryFolder();
        Draw(folder["data"], "bars", 4, Bar);
        Draw(folder["data"], "rings", 4, Ring);
        string network = Network(folder["network.blsn"]);
        string[] command = ["naming", "sweep", "--data", folder["data"], "--network", network, "--out", folder["sweep"], "--range", "novelty=1:3", "--range", "active-from=2,4"];
        var (exitCode, output) = await Tool.RunAsync([.. command, "--threads", "2"]);
        Assert.True(exitCode == 0, output);
        string path = folder["sweep/sweep.csv"];
        string[] whole = [.. File.ReadAllLines(path).Order(StringComparer.Ordinal)];
        Assert.Equal(2 + 6, whole.Length);

        // As if it had been killed.
        string[] Trials() => Directory.GetFiles(folder["sweep/trials"], "*", SearchOption.AllDirectories);
        Assert.Equal(6, Trials().Length);
        File.Delete(Trials()[3]);
        (_, output) = await Tool.RunAsync([.. command, "--threads", "1"]);
        Assert.Contains("6 trials: 5 were done, 1 run", output, StringComparison.Ordinal);
        Assert.Equal(whole, File.ReadAllLines(path).Order(StringComparer.Ordinal));

        (exitCode, output) = await Tool.RunAsync([.. command, "--seed", "9"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("6 trials: 0 were done, 6 run", output, StringComparison.Ordinal);
        Assert.Equal(12, Trials().Length);
    }

    [Fact]
    public async Task Options_of_all_naming_commands_set_parameters_of_a_sweep()
    {
        using var folder = new TemporaryFolder();
        Draw(folder["data"], "bars", 4, Bar);
        Draw(folder["data"], "rings", 4, Ring);
        string[] command = ["naming", "sweep", "--data", folder["data"], "--network", Network(folder["network.blsn"]), "--range", "shots=1"];
        string[] options = ["--rule", "as-intended", "--novelty", "65", "--active-from", "3", "--novel-examples", "1"];
        Assert.Equal(0, (await Tool.RunAsync([.. command, .. options, "--out", folder["options"]])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync([.. command, "--range", "rule=1", "--range", "novelty=65", "--range", "active-from=3", "--range", "novel-examples=1", "--out", folder["ranges"]])).ExitCode);
        Assert.Equal(File.ReadAllLines(folder["ranges/sweep.csv"])[2..], File.ReadAllLines(folder["options/sweep.csv"])[2..]);
        Assert.Contains("expected different ones", (await Tool.RunAsync([.. command, "--names", "bars,bars", "--out", folder["n"]])).Output, StringComparison.Ordinal);
        Assert.Contains("--range shots: 'bars' has", (await Tool.RunAsync([.. command[..^1], "shots=1,100", "--out", folder["n"]])).Output, StringComparison.Ordinal);
        var (exitCode, output) = await Tool.RunAsync([.. command, "--novelty", "5", "--range", "novelty=1", "--out", folder["twice"]]);
        Assert.Equal(2, exitCode);
        Assert.Contains("given twice", output, StringComparison.Ordinal);
        foreach (string[] other in (string[][])[["--thresholds", "1e4"], ["--test-share", "0.25"]])
        {
            (exitCode, output) = await Tool.RunAsync([.. command, .. options, .. other, "--out", folder["options"]]);
            Assert.True(exitCode == 0, output);
            Assert.Contains("1 trials: 0 were done, 1 run", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Network_that_is_never_heard_of_is_told_of()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["black", "grey"])
            Draw(folder["data"], name, 4, _ => new PixelImage(20, 20));
        string network = Network(folder["network.blsn"]);
        var (exitCode, output) = await Tool.RunAsync("naming", "compare", "--data", folder["data"], "--network", network, "--episodes", "2", "--out", folder["c"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("7 of 7 pictures leave the network silent", output, StringComparison.Ordinal);
        (exitCode, output) = await Tool.RunAsync("naming", "train", "--data", folder["data"], "--network", network, "--out", folder["m"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("2 of 2 examples have no active feature and teach nothing", output, StringComparison.Ordinal);
        (exitCode, output) = await Tool.RunAsync("naming", "sweep", "--data", folder["data"], "--network", network, "--range", "shots=1", "--out", folder["s"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("no picture makes the last layer stir", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("compare --data nowhere", "nowhere: no such folder")]
    [InlineData("compare --ways 11", "2 to 10")]
    [InlineData("compare --shots 500", "'T-shirt' has 200 pictures")]
    [InlineData("compare --network nowhere.blsn", "no such file")]
    [InlineData("features --cnn nowhere", "--cnn")]
    [InlineData("features --threads 0", "--threads 0")]
    [InlineData("sweep", "--range is missing")]
    [InlineData("sweep --range speed=1", "active-from")]
    [InlineData("sweep --range novelty=5:1", "from <= to")]
    [InlineData("teach owl owl.png --model nowhere", "biolearn naming train")]
    public async Task A_bad_command_line_is_told_in_one_line(string arguments, string expected)
    {
        using var folder = new TemporaryFolder();
        string[] command = ["naming", .. arguments.Split(' ')];
        string network = Network(folder["network.blsn"]);
        if (!arguments.Contains("--network", StringComparison.Ordinal) && !arguments.StartsWith("teach", StringComparison.Ordinal) && !arguments.StartsWith("features", StringComparison.Ordinal))
            command = [.. command, "--network", network, "--out", folder["out"]];
        var (exitCode, output) = await Tool.RunAsync(command);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Features_of_a_pretrained_network_are_a_source_of_the_task_naming()
    {
        using var folder = new TemporaryFolder();
        Draw(folder["data"], "bars", 6, Bar);
        Draw(folder["data"], "rings", 6, Ring);
        var (exitCode, output) = await Tool.RunAsync("naming", "features", "--data", folder["data"], "--cnn", "resnet18", "--out", folder["features.csv"], "--threads", "1");
        Assert.True(exitCode == 0, output);
        string[] lines = File.ReadAllLines(folder["features.csv"]);
        Assert.Equal((13, 321), (lines.Length, lines[0].Split(',').Length));
        Assert.Equal(["bars", "rings"], lines[1..].Select(line => line.Split(',')[0]).Distinct());
        File.WriteAllText(folder["grid.yaml"], "name: pairs\ntask: naming\nseeds: 1\ntrial: {data: features, pool: all, ways: 2, episodes: 6, depression: 0}");
        (exitCode, output) = await Tool.RunAsync("experiment", "run", folder["grid.yaml"], "--data", $"features={folder["features.csv"]}", "--out", folder["results"]);
        Assert.True(exitCode == 0, output);
        (exitCode, output) = await Tool.RunAsync("experiment", "export", folder["grid.yaml"], "--data", $"features={folder["features.csv"]}", "--out", folder["results"], "--csv", folder["records.csv"]);
        Assert.True(exitCode == 0, output);
        lines = File.ReadAllLines(folder["records.csv"]);
        int column = Array.IndexOf(lines[0].Split(','), "rows-nearest");
        Assert.InRange(lines[1..].Average(line => double.Parse(line.Split(',')[column], System.Globalization.CultureInfo.InvariantCulture)), .8, 1); // bars and rings are told apart
    }

    [Fact]
    public void Ranges_count_in_steps_and_combine()
    {
        Assert.Equal([.1, .2, .3], SweepRange.Parse("depression=0.1:0.3:0.1").Values);
        var points = SweepGrid.Of([SweepRange.Parse("novelty=1,2"), SweepRange.Parse("pool=1,-1")], "these: 'pictures'").Trials.Select(SweepGrid.PointOf);
        Assert.Equal([(1, 1), (2, 1), (1, -1), (2, -1)], points.Select(point => (point["novelty"], point["pool"])));
        Assert.Throws<UsageException>(() => SweepRange.Parse("novelty=fast"));
    }

    [Fact]
    public void Episodes_draw_examples_and_tests_apart_and_the_same_whatever_their_number()
    {
        var picture = new GrayPicture(1, 1, new byte[1]);
        int[][] places = [.. Enumerable.Range(0, 6).Select(name => Enumerable.Range(name * 5, 5).ToArray())];
        var set = new PictureSet
        {
            Title = "t",
            Names = [.. Enumerable.Range(0, 6).Select(name => $"{name}")],
            Pictures = [.. Enumerable.Range(0, 30).Select(i => new NamedPicture(i / 5, $"{i}", picture))],
            Training = places,
            Test = places,
            TestsAreTheOthers = true,
        };
        var ten = NamingEpisode.Draw(set.Rows, 10, 3, 2, 99, 7);
        foreach (var episode in ten)
        {
            Assert.Empty(episode.Examples.Intersect(episode.Tests));
            Assert.Equal((6, 9), (episode.Examples.Length, episode.Tests.Length));
            Assert.All(episode.Tests.Zip(episode.TestLabels), one => Assert.Equal(set.Pictures[one.First].Name, episode.Names[one.Second]));
        }

        Assert.Equal(ten[3].Examples, NamingEpisode.Draw(set.Rows, 4, 3, 2, 99, 7)[3].Examples);
        Assert.True(ten.Select(episode => string.Join(' ', episode.Names)).Distinct().Count() > 3);
    }

    private static string Network(string path)
    {
        // One convolution with given initial weights: enough to tell bars from rings by their places.
        var options = new SpikingNetworkOptions
        {
            Input = new() { Width = 20, Height = 20, Border = 0 },
            Layers = [SpikingLayer.Convolution(6, 5, 1e5f, learning: new() { Iterations = 40, Winners = 4, InhibitionRadius = 2, Potentiation = .05f, Depression = .04f })],
            TimeSteps = 8,
        };
        GrayPicture Gray(PixelImage image) => new(image.Width, image.Height, image.ToGray());
        new SpikingTraining().Train(options, Enumerable.Range(0, 4).SelectMany(i => new[] { Gray(Bar(i)), Gray(Ring(i)) })).Save(path);
        return path;
    }

    private static void Draw(string root, string name, int count, Func<int, PixelImage> picture)
    {
        Directory.CreateDirectory(Path.Combine(root, name));
        for (int i = 0; i < count; i++)
            ImageFiles.Save(picture(i), Path.Combine(root, name, $"{i}.png"));
    }

    private static PixelImage Bar(int i) => Paint(i, (x, y) => Math.Abs(x - 10 - (i % 2)) < 2);

    private static PixelImage Ring(int i) => Paint(i, (x, y) => Math.Abs(Math.Sqrt(((x - 10) * (x - 10)) + ((y - 9 - (i % 2)) * (y - 9 - (i % 2)))) - 6) < 1.2);

    private static PixelImage Cross(int i) => Paint(i, (x, y) => Math.Abs(x - y) < 2 || Math.Abs(x + y - 19 - (i % 2)) < 2);

    private static PixelImage Paint(int i, Func<int, int, bool> ink)
    {
        var image = new PixelImage(20, 20);
        for (int k = 0; k < 400; k++)
            image.Rgb.AsSpan(3 * k, 3).Fill((byte)(ink(k % 20, k / 20) ? 220 + (i % 4) : 10 + ((k * 7 + i) % 9)));
        return image;
    }
}
