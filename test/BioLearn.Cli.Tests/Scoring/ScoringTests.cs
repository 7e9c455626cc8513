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
        await Refused(1, "", "predict", table, table);
        await Refused(2, "--out", "predict", _folder["trained"], table, "--out", table);
        Assert.False(Directory.Exists(_folder["e"]) && Directory.GetFiles(_folder["e"], "*.csv").Length > 0);
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
