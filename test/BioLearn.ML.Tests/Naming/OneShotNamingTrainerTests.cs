using System.Globalization;
using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Naming;

public sealed class OneShotNamingTrainerTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-naming-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(NamingRule.AsCoded, NamingReadOut.Plain)]
    [InlineData(NamingRule.AsCoded, NamingReadOut.Normalized)]
    [InlineData(NamingRule.AsIntended, NamingReadOut.Plain)]
    [InlineData(NamingRule.AsIntended, NamingReadOut.Normalized)]
    public void One_example_of_each_name_names_the_others_and_a_fresh_process_agrees(NamingRule rule, NamingReadOut readOut)
    {
        var model = Keys().Append(_mlContext.MulticlassClassification.Trainers.OneShotNaming(new OneShotNamingOptions { Rule = rule, ReadOut = readOut, Seed = 3 }))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"))
            .Fit(Rows(0, 2));
        var scored = model.Transform(Rows(2, 42));
        string path = Path.Combine(_folder, "naming.zip");
        _mlContext.Model.Save(model, Rows(0, 2).Schema, path);

        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy, .9, 1);
        Assert.Equal(Describe(scored), ChildProcess.Run("name-animals", path));
    }

    [Fact]
    public void A_name_taught_later_is_known_survives_saving_and_leaves_the_others_alone()
    {
        var first = Fit(new() { Seed = 3 }, 2);
        var third = first.TeachName("owl", Animal(2, 100), Animal(2, 101));
        string path = Path.Combine(_folder, "three.zip");
        _mlContext.Model.Save(third, null, path);
        var loaded = (PredictionTransformer<NamingModelParameters>)BioLearnModel.Load(new MLContext(), path, out _);

        for (int name = 0; name < 2; name++)
            Assert.Equal(first.Model.GetWeights(name), third.Model.GetWeights(name));
        Assert.Equal((2, 3, 3), (first.Model.OutputCount, third.Model.OutputCount, loaded.Model.OutputCount));
        var rows = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Example { Features = Animal(i % 3, 200 + i), Name = Names[i % 3] }));
        string[] answers = [.. _mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel").Fit(loaded.Transform(rows)).Transform(loaded.Transform(rows)).GetColumn<string>("Answer")];
        Assert.InRange(answers.Where((answer, i) => answer == Names[i % 3]).Count(), 27, 30);

        var again = third.TeachName("cat", Animal(0, 102));
        Assert.Equal(3, again.Model.OutputCount);
        Assert.NotEqual(third.Model.GetWeights(0), again.Model.GetWeights(0));
        Assert.Equal(third.Model.GetWeights(2), again.Model.GetWeights(2));
    }

    [Fact]
    public void Recall_shows_what_the_example_was_made_of()
    {
        var model = Fit(new() { Seed = 3, DepressionRate = 0 }, 2).Model;
        float[] example = Animal(0, 0);
        double[] recalled = model.Recall(0);
        for (int x = 0; x < example.Length; x++)
            Assert.Equal(example[x] > 0, recalled[x] > 0);
    }

    [Fact]
    public void Scores_below_the_threshold_get_no_name_but_stay_scores()
    {
        var rows = Keys().Fit(Rows(0, 2)).Transform(Rows(2, 12));
        var open = Fit(new() { Seed = 3 }, 2).Transform(rows);
        float[] best = [.. open.GetColumn<float[]>("Score").Select(scores => scores.Max())];
        float threshold = best.Order().ElementAt(5);
        var strict = Fit(new() { Seed = 3, NameThreshold = threshold }, 2).Transform(rows);

        Assert.Equal(best.Select(score => score >= threshold), strict.GetColumn<uint>("PredictedLabel").Select(key => key > 0));
        Assert.Equal(best, strict.GetColumn<float[]>("Score").Select(scores => scores.Max()));
    }

    [Fact]
    public void Features_that_are_no_counts_are_coded_as_rates()
    {
        Assert.Equal(FeatureCoding.Counts, Fit(new(), 2).Model.Coding);
        var activations = Rows(0, 2, scale: .37f);
        var model = Keys().Append(_mlContext.MulticlassClassification.Trainers.OneShotNaming(new OneShotNamingOptions { Seed = 3 })).Fit(activations);
        Assert.Equal(FeatureCoding.Rate, model.LastTransformer.Model.Coding);
        Assert.InRange(_mlContext.MulticlassClassification.Evaluate(model.Transform(Rows(2, 42, scale: .37f))).MicroAccuracy, .9, 1);
    }

    [Fact]
    public void Wrong_options_examples_and_labels_are_told()
    {
        var trainers = _mlContext.MulticlassClassification.Trainers;
        Assert.Equal("NoveltyFactor", Assert.Throws<ArgumentOutOfRangeException>(() => trainers.OneShotNaming(noveltyFactor: 0)).ParamName);
        Assert.Equal("Steps", Assert.Throws<ArgumentOutOfRangeException>(() => trainers.OneShotNaming(new OneShotNamingOptions { Steps = 0 })).ParamName);
        var cells = Fit(new(), 2);
        Assert.Contains("2 features, the model 12", Assert.Throws<ArgumentException>(() => cells.TeachName("owl", [1, 2])).Message, StringComparison.Ordinal);
        Assert.Contains("at least one example", Assert.Throws<ArgumentException>(() => cells.TeachName("owl")).Message, StringComparison.Ordinal);
        var numbered = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Number").Append(trainers.OneShotNaming()).Fit(Rows(0, 2)).LastTransformer;
        Assert.Contains("Int32", Assert.Throws<InvalidOperationException>(() => numbered.TeachName("owl", Animal(2, 0))).Message, StringComparison.Ordinal);
    }

    /// <summary>Runs in the child process.</summary>
    internal static void Name(string path)
    {
        var mlContext = new MLContext().UseBioLearn();
        Console.Write(Describe(mlContext.Model.Load(path, out _).Transform(new OneShotNamingTrainerTests().Rows(2, 42))));
    }

    private static readonly string[] Names = ["cat", "dog", "owl"];

    private static string Describe(IDataView scored) => string.Join('\n', scored.GetColumn<float[]>("Score")
        .Zip(scored.GetColumn<string>("Answer"), (scores, answer) => $"{answer} {string.Join(' ', scores.Select(x => x.ToString("R", CultureInfo.InvariantCulture)))}"));

    private IEstimator<ITransformer> Keys() => _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name");

    private PredictionTransformer<NamingModelParameters> Fit(OneShotNamingOptions options, int rows)
        => Keys().Append(_mlContext.MulticlassClassification.Trainers.OneShotNaming(options)).Fit(Rows(0, rows)).LastTransformer;

    private IDataView Rows(int from, int to, float scale = 1) => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(from, to - from).Select(i => new Example
    {
        Features = [.. Animal(i % 2, i).Select(x => x * scale)],
        Name = Names[i % 2],
        Number = i % 2,
    }));

    // Four features of its own, one that a third of the individuals have of another.
    private static float[] Animal(int kind, int individual)
    {
        float[] features = new float[12];
        for (int k = 0; k < 4; k++)
            features[(kind * 4) + k] = 2 + ((individual + k) % 5);
        if (individual % 3 == 0)
            features[((kind + 1) % 3 * 4) + (individual % 4)] = 3;
        return features;
    }

    private sealed class Example
    {
        [VectorType(12)]
        public float[] Features { get; set; } = [];

        public string Name { get; set; } = "";

        public int Number { get; set; }
    }
}
