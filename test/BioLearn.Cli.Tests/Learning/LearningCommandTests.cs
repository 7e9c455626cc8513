using System.Globalization;
using System.Net;
using System.Text;
using BioLearn.Cli.Learning;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Energy;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Tests.Learning;

public class LearningCommandTests
{
    [Fact]
    public async Task Rules_are_all_listed_with_their_references()
    {
        var (exitCode, output) = await Tool.RunAsync("rules");
        Assert.Equal(0, exitCode);
        foreach (var rule in RuleTable.Rows)
        {
            string row = Assert.Single(output.Split('\n'), line => line.TrimStart().StartsWith($"{rule.Name} ", StringComparison.Ordinal));
            Assert.Contains(rule.Summary, row, StringComparison.Ordinal);
            Assert.Contains(rule.Reference, output, StringComparison.Ordinal);
            Assert.True(rule.IsLearningRule || output.Contains(rule.Call, StringComparison.Ordinal), rule.Call);
        }
    }

    [Theory]
    [InlineData("random-feedback-local-online", "mlContext.MulticlassClassification.Trainers.RandomFeedbackLocalOnline(", "docs/learning-rules.md")]
    [InlineData("echo-state-network", "mlContext.MulticlassClassification.Trainers.EchoStateNetwork(", "docs/learning-rules.md")]
    [InlineData("pair-stdp", "in a program: new PairStdp<float>(", "docs/unsupervised.md")]
    [InlineData("sanger", "mlContext.Transforms.HebbianComponents(\"Components\", \"Features\", rule: new Sanger())", "docs/unsupervised.md")]
    [InlineData("hopfield-modern:Beta=1", "HopfieldRule.Modern", "docs/unsupervised.md")]
    public async Task Training_by_a_rule_with_a_call_of_its_own_names_the_call(string rule, string call, string guide)
    {
        using var folder = new TemporaryFolder();
        foreach (string[] command in new string[][] { ["train", "--rule", rule], ["compare", "--rules", rule] })
        {
            var (exitCode, output) = await Tool.RunAsync([.. command, "--out", folder["run"]]);
            Assert.Equal(2, exitCode);
            Assert.Contains(call, output, StringComparison.Ordinal);
            Assert.Contains(guide, output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder["run"]));
        }
    }

    [Fact]
    public async Task Training_on_the_bundled_pictures_saves_a_model_that_classifies_them()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["train", "--rule", "direct-feedback-alignment", "--rows", "600", "--layers", "32", "--epochs", "5", "--learning-rate", "0.005", "--out", folder["run"], "--onnx", folder["network.onnx"], "--export", folder["weights.npz"], "--tensorboard", folder["events"]];
        var (exitCode, output) = await Tool.RunAsync(command);
        Assert.True(exitCode == 0, output);
        Assert.True(File.Exists(folder["run/curves.png"]));
        Assert.True(File.Exists(folder["run/diagnostics.png"]));
        Assert.True(new FileInfo(folder["network.onnx"]).Length > 32 * 784 * 4);
        using (var archive = System.IO.Compression.ZipFile.OpenRead(folder["weights.npz"]))
            Assert.Equal(["D1.npy", "W1.npy", "W2.npy", "b1.npy", "b2.npy"], archive.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        string epochs = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder["events"]))));
        Assert.Equal(5, System.Text.RegularExpressions.Regex.Count(epochs, "accuracy/test"));
        Assert.Contains("GradientAngle/layer 1", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder["events/diagnostics"])))), StringComparison.Ordinal);
        string[] measured = File.ReadAllLines(folder["run/diagnostics.csv"]);
        Assert.Contains(measured, line => line.Contains(",1,GradientAngle,", StringComparison.Ordinal));
        double reported = CurveFile.Read(folder["run/curves.csv"])[0].Epochs[^1].TestScore;

        var ml = new MLContext();
        var model = BioLearnModel.Load(ml, folder["run/model.zip"], out _);
        var test = DataSet.Open(ml, new(DataSet.Sample)).Test;
        var scored = model.Transform(test);
        double right = scored.GetColumn<byte>("PredictedLabel").Zip(test.GetColumn<byte>("Label")).Average(p => p.First == p.Second ? 1 : 0);
        Assert.Equal(reported, right, 12);
        Assert.True(right > 0.6, $"{right}");

        (exitCode, output) = await Tool.RunAsync(command);
        Assert.Equal(2, exitCode);
        Assert.Contains("--overwrite", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_file_with_names_and_text_classes_trains_and_is_normalized_inside_the_model()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["flowers.csv"], Flowers(300));
        var (exitCode, output) = await Tool.RunAsync("train", "--rule", "kolen-pollack:WeightDecay=0", "--data", folder["flowers.csv"], "--label", "species", "--layers", "8", "--epochs", "30", "--learning-rate", "0.02", "--batch", "10", "--out", folder["run"]);
        Assert.True(exitCode == 0, output);
        var ml = new MLContext();
        var model = BioLearnModel.Load(ml, folder["run/model.zip"], out _);
        using var engine = ml.Model.CreatePredictionEngine<Flower, Answer>(model, inputSchemaDefinition: Schema(2));
        Assert.Equal("tall", engine.Predict(new Flower { Features = [190, 0.5f] }).PredictedLabel);
        Assert.Equal("small", engine.Predict(new Flower { Features = [110, 0.5f] }).PredictedLabel);
    }

    [Fact]
    public async Task Comparison_writes_table_curves_and_plot_and_runs_what_is_missing()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["compare", "--rules", "backpropagation,feedback-alignment", "--rows", "200", "--layers", "8", "--epochs", "2", "--validation-share", "0.2", "--out", folder["c"]];
        var (exitCode, output) = await Tool.RunAsync([.. command, "--seeds", "1"]);
        Assert.True(exitCode == 0, output);
        var first = CurveFile.Read(folder["c/curves.csv"]);
        Assert.Equal([("backpropagation", 0), ("feedback-alignment", 0)], first.Select(r => (r.Rule, r.Seed)));

        DateTime[] Written() => [.. Directory.GetFiles(folder["c/trials"], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.GetLastWriteTimeUtc)];
        DateTime[] before = Written();
        Assert.Equal(2, before.Length);
        (exitCode, output) = await Tool.RunAsync([.. command, "--seeds", "2"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(2, Written().Intersect(before).Count());
        Assert.Equal(4, Written().Length);
        var all = CurveFile.Read(folder["c/curves.csv"]);
        Assert.Equal(first.SelectMany(r => r.Epochs), all.Take(2).SelectMany(r => r.Epochs));
        Assert.Equal(4, all.Count);
        string[] table = await File.ReadAllLinesAsync(folder["c/table.csv"]);
        Assert.StartsWith("rule,seeds,last_mean,last_deviation,best_mean,best_deviation", table[0], StringComparison.Ordinal);
        Assert.Equal(3, table.Length);
        foreach (string[] row in table.Skip(1).Select(line => line.Split(',')))
        {
            // The deviation of a sample of two is their distance over the root of 2.
            double[] last = [.. all.Where(r => r.Rule == row[0]).Select(r => 100 * r.Epochs[^1].TestScore)];
            double[] best = [.. all.Where(r => r.Rule == row[0]).Select(r => 100 * EpochResult.Best(r.Epochs).TestScore)];
            double[] figures = [.. row[1..6].Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            Assert.Equal([2, last.Average(), Math.Abs(last[0] - last[1]) / Math.Sqrt(2), best.Average(), Math.Abs(best[0] - best[1]) / Math.Sqrt(2)], figures, (a, b) => Math.Abs(a - b) < 6e-4);
        }
        Assert.True(new FileInfo(folder["c/curves.png"]).Length > 1000);
        double mean = all.Where(r => r.Rule == "backpropagation").Average(r => 100 * r.Epochs[^1].TestScore);
        Assert.Contains(mean.ToString("0.00", CultureInfo.InvariantCulture), output, StringComparison.Ordinal);
        (exitCode, output) = await Tool.RunAsync("experiment", "status", folder["c"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("4 of 4 trials done", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grid_of_trainings_gives_the_numbers_of_train()
    {
        using var folder = new TemporaryFolder();
        string[] options = ["--rows", "200", "--layers", "8", "--epochs", "2"];
        File.WriteAllText(folder["grid.yaml"], "name: mine\ntask: credit\nseeds: [1]\ntrial: {data: fashion-mnist, rule: {name: kolen-pollack, weight-decay: 1e-3}, training-rows: 200, hidden-units: [8], epochs: 2, batch-size: {grid: [16, 32]}}\n");
        var (exitCode, output) = await Tool.RunAsync("experiment", "run", folder["grid.yaml"], "--out", folder["r"], "--workers", "2", "--data", $"fashion-mnist={Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist")}");
        Assert.True(exitCode == 0, output);
        Assert.Equal(0, (await Tool.RunAsync(["train", "--rule", "kolen-pollack:WeightDecay=1e-3", "--seed", "1", .. options, "--out", folder["t"]])).ExitCode);
        Assert.Contains(LastError(folder["t"]), Record(folder["r"], "\"batch-size\":32"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grid_of_trainings_on_a_table_gives_the_numbers_of_train()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["flowers.csv"], "length,width,kind\n" + string.Concat(Enumerable.Range(0, 90).Select(i => $"{10 + (i % 3) + (0.1 * (i % 7))},{100 - (20 * (i % 3)) + (i % 5)},{(i == 4 ? "only one" : "setosa virginica versicolor".Split(' ')[i % 3])}\n")));
        File.WriteAllText(folder["grid.yaml"], "name: mine\ntask: credit\ndata: {flowers: flowers.csv}\nseeds: [3]\ntrial: {data: flowers, rule: feedback-alignment, hidden-units: [6], epochs: 4}\n");
        var (exitCode, output) = await Tool.RunAsync("experiment", "run", folder["grid.yaml"], "--out", folder["r"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains($"flowers: 72 rows to learn from, 18 to test on, in {folder["flowers.csv"]}", output, StringComparison.Ordinal);
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", folder["flowers.csv"], "--rule", "feedback-alignment", "--seed", "3", "--layers", "6", "--epochs", "4", "--out", folder["t"])).ExitCode);
        Assert.Contains(LastError(folder["t"]), Record(folder["r"], "flowers"), StringComparison.Ordinal);
        // The rows are a part of the trial: other rows are another trial.
        File.AppendAllText(folder["flowers.csv"], "11,90,setosa\n");
        Assert.Contains("1 trials: 0 were done, 1 run", (await Tool.RunAsync("experiment", "run", folder["grid.yaml"], "--out", folder["r"])).Output, StringComparison.Ordinal);
    }

    private static string LastError(string training) => string.Create(CultureInfo.InvariantCulture, $"\"test-error\":{1 - CurveFile.Read(Path.Combine(training, "curves.csv"))[0].Epochs[^1].TestScore:R}}}");

    private static string Record(string results, string with) =>
        Assert.Single(Directory.GetFiles(Path.Combine(results, "trials"), "*", SearchOption.AllDirectories).Select(File.ReadAllText), record => record.Contains(with, StringComparison.Ordinal));

    [Fact]
    public async Task Comparison_survives_a_rule_that_diverges()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await Tool.RunAsync("compare", "--rules", "backpropagation", "--rows", "200", "--layers", "8", "--epochs", "2", "--seeds", "1", "--optimizer", "sgd", "--learning-rate", "1e30", "--head", "linear-squared-error", "--activation", "relu", "--out", folder["c"]);
        Assert.Equal(0, exitCode);
        Assert.Contains("diverged", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--rule", "hopfield", "there is no such rule")]
    [InlineData("--rule", "kolen-pollack:Decay=1", "WeightDecay")]
    [InlineData("--rule", "kolen-pollack:WeightDecay=x", "expected a number")]
    [InlineData("--rule", "equilibrium-propagation:Dynamics=Fast", "Energy, Discrete")]
    [InlineData("--rule", "kolen-pollack:WeightDecay=2", "WeightDecay")]
    [InlineData("--layers", "784-x-10", "784-256-10")]
    [InlineData("--layers", "784-20-9", "784 features and 10 classes")]
    [InlineData("--data", "nowhere", "no such file or folder")]
    [InlineData("--activation", "step", "leaky-relu")]
    [InlineData("--batch", "0", "--batch 0: must be at least 1")]
    [InlineData("--epochs", "-3", "--epochs -3: must be at least 1")]
    [InlineData("--threads", "0", "--threads 0: must be at least 1")]
    [InlineData("--learning-rate-decay", "2", "(0, 1]")]
    [InlineData("--learning-rate-steps", "60;90", "60,90")]
    [InlineData("--learning-rate-steps", "0", "--learning-rate-steps 0: feedback alignment: must be above 0")]
    [InlineData("--learning-rate-annealing", "-1", "--learning-rate-annealing -1: feedback alignment: must be at least 0")]
    [InlineData("--learning-rate-scales", "1,0.1,2", "expected one for each")]
    [InlineData("--learning-rate-scales", "1,-1", "--learning-rate-scales 1,-1: feedback alignment: must be at least 0")]
    [InlineData("--initializer", "he", "he-uniform")]
    [InlineData("--rows", "0", "at least 1")]
    [InlineData("--learning-rate", "abc", "--learning-rate abc: expected a number")]
    [InlineData("--rows", "1.5", "--rows 1.5: expected a whole number")]
    [InlineData("--onnx", "x.txt", "--onnx x.txt: expected a file that ends with .onnx")]
    [InlineData("--rule", "backpropagation:", "this rule has no options; expected backpropagation alone")]
    public async Task Bad_option_is_refused_with_what_was_expected(string option, string value, string expected)
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await Tool.RunAsync("train", option, value, "--out", folder["run"]);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Theory]
    [InlineData("dendritic-microcircuit", "lenet")]
    [InlineData("dendritic-microcircuit", null)]
    [InlineData("contrastive-hebbian", null)]
    public async Task Refused_layers_are_those_that_were_given(string rule, string? network)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["own.yaml"], "layers: [{kind: convolution-2d, channels: 2, kernel-size: 3}, {kind: dense, units: 5}]\n");
        network ??= folder["own.yaml"];
        var (exitCode, output) = await Tool.RunAsync("train", "--rule", rule, "--network", network, "--rows", "50", "--out", folder["run"]);
        Assert.Equal(2, exitCode);
        Assert.Contains($"--network {network}: ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("--layers", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("backpropagation,forward-forward", "--rules forward-forward: is for multiclass, binary; the data asks for regression")]
    [InlineData("backpropagation,feedback-alignment,Backpropagation", "there is no such rule")]
    [InlineData("backpropagation,feedback-alignment,backpropagation", "backpropagation stands there twice; expected each rule once")]
    public async Task Comparison_that_cannot_be_made_is_refused_before_the_first_rule_learns(string rules, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["numbers.csv"], ["a,y", .. Enumerable.Range(0, 60).Select(i => $"{i % 7},{i}.5")]);
        var (exitCode, output) = await Tool.RunAsync("compare", "--data", folder["numbers.csv"], "--rules", rules, "--seeds", "1", "--epochs", "2", "--out", folder["c"]);
        Assert.Equal(2, exitCode);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["c"]));
    }

    [Fact]
    public async Task Curves_have_no_column_that_is_never_measured()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["--rows", "100", "--layers", "4", "--epochs", "1"];
        foreach ((string[] more, string header) in ((string[], string)[])[
            (["train"], "rule,seed,epoch,loss,test_loss,test_accuracy,seconds"),
            (["train", "--validation-share", "0.2"], "rule,seed,epoch,loss,validation_loss,test_accuracy,seconds"),
            (["compare", "--seeds", "1", "--rules", "backpropagation"], "rule,seed,epoch,loss,test_loss,test_accuracy"),
            (["compare", "--seeds", "1", "--rules", "backpropagation", "--validation-share", "0.2"], "rule,seed,epoch,loss,validation_loss,test_accuracy")])
        {
            string run = folder[$"{more.Length}-{more[0]}"];
            var (exitCode, output) = await Tool.RunAsync([.. more, .. command, "--out", run]);
            Assert.True(exitCode == 0, output);
            string[] lines = File.ReadAllLines(Path.Combine(run, "curves.csv"));
            Assert.Equal(header, lines[0]);
            Assert.DoesNotContain("NaN", lines[1], StringComparison.Ordinal);
            Assert.True(double.IsFinite(CurveFile.Read(Path.Combine(run, "curves.csv"))[0].Epochs[0].TestScore));
        }
    }

    [Fact]
    public void Curves_of_earlier_versions_are_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["curves.csv"], "rule,seed,epoch,loss,validation_loss,test_loss,test_r_squared,seconds\nbackpropagation,3,1,0.5,0.4,NaN,0.9,7\n");
        var (_, seed, epochs) = Assert.Single(CurveFile.Read(folder["curves.csv"]));
        Assert.Equal((3, 1, .5, .4, .9, 7.0), (seed, epochs[0].Epoch, epochs[0].Loss, epochs[0].ValidationLoss, epochs[0].TestScore, epochs[0].Seconds));
        File.WriteAllText(folder["curves.csv"], "rule,seed,epoch,loss,test_accuracy\n");
        Assert.Contains("its first line is not rule,seed", Assert.Throws<InvalidDataException>(() => CurveFile.Read(folder["curves.csv"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_that_begins_anew_leaves_no_picture_of_the_one_before()
    {
        using var folder = new TemporaryFolder();
        string[] command = ["train", "--layers", "4", "--epochs", "1", "--rows", "64", "--out", folder["run"]];
        Assert.Equal(0, (await Tool.RunAsync([.. command, "--film"])).ExitCode);
        Assert.True(File.Exists(folder["run/weights-film.png"]));
        Assert.Equal(0, (await Tool.RunAsync([.. command, "--overwrite", "--diagnostics-every", "0"])).ExitCode);
        Assert.Equal(["curves.csv", "curves.png", "model.zip", "training.json"], Directory.GetFiles(folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stop_before_the_first_epoch_has_ended_says_that_nothing_is_saved()
    {
        using var folder = new TemporaryFolder();
        using var tool = RunningTool.Start("train", "--layers", "1500-1500", "--batch", "1", "--tensorboard", folder["events"], "--out", folder["run"]);
        await tool.Until(() => Directory.Exists(folder["events"]) && Directory.EnumerateFiles(folder["events"], "*tfevents*").Any());
        var (exitCode, output) = await tool.Signal("TERM");
        Assert.True(exitCode == ExitCodes.Terminated, output);
        Assert.Contains("nothing is saved", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_comparison_says_what_is_done_and_how_it_goes_on()
    {
        using var folder = new TemporaryFolder();
        using var tool = RunningTool.Start("compare", "--rules", "backpropagation", "--layers", "8", "--rows", "200", "--epochs", "20", "--seeds", "1000", "--out", folder["c"]);
        await tool.Until(() => Directory.Exists(folder["c/trials"]) && Directory.EnumerateFiles(folder["c/trials"], "*", SearchOption.AllDirectories).Any());
        var (exitCode, output) = await tool.Signal("TERM");
        Assert.True(exitCode == ExitCodes.Terminated, output);
        Assert.Matches(@"[1-9]\d* of 1000 trainings are done; the same command goes on", output.ReplaceLineEndings(" "));
    }

    [Theory]
    [InlineData("x", "column 'y': the 32 rows to learn from have one class only")]
    [InlineData("{0}.5", "column 'y': no row to test on has one of the 32 classes of the 32 rows to learn from")]
    public async Task Column_that_holds_no_classes_is_refused_by_name(string label, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["table.csv"], ["a,y", .. Enumerable.Range(0, 40).Select(i => $"{i},{string.Format(CultureInfo.InvariantCulture, label, i)}")]);
        var (exitCode, output) = await Tool.RunAsync("train", "--data", folder["table.csv"], "--task", "classification", "--out", folder["run"]);
        Assert.Equal(1, exitCode);
        Assert.Contains(reason, output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Theory]
    [InlineData("sample", true)]
    [InlineData(null, false)]
    public async Task Films_are_written_of_angles_and_of_pictures_weights(string? data, bool pictures)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["table.csv"], ["a,b,y", .. Enumerable.Range(0, 60).Select(i => $"{i % 5},{i % 3},{(i % 2 == 0 ? "even" : "odd")}")]);
        var (exitCode, output) = await Tool.RunAsync("train", "--data", data ?? folder["table.csv"], "--layers", "12", "--epochs", "2", "--diagnostics-every", "1", "--rows", "64", "--film", "--out", folder["run"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("acTL", System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(Path.Combine(folder["run"], "angles-film.png"))), StringComparison.Ordinal);
        Assert.Equal(pictures, File.Exists(Path.Combine(folder["run"], "weights-film.png")));
        Assert.Equal(pictures, output.Contains("weights-film.png", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Onnx_of_a_rule_that_has_no_such_form_is_refused_before_anything_is_learned()
    {
        using var folder = new TemporaryFolder();
        var (exitCode, output) = await Tool.RunAsync("train", "--rule", "forward-forward", "--onnx", folder["x.onnx"], "--out", folder["run"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("--onnx", output, StringComparison.Ordinal);
    }

    /// <summary>By a process of its own: what a stopped command leaves behind for a moment is gone when the process is. Layers of such a size that no epoch ends.</summary>
    [Fact]
    public async Task Stop_leaves_no_half_written_model()
    {
        using var folder = new TemporaryFolder();
        using var tool = RunningTool.Start("train", "--layers", "4000-4000", "--epochs", "1000000", "--out", folder["run"]);
        await tool.Until(() => File.Exists(Path.Combine(folder["run"], OutputFolder.LockFile)));
        var (exitCode, output) = await tool.Signal("INT");
        Assert.True(exitCode == ExitCodes.Interrupted, output);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Theory]
    [InlineData("INT", ExitCodes.Interrupted)]
    [InlineData("TERM", ExitCodes.Terminated)]
    public async Task Stop_while_models_are_saved_leaves_one_that_the_training_goes_on_from(string signal, int expected)
    {
        using var folder = new TemporaryFolder();
        string[] command = ["train", "--rows", "60", "--layers", "4", "--validation-share", "0.2", "--checkpoint-every", "0", "--out", folder["run"]];
        using var tool = RunningTool.Start([.. command, "--epochs", "1000000"]);
        await tool.Until(() => File.Exists(folder["run/training.json"]));
        var (exitCode, output) = await tool.Signal(signal);
        Assert.True(exitCode == expected, output);
        Assert.Equal(["curves.csv", "diagnostics.csv", "last.zip", "model.zip", "training.json"], Directory.GetFiles(folder["run"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        int saved = CurveFile.Read(folder["run/curves.csv"])[0].Epochs[^1].Epoch;
        (exitCode, output) = await Tool.RunAsync([.. command, "--resume", "--epochs", $"{saved + 1}"]);
        Assert.True(exitCode == ExitCodes.Success, output);
        Assert.Contains($"{saved} of {saved + 1} epochs already done", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_options_are_set_by_name()
    {
        var rule = Assert.IsType<EquilibriumPropagation>(RuleChoice.Parse("equilibrium-propagation:Beta=0.5:freesteps=30:Nudging=OneSided").Rule);
        Assert.Equal((0.5, 30, EquilibriumNudging.OneSided), (rule.Beta, rule.FreeSteps, rule.Nudging));
        Assert.True(Assert.IsType<DirectFeedbackAlignment>(RuleChoice.Parse("direct-feedback-alignment:LearnFeedback=true").Rule).LearnFeedback);
    }

    [Fact]
    public async Task Pulled_set_is_kept_only_if_its_checksum_is_right()
    {
        using var folder = new TemporaryFolder();
        using var server = new HttpListener();
        int port = Random.Shared.Next(20000, 60000);
        server.Prefixes.Add($"http://127.0.0.1:{port}/");
        server.Start();
        string labels = Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist", "train-labels-idx1-ubyte.gz");
        byte[] content = File.ReadAllBytes(labels);
        var serving = Task.Run(async () =>
        {
            var request = await server.GetContextAsync();
            await request.Response.OutputStream.WriteAsync(content);
            request.Response.Close();
        });
        var (exitCode, output) = await InFolder(folder.Path, () => Tool.RunAsync("data", "pull", "fashion-mnist", "--from", $"http://127.0.0.1:{port}"));
        await serving;
        Assert.Equal(1, exitCode);
        Assert.Contains("SHA-256", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["fashion-mnist"]));
    }

    [Fact]
    public void File_with_the_right_checksum_is_accepted_and_another_is_not()
    {
        using var folder = new TemporaryFolder();
        byte[] idx = [0, 0, 8, 1, 0, 0, 0, 2, 7, 9];
        File.WriteAllBytes(folder["x"], idx);
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(idx));
        IdxFolder.Verify(folder["x"], new("x", hash));
        Assert.Throws<InvalidDataException>(() => IdxFolder.Verify(folder["x"], new("x", new string('0', 64))));
    }

    private static async Task<(int ExitCode, string Output)> InFolder(string folder, Func<Task<(int, string)>> run)
    {
        string? before = Environment.GetEnvironmentVariable(KnownData.FolderVariable);
        Environment.SetEnvironmentVariable(KnownData.FolderVariable, folder);
        try
        {
            return await run();
        }
        finally
        {
            Environment.SetEnvironmentVariable(KnownData.FolderVariable, before);
        }
    }

    private static string Flowers(int count)
    {
        var text = new StringBuilder("height,noise,species\n");
        var random = new Random(1);
        for (int i = 0; i < count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{(i % 2 == 0 ? 180 : 120) + (20 * random.NextDouble())},{random.NextDouble()},{(i % 2 == 0 ? "tall" : "small")}\n");
        return text.ToString();
    }

    private static SchemaDefinition Schema(int features)
    {
        var schema = SchemaDefinition.Create(typeof(Flower));
        schema[nameof(Flower.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return schema;
    }

    private sealed class Flower
    {
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Answer
    {
        public string PredictedLabel { get; set; } = "";
    }
}
