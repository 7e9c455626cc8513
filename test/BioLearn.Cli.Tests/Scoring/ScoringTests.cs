using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Tests.Scoring;

/// <summary><c>biolearn predict</c> and <c>evaluate</c> on models of the tool and on others', made here with ML.NET alone.</summary>
public sealed class ScoringTests : IDisposable
{
    private const int Rows = 90;

    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Model_of_the_tool_is_scored_by_the_rows_order_of_columns_and_without_labels()
    {
        string table = Write("t.csv", "x,y,label", i => $"{i % 3},{i % 7},{"abc"[i % 3]}");
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--layers", "8", "--epochs", "60", "--rule", "backpropagation", "--out", _folder["trained"])).ExitCode);
        string answers = _folder["answers.csv"];
        var (exitCode, output) = await Tool.RunAsync("predict", _folder["trained"], table, "--out", answers);
        Assert.True(exitCode == 0, output);
        string[][] lines = Lines(answers);
        Assert.Equal(["row", "label", "predicted", "a", "b", "c"], lines[0]);
        Assert.Equal(Rows + 1, lines.Length);
        Assert.All(lines[1..], line => Assert.Equal(1, line[3..].Sum(p => double.Parse(p, CultureInfo.InvariantCulture)), 1e-4));
        Assert.All(lines[1..], line => Assert.Equal(line[2], lines[0][3 + Array.IndexOf(line[3..], line[3..].MaxBy(p => double.Parse(p, CultureInfo.InvariantCulture)))]));
        string bare = Write("bare.csv", "x,y", i => $"{i % 3},{i % 7}");
        Assert.Equal(0, (await Tool.RunAsync("predict", Path.Combine(_folder["trained"], "model.zip"), bare, "--out", _folder["bare-answers.csv"])).ExitCode);
        Assert.Equal(lines[1..].Select(line => line[2]), Lines(_folder["bare-answers.csv"])[1..].Select(line => line[1]));
    }

