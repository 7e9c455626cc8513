using System.Globalization;
using BioLearn.Cli.Learning;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Tests.Learning;

/// <summary>Tables of others: words, holes, numbers to predict, true and false, rows set aside.</summary>
public sealed class TaughtTasksTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Numbers_are_predicted_from_words_and_numbers_with_holes_and_the_model_reads_the_file()
    {
        string table = Table("cars.csv", "power,fuel,price", 120, i => $"{(i % 11 == 0 ? "" : 50 + (i % 13 * 10))},{(i % 3 == 0 ? "diesel" : "petrol")},{(2 * (50 + (i % 13 * 10))) + (i % 3 == 0 ? 300 : 0)}");
        string output = await Run("train", "--data", table, "--label", "price", "--rule", "backpropagation", "--layers", "16", "--epochs", "150", "--learning-rate", "0.01", "--out", _folder["run"]);
        Assert.Contains("test R² 0.9", output, StringComparison.Ordinal);
        double reported = CurveFile.Read(_folder["run/curves.csv"])[0].Epochs[^1].TestScore;
        output = await Run("evaluate", _folder["run"], table, "--label", "price", "--out", _folder["e"]);
        Assert.Contains("R² 0.9", output, StringComparison.Ordinal);
        Assert.InRange(reported, .9, 1);
        Assert.StartsWith("rule,seed,epoch,loss,test_loss,test_r_squared", File.ReadAllText(_folder["run/curves.csv"]), StringComparison.Ordinal);
        // A word that nobody has seen and a hole are no error, nor is another order of columns.
        File.WriteAllText(_folder["new.csv"], "fuel,power\nhydrogen,100\npetrol,\n");
        await Run("predict", _folder["run"], _folder["new.csv"], "--out", _folder["p.csv"]);
        Assert.All(File.ReadAllLines(_folder["p.csv"])[1..], line => Assert.InRange(double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture), 0, 1000));
    }

    [Fact]
    public async Task True_and_false_give_a_model_with_a_probability()
    {
        string table = Table("t.csv", "x,y,sick", 100, i => $"{i % 9},{i % 7},{(i % 9 > 4 ? "yes" : "no")}");
        string output = await Run("train", "--data", table, "--label", "sick", "--task", "binary", "--rule", "feedback-alignment", "--epochs", "60", "--layers", "8", "--out", _folder["run"]);
        Assert.Contains("test accuracy 9", output.Replace("100.00", "99", StringComparison.Ordinal), StringComparison.Ordinal);
        var ml = new MLContext();
        IDataView scored = BioLearnModel.Load(ml, _folder["run/model.zip"], out _).Transform(ml.Data.LoadFromEnumerable([new Pair { Features = [8, 1] }, new Pair { Features = [0, 1] }]));
        Assert.Equal([true, false], scored.GetColumn<bool>("PredictedLabel"));
        Assert.True(scored.GetColumn<float>("Probability").ToArray() is [> .5f, < .5f]);
        output = await Run("evaluate", _folder["run"], table, "--label", "sick", "--out", _folder["e"]);
        Assert.Contains("log-loss", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Best_epoch_is_chosen_on_rows_set_aside_and_the_training_stops_when_it_is_old()
    {
        // Labels that are mere noise: what is learned soon does harm.
        string table = Table("t.csv", "x,y,label", 80, i => $"{i * 37 % 80},{i * 53 % 80},{"ab"[(i * i / 7) % 2]}");
        string[] command = ["train", "--data", table, "--rule", "backpropagation", "--layers", "64", "--learning-rate", "0.03", "--validation-share", "0.3", "--patience", "4", "--checkpoint-every", "0"];
        string output = await Run([.. command, "--epochs", "200", "--out", _folder["whole"]]);
        Assert.Contains("has not fallen for 4 epochs", output, StringComparison.Ordinal);
        EpochResult[] epochs = CurveFile.Read(_folder["whole/curves.csv"])[0].Epochs;
        EpochResult best = epochs.MinBy(epoch => epoch.ValidationLoss);
        Assert.Equal(epochs.Length, best.Epoch + 4);
        Assert.Contains($"of the model of epoch {best.Epoch},", output, StringComparison.Ordinal);
        Assert.Equal(best.Epoch, EpochsOf("whole/model.zip"));
        Assert.Equal(epochs.Length, EpochsOf("whole/last.zip"));
        // Stopped halfway and gone on with, it comes to the same.
        await Run([.. command, "--epochs", $"{best.Epoch + 1}", "--out", _folder["halves"]]);
        await Run([.. command, "--epochs", "200", "--resume", "--out", _folder["halves"]]);
        Assert.Equal(epochs.Select(e => (e.Loss, e.ValidationLoss, e.TestScore)), CurveFile.Read(_folder["halves/curves.csv"])[0].Epochs.Select(e => (e.Loss, e.ValidationLoss, e.TestScore)));
        Assert.Equal(best.Epoch, EpochsOf("halves/model.zip"));
    }

    [Fact]
    public async Task What_an_option_has_no_use_for_is_refused()
    {
        string table = Table("t.csv", "x,y,label", 40, i => $"{i},{i % 7},{"ab"[i % 2]}"), numbers = Table("n.csv", "x,y", 40, i => $"{i},{i * 1.5}");
        await Refused("--patience 3: needs rows to look at", "--data", table, "--patience", "3");
        await Refused("--mirror: is for pictures", "--data", table, "--mirror");
        await Refused("--size: is for folders of pictures", "--data", table, "--size", "32");
        await Refused("--task: is for CSV files", "--task", "binary");
        await Refused("--shape 1x28x28: t.csv".Replace("t.csv", table, StringComparison.Ordinal), "--data", table, "--shape", "1x28x28");
        await Refused("--shape 28: expected", "--data", table, "--shape", "28");
        await Refused("--network lenet: does not fit rows of 2", "--data", table, "--network", "lenet");
        await Refused("--network alexnet: expected lenet", "--network", "alexnet");
        await Refused("--layers: --network describes", "--network", "lenet", "--layers", "4");
        await Refused("--channels 8: is for --network", "--channels", "8");
        await Refused("--rule forward-forward: is for", "--data", numbers, "--rule", "forward-forward");
    }

    private async Task Refused(string message, params string[] options)
    {
        var (exitCode, output) = await Tool.RunAsync(["train", .. options, "--out", _folder["refused"]]);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["refused"]));
    }

    private static async Task<string> Run(params string[] arguments)
    {
        var (exitCode, output) = await Tool.RunAsync(arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }

    private int EpochsOf(string model) => BioLearnModel.Load(new MLContext(), _folder[model], out _).Parts().OfType<BioLearn.ML.Hosting.PredictionTransformer<NetworkModelParameters>>().Single().Model.Epochs;

    private string Table(string name, string header, int rows, Func<int, string> row)
    {
        File.WriteAllText(_folder[name], header + "\n" + string.Concat(Enumerable.Range(0, rows).Select(i => row(i) + "\n")));
        return _folder[name];
    }

    private sealed class Pair
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