    [Fact]
    public async Task Figures_of_classes_are_those_that_ml_net_computes()
    {
        string table = Write("t.csv", "x,kind,label", i => $"{(i % 3) + (i % 4 * .7)},{(i % 5 == 0 ? "odd" : "even")},{"abc"[i % 3]}");
        IDataView rows = _mlContext.Data.LoadFromTextFile(table, [new("x", DataKind.Single, 0), new("kind", DataKind.String, 1), new("label", DataKind.String, 2)], separatorChar: ',', hasHeader: true);
        ITransformer model = _mlContext.Transforms.Conversion.MapValueToKey("Label", "label").Append(_mlContext.Transforms.Categorical.OneHotEncoding("kind")).Append(_mlContext.Transforms.Concatenate("Features", "x", "kind"))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(rows);
        _mlContext.Model.Save(model, rows.Schema, _folder["m.zip"]);
        var (exitCode, output) = await Tool.RunAsync("evaluate", _folder["m.zip"], table, "--label", "label", "--out", _folder["e"]);
        Assert.True(exitCode == 0, output);
        MulticlassClassificationMetrics metrics = _mlContext.MulticlassClassification.Evaluate(model.Transform(rows));
        Dictionary<string, double> summary = Summary("e");
        Assert.Equal(metrics.MicroAccuracy, summary["accuracy"], 1e-9);
        Assert.Equal(metrics.LogLoss, summary["log_loss"], 1e-5);
        string[][] confusion = Lines(_folder["e/confusion.csv"]), classes = Lines(_folder["e/classes.csv"]);
        for (int c = 0; c < 3; c++)
        {
            Assert.Equal(metrics.ConfusionMatrix.Counts[c].Select(n => n.ToString(CultureInfo.InvariantCulture)), confusion[c + 1][1..]);
            Assert.Equal(metrics.ConfusionMatrix.PerClassPrecision[c], double.Parse(classes[c + 1][4], CultureInfo.InvariantCulture), 1e-6);
            Assert.Equal(metrics.ConfusionMatrix.PerClassRecall[c], double.Parse(classes[c + 1][5], CultureInfo.InvariantCulture), 1e-6);
        }
        Assert.InRange(summary["accuracy"], .5, .99); // some answers are wrong, so that the figures say something
        Assert.True(File.Exists(_folder["e/confusion.png"]) && File.Exists(_folder["e/calibration.png"]));
        Assert.Equal(Rows, Lines(_folder["e/calibration.csv"])[1..].Sum(bin => int.Parse(bin[2], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Figures_of_two_classes_are_those_that_ml_net_computes()
    {
        string table = Write("t.csv", "x,y,sick", i => $"{(i % 9) * .3},{i % 7},{(i % 9 > 4 == (i % 10 != 0) ? 1 : 0)}");
        IDataView rows = _mlContext.Data.LoadFromTextFile(table, [new("x", DataKind.Single, 0), new("y", DataKind.Single, 1), new("sick", DataKind.Boolean, 2)], separatorChar: ',', hasHeader: true);
        ITransformer model = _mlContext.Transforms.Concatenate("Features", "x", "y").Append(_mlContext.BinaryClassification.Trainers.LbfgsLogisticRegression("sick")).Fit(rows);
        _mlContext.Model.Save(model, rows.Schema, _folder["m.zip"]);
        var (exitCode, output) = await Tool.RunAsync("evaluate", _folder["m.zip"], table, "--label", "sick", "--out", _folder["e"]);
        Assert.True(exitCode == 0, output);
        CalibratedBinaryClassificationMetrics metrics = _mlContext.BinaryClassification.Evaluate(model.Transform(rows), "sick");
        Assert.Equal(metrics.Accuracy, Summary("e")["accuracy"], 1e-9);
        Assert.Equal(metrics.LogLoss * Math.Log(2), Summary("e")["log_loss"], 1e-5); // ML.NET's is in bits
        Assert.Equal(metrics.F1Score, double.Parse(Lines(_folder["e/classes.csv"]).Single(line => line[0] == "true")[6], CultureInfo.InvariantCulture), 1e-6);
    }

    [Fact]
    public async Task Figures_of_numbers_are_those_that_ml_net_computes()
    {
        string table = Write("t.csv", "x,y,price", i => $"{(i % 9) * .3},{i % 7},{10 + (2 * (i % 9)) - (i % 7) + (i % 4)}");
        IDataView rows = _mlContext.Data.LoadFromTextFile(table, [new("x", DataKind.Single, 0), new("y", DataKind.Single, 1), new("price", DataKind.Single, 2)], separatorChar: ',', hasHeader: true);
        ITransformer model = _mlContext.Transforms.Concatenate("Features", "x", "y").Append(_mlContext.Regression.Trainers.LbfgsPoissonRegression("price")).Fit(rows);
        _mlContext.Model.Save(model, rows.Schema, _folder["m.zip"]);
        var (exitCode, output) = await Tool.RunAsync("evaluate", _folder["m.zip"], table, "--label", "price", "--out", _folder["e"]);
        Assert.True(exitCode == 0, output);
        RegressionMetrics metrics = _mlContext.Regression.Evaluate(model.Transform(rows), "price");
        Assert.Equal(metrics.RSquared, Summary("e")["r_squared"], 1e-5);
        Assert.Equal(metrics.RootMeanSquaredError, Summary("e")["rmse"], 1e-5);
        Assert.Equal(metrics.MeanAbsoluteError, Summary("e")["mae"], 1e-5);
        Assert.Equal(10, Lines(_folder["e/calibration.csv"]).Length - 1);
        Assert.True(File.Exists(_folder["e/predicted.png"]));
    }

    [Fact]
    public async Task What_does_not_go_together_is_one_sentence()
    {
        string table = Write("t.csv", "x,y,label", i => $"{i % 3},{i % 7},{"abc"[i % 3]}"), wide = Write("w.csv", "u,v,w,label", i => $"1,2,{i},a"), words = Write("words.csv", "x,y,label", i => $"{i % 3},{(i == 40 ? "many" : "2")},{"abc"[i % 3]}");
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--layers", "4", "--epochs", "1", "--out", _folder["trained"])).ExitCode);
        await Refused(2, "no such file", "predict", _folder["none"], table);
        await Refused(2, "no such file", "predict", _folder["trained"], _folder["none.csv"]);
        await Refused(1, "3 columns beside 'label'; the model's 'Features' has 2", "evaluate", _folder["trained"], wide, "--out", _folder["e"]);
        await Refused(1, "line 42, column 'y': 'many'", "evaluate", _folder["trained"], words, "--out", _folder["e"]);
        await Refused(1, "no column 'species'", "evaluate", _folder["trained"], table, "--label", "species", "--out", _folder["e"]);
        await Refused(1, "does not fit", "evaluate", _folder["trained"], "sample", "--out", _folder["e"]);
        await Refused(2, "--training", "predict", _folder["trained"], table, "--training");
        await Refused(1, "", "predict", table, table);
        await Refused(2, "--out", "predict", _folder["trained"], table, "--out", table);
        Assert.False(Directory.Exists(_folder["e"]) && Directory.GetFiles(_folder["e"], "*.csv").Length > 0);
    }

    [Theory]
    [InlineData("classes")]
    [InlineData("two")]
    [InlineData("numbers")]
    public async Task Row_with_a_gap_has_no_answer_and_takes_none_from_the_others(string kind)
    {
        string Truth(int i) => kind switch { "classes" => $"{"abc"[i % 3]}", "two" => i % 3 == 0 ? "true" : "false", _ => $"{(i % 3) + (i % 7)}" };
        string table = Write("t.csv", "x,y,truth", i => $"{i % 3},{i % 7},{Truth(i)}"), gap = Write("gap.csv", "x,y,truth", i => $"{(i == 5 ? "" : $"{i % 3}")},{i % 7},{(i == 9 ? "" : Truth(i))}");
        // Made by ML.NET alone, it fills nothing.
        IDataView rows = _mlContext.Data.LoadFromTextFile(table, [new("x", DataKind.Single, 0), new("y", DataKind.Single, 1), new("truth", kind switch { "classes" => DataKind.String, "two" => DataKind.Boolean, _ => DataKind.Single }, 2)], separatorChar: ',', hasHeader: true);
        IEstimator<ITransformer> features = _mlContext.Transforms.Concatenate("Features", "x", "y");
        IEstimator<ITransformer> trainer = kind switch
        {
            "classes" => _mlContext.Transforms.Conversion.MapValueToKey("Label", "truth").Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Append(_mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel")),
            "two" => _mlContext.BinaryClassification.Trainers.LbfgsLogisticRegression("truth"),
            _ => _mlContext.Regression.Trainers.LbfgsPoissonRegression("truth"),
        };
        ITransformer model = features.Append(trainer).Fit(rows);
        _mlContext.Model.Save(model, rows.Schema, _folder["m.zip"]);
        var (exitCode, output) = await Tool.RunAsync("predict", _folder["m.zip"], gap, "--label", "truth", "--out", _folder["a.csv"]);
        Assert.True(exitCode == 0, output);
        Assert.Contains("1 row has no answer: values are missing, such as 'x' in line 7", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        string[][] lines = Lines(_folder["a.csv"]);
        Assert.All(lines[6][2..], cell => Assert.Equal("", cell));
        Assert.All(lines[1..].Where((_, i) => i != 5).SelectMany(line => line[2..]), cell => Assert.NotEqual("", cell));
        (exitCode, output) = await Tool.RunAsync("evaluate", _folder["m.zip"], gap, "--label", "truth", "--out", _folder["e"]);
        Assert.True(exitCode == 0, output);
        Dictionary<string, double> summary = Summary("e");
        Assert.Equal((Rows - 2, 1, 1), (summary["rows"], summary["rows_without_answer"], summary["rows_without_label"]));
        Assert.All(summary.Values, value => Assert.True(double.IsFinite(value)));
        if (kind != "numbers")
            Assert.Equal(kind == "two" ? 2 : 3, Lines(_folder["e/classes.csv"]).Length - 1);
    }

    [Fact]
    public async Task Table_of_the_tool_teaches_a_model_that_fills_gaps_of_later_rows()
    {
        string table = Write("t.csv", "x,y,label", i => $"{i % 3},{i % 7},{"abc"[i % 3]}"), gap = Write("gap.csv", "x,y,label", i => $"{i % 3},{(i == 5 ? "NA" : $"{i % 7}")},{"abc"[i % 3]}");
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--layers", "8", "--epochs", "2", "--out", _folder["trained"])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync("predict", _folder["trained"], gap, "--out", _folder["a.csv"])).ExitCode);
        Assert.All(Lines(_folder["a.csv"])[6], cell => Assert.NotEqual("", cell));
    }

    [Fact]
    public async Task Columns_are_taken_by_their_places_only_where_no_name_is_the_models()
    {
        string table = Write("t.csv", "x,y,label", i => $"{i % 3},{i % 7},{"abc"[i % 3]}");
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--layers", "4", "--epochs", "1", "--out", _folder["trained"])).ExitCode);
        await Refused(1, "no column 'y', which the model reads; there are z, x, label", "predict", _folder["trained"], Write("some.csv", "z,x,label", i => $"{i % 7},{i % 3},a"));
        var (exitCode, output) = await Tool.RunAsync("predict", _folder["trained"], Write("none.csv", "u,v,label", i => $"{i % 3},{i % 7},a"));
        Assert.Equal(0, exitCode);
        Assert.Contains("the model's columns x, y have other names here: u, v are taken for them", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_without_names_are_told_apart_by_their_numbers()
    {
        string Row(int i) => $"{"abc"[i % 3]},{i % 3},{i % 7}";
        string table = Write("t.csv", Row(0), i => Row(i + 1)), bare = Write("bare.csv", "0,0", i => $"{(i + 1) % 3},{(i + 1) % 7}");
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--label", "c1", "--layers", "8", "--epochs", "20", "--rule", "backpropagation", "--out", _folder["trained"])).ExitCode);
        string[] answers = [.. (await Predicted(table, "--label", "c1")).Select(line => line[2])];
        Assert.Equal(answers, (await Predicted(table)).Select(line => line[2]));
        Assert.Equal(answers, (await Predicted(bare, "--no-header")).Select(line => line[1]));

        async Task<string[][]> Predicted(string rows, params string[] more)
        {
            var (exitCode, output) = await Tool.RunAsync(["predict", _folder["trained"], rows, "--out", _folder["a.csv"], .. more]);
            Assert.True(exitCode == 0, output);
            return Lines(_folder["a.csv"])[1..];
        }
    }

    [Fact]
    public async Task Classes_that_the_model_does_not_know_are_told()
    {
        string table = Write("t.csv", "x,y,label", i => $"{i % 3},{i % 7},{"abc"[i % 3]}"), foreign = Write("f.csv", "x,y,label", i => $"{i % 3},{i % 7},{(i < 4 ? "d" : "a")}");
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--layers", "4", "--epochs", "1", "--out", _folder["trained"])).ExitCode);
        var (_, output) = await Tool.RunAsync("evaluate", _folder["trained"], foreign, "--out", _folder["e"]);
        Assert.Contains("4 rows are of classes that the model does not know, and cannot be right: d; it knows a, b, c", output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluation_takes_the_files_of_an_earlier_one_away()
    {
        string table = Write("t.csv", "x,y,label", i => $"{i % 3},{i % 7},{"abc"[i % 3]}"), numbers = Write("n.csv", "x,y,label", i => $"{i % 3},{i % 7},{i}");
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--layers", "4", "--epochs", "1", "--out", _folder["classes"])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", numbers, "--layers", "4", "--epochs", "1", "--out", _folder["numbers"])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync("evaluate", _folder["numbers"], numbers, "--out", _folder["e"])).ExitCode);
        Assert.True(File.Exists(_folder["e/predicted.png"]));
        Assert.Equal(0, (await Tool.RunAsync("evaluate", _folder["classes"], table, "--out", _folder["e"])).ExitCode);
        Assert.False(File.Exists(_folder["e/predicted.png"]));
    }

    [Fact]
    public async Task Class_called_as_a_column_has_a_name_of_its_own()
    {
        string table = Write("t.csv", "x,y,label", i => $"{i % 3},{i % 7},{(i % 3 == 0 ? "row" : i % 3 == 1 ? "label" : "c")}");
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", table, "--layers", "4", "--epochs", "1", "--out", _folder["trained"])).ExitCode);
        Assert.Equal(0, (await Tool.RunAsync("predict", _folder["trained"], table, "--out", _folder["a.csv"])).ExitCode);
        Assert.Equal(["row", "label", "predicted", "c", "probability of label", "probability of row"], Lines(_folder["a.csv"])[0]);
    }

    [Fact]
    public async Task Model_of_idx_files_takes_pictures_and_one_of_folders_takes_idx_files()
    {
        // The first test pictures of the bundled part, as files.
        var bundled = BioLearn.Experiments.DataSource.Find("fashion-mnist").Test;
        for (int i = 0; i < 40; i++)
        {
            var pixels = bundled.Features.Slice(i * 784, 784).ToArray();
            BioLearn.Onnx.Images.PixelImage image = new(28, 28);
            for (int p = 0; p < pixels.Length; p++)
                image.Rgb.AsSpan(3 * p, 3).Fill((byte)Math.Round(255 * pixels[p]));
            string folder = _folder[$"pictures/{bundled.Labels.Span[i]}"];
            Directory.CreateDirectory(folder);
            BioLearn.Onnx.Images.ImageFiles.Save(image, Path.Combine(folder, $"{i:00}.png"));
        }
        Assert.Equal(0, (await Tool.RunAsync("train", "--rows", "500", "--layers", "16", "--epochs", "2", "--rule", "backpropagation", "--out", _folder["idx"])).ExitCode);
        var (exitCode, output) = await Tool.RunAsync("predict", _folder["idx"], _folder["pictures"], "--out", _folder["a.csv"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(0, (await Tool.RunAsync("predict", _folder["idx"], "sample", "--out", _folder["all.csv"])).ExitCode);
        string[][] files = Lines(_folder["a.csv"])[1..], all = Lines(_folder["all.csv"])[1..];
        Assert.Equal(40, files.Length);
        foreach (string[] file in files)
        {
            string[] same = all[int.Parse(Path.GetFileNameWithoutExtension(file[1]), CultureInfo.InvariantCulture)];
            Assert.Equal(same[1..], file[2..]); // label, answer, probabilities
        }
        Assert.Equal(0, (await Tool.RunAsync("evaluate", _folder["idx"], _folder["pictures"], "--out", _folder["e"])).ExitCode);
        Assert.Equal(40, Summary("e")["rows"]);
        Assert.Equal(0, (await Tool.RunAsync("train", "--data", _folder["pictures"], "--layers", "16", "--epochs", "1", "--rule", "backpropagation", "--out", _folder["folders"])).ExitCode);
        (exitCode, output) = await Tool.RunAsync("evaluate", _folder["folders"], "sample", "--out", _folder["e2"]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(500, Summary("e2")["rows"]);
    }

    private static async Task Refused(int exitCode, string message, params string[] arguments)
    {
        var (code, output) = await Tool.RunAsync(arguments);
        Assert.Equal(exitCode, code);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.DoesNotContain("please report", output, StringComparison.Ordinal);
    }

    private Dictionary<string, double> Summary(string folder)
    {
        string[][] lines = Lines(_folder[$"{folder}/summary.csv"]);
        return lines[0].Zip(lines[1]).ToDictionary(cell => cell.First, cell => double.Parse(cell.Second, CultureInfo.InvariantCulture));
    }

    private static string[][] Lines(string path) => [.. File.ReadAllLines(path).Select(line => line.Split(','))];

    private string Write(string name, string header, Func<int, string> row)
    {
        File.WriteAllText(_folder[name], header + "\n" + string.Concat(Enumerable.Range(0, Rows).Select(i => row(i) + "\n")));
        return _folder[name];
    }
}
