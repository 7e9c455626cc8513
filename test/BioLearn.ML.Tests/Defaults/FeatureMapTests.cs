using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Defaults;

/// <summary>The maps of features and label: when a trainer finds one, what it is, that scores, weights and saved models agree with it.</summary>
public class FeatureMapTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _warnings = [];

    public FeatureMapTests() => _ml.Log += (_, e) =>
    {
        if (e.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
            _warnings.Add(e.RawMessage);
    };

    [Theory]
    [InlineData(NormalizeFeatures.Auto, "", true, 0)]
    [InlineData(NormalizeFeatures.Auto, "around zero", false, 0)]
    [InlineData(NormalizeFeatures.Auto, "keeping zeros", true, 0)]
    [InlineData(NormalizeFeatures.Yes, "around zero", true, 0)]
    [InlineData(NormalizeFeatures.Warn, "", false, 1)]
    [InlineData(NormalizeFeatures.Warn, "around zero", false, 0)]
    [InlineData(NormalizeFeatures.No, "", false, 0)]
    public void Features_are_normalized_where_the_option_and_the_column_say_so(NormalizeFeatures option, string normalized, bool mapped, int warnings)
    {
        IDataView data = Data();
        if (normalized.Length > 0)
            data = _ml.Transforms.NormalizeMeanVariance("Features", fixZero: normalized == "keeping zeros").Fit(data).Transform(data);
        NetworkModelParameters model = _ml.Regression.Trainers.Backpropagation(new NetworkOptions { NumberOfEpochs = 1, NormalizeFeatures = option }).Fit(data).Model;
        Assert.Equal(mapped, model.InputMap is not null);
        Assert.Equal(warnings, _warnings.Count(w => w.StartsWith("The feature column 'Features' is not normalized", StringComparison.Ordinal)));
    }

    [Fact]
    public void Map_is_mean_and_deviation_an_eighth_of_the_range_where_that_is_more_and_nothing_for_what_never_varies()
    {
        Row[] rows = Rows(200);
        for (int i = 0; i < rows.Length; i++)
            rows[i].Features[2] = i == 7 ? 100 : 1; // rare
        FeatureMap map = Fit(rows, new NetworkOptions { NumberOfEpochs = 1 }).InputMap!;
        double mean = rows.Average(r => (double)r.Features[0]), deviation = Math.Sqrt(rows.Average(r => Math.Pow(r.Features[0] - mean, 2)));
        Assert.Equal(mean, map.Centre[0], 1e-6 * Math.Abs(mean));
        Assert.Equal(1 / deviation, map.Scale[0], 1e-5 / deviation);
        Assert.Equal(8 / 99.0, map.Scale[2], 1e-6);
        Assert.Equal(0, map.Scale[3]);
    }

    [Fact]
    public void Mostly_zero_features_keep_their_zeros_and_sparse_rows_give_the_scores_of_dense_ones()
    {
        const int width = 80;
        RandomStream random = new(3, "sparse");
        Wide[] rows = [.. Enumerable.Range(0, 60).Select(i => new Wide { Label = i % 2 == 0, Features = [.. Enumerable.Range(0, width).Select(j => random.NextDouble() < 0.05 ? 50f + (i % 2 * 30) : 0)] })];
        IDataView dense = _ml.Data.LoadFromEnumerable(rows);
        var trained = _ml.BinaryClassification.Trainers.FeedbackAlignment(new NetworkOptions { NumberOfEpochs = 5, Seed = 1 }).Fit(dense);
        Assert.True(trained.Model.InputMap!.KeepsZeros);
        var options = new NetworkOptions { NumberOfEpochs = 5, Seed = 1, NormalizeFeatures = NormalizeFeatures.No };
        Assert.Null(_ml.BinaryClassification.Trainers.FeedbackAlignment(options).Fit(dense).Model.InputMap);
        float[] weights = trained.Model.GetWeights(1), raw = [.. trained.Model.GetActivations(1, rows[1].Features)];
        for (int unit = 0; unit < raw.Length; unit++)
        {
            double sum = trained.Model.GetBiases(1)[unit] + Enumerable.Range(0, width).Sum(j => (double)weights[(unit * width) + j] * rows[1].Features[j]);
            Assert.Equal(Math.Tanh(sum), raw[unit], 1e-5);
        }
    }

    [Fact]
    public void Weights_and_biases_apply_to_features_and_labels_as_they_came()
    {
        Row[] rows = Rows(80);
        NetworkModelParameters model = Fit(rows, new NetworkOptions { HiddenUnits = [6], NumberOfEpochs = 30, Activation = Activation.Linear });
        Assert.True(model.IsInputMapFolded && model.IsLabelMapFolded);
        float[] w1 = model.GetWeights(1), b1 = model.GetBiases(1), w2 = model.GetWeights(2), b2 = model.GetBiases(2);
        float[] scores = Scores(model, rows);
        for (int row = 0; row < rows.Length; row++)
        {
            double score = b2[0];
            for (int unit = 0; unit < 6; unit++)
                score += w2[unit] * (b1[unit] + Enumerable.Range(0, 4).Sum(j => (double)w1[(unit * 4) + j] * rows[row].Features[j]));
            Assert.Equal(score, scores[row], 1e-3 * (1 + Math.Abs(score)));
        }
    }

    [Fact]
    public void Far_from_zero_features_keep_their_digits()
    {
        Row[] rows = Rows(80), far = Rows(80);
        foreach (Row row in far)
            row.Features[0] = 1e6f + MathF.Round(row.Features[0]);
        foreach (Row row in rows)
            row.Features[0] = MathF.Round(row.Features[0]);
        NetworkOptions options = new() { NumberOfEpochs = 20, Seed = 4 };
        NetworkModelParameters near = Fit(rows, options), moved = Fit(far, options);
        Assert.False(moved.IsInputMapFolded);
        Assert.All(Scores(near, rows).Zip(Scores(moved, far)), pair => Assert.Equal(pair.First, pair.Second, 0.02 * (1 + Math.Abs(pair.First))));
    }

    [Fact]
    public void Image_is_one_feature_a_channel_and_left_alone_within_one()
    {
        foreach ((float size, bool mapped) in new[] { (1f, false), (255f, true) })
        {
            RandomStream random = new(3, "pixels");
            IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Image { Label = i % 2 == 0, Features = [.. Enumerable.Range(0, 32).Select(j => size * (j < 16 ? 1 : 0.1f) * random.NextSingle())] }).ToArray());
            NetworkModelParameters model = _ml.BinaryClassification.Trainers.Backpropagation(new NetworkOptions { NumberOfEpochs = 1, InputShape = new(2, 4, 4), Layers = [new Convolution2D(3, 3)] }).Fit(data).Model;
            Assert.Equal(mapped, model.InputMap is not null);
            if (!mapped)
                continue;
            float[] scale = model.InputMap!.Scale.ToArray();
            Assert.Equal((1, 1), (scale[..16].Distinct().Count(), scale[16..].Distinct().Count()));
            Assert.Equal(10, scale[16] / scale[0], 1.0);
            Assert.False(model.IsInputMapFolded);
        }
    }

    [Theory]
    [InlineData("equilibrium-propagation")]
    [InlineData("contrastive-hebbian")]
    [InlineData("burst-dependent-plasticity")]
    public void Label_lies_within_the_range_of_an_output_that_has_one(string name)
    {
        Row[] rows = Rows(80);
        var rule = (LearningRule)Activator.CreateInstance(RuleTable.Find(name)!.Type)!;
        NetworkModelParameters model = Fit(rows, new NetworkOptions { NumberOfEpochs = 1 }, rule);
        float[] targets = [.. rows.Select(r => (r.Label - model.LabelMap!.Centre[0]) * model.LabelMap.Scale[0])];
        Assert.Equal((0.2, 0.8), (targets.Min(), targets.Max()), Comparer());
        Assert.False(model.IsLabelMapFolded);
    }

    [Fact]
    public void Label_that_is_to_be_left_alone_is()
    {
        NetworkModelParameters model = Fit(Rows(30), new NetworkOptions { NumberOfEpochs = 1, StandardizeLabel = false });
        Assert.Null(model.LabelMap);
        Assert.NotEmpty(_warnings);
    }

    [Fact]
    public void Label_that_never_varies_and_weights_of_examples_make_a_map()
    {
        Row[] rows = Rows(30);
        foreach (Row row in rows)
            row.Label = 12;
        Assert.All(Scores(Fit(rows, new NetworkOptions()), rows), score => Assert.Equal(12, score, 0.2));
        rows = Rows(30);
        for (int i = 0; i < rows.Length; i++)
            rows[i].Weight = i < 2 ? 1 : 0;
        FeatureMap map = Fit(rows, new NetworkOptions { NumberOfEpochs = 1, ExampleWeightColumnName = "Weight" }).LabelMap!;
        Assert.Equal((rows[0].Label + rows[1].Label) / 2, map.Centre[0], 1e-3);
    }

    [Fact]
    public void Saved_model_scores_the_same_and_goes_on_reading_rows_as_it_did()
    {
        IDataView data = _ml.Data.LoadFromEnumerable(Rows(60));
        var trainer = _ml.Regression.Trainers.KolenPollack(new NetworkOptions { NumberOfEpochs = 3, Seed = 2 });
        var model = trainer.Fit(data);
        using MemoryStream file = new();
        _ml.Model.Save(model, data.Schema, file);
        ITransformer loaded = BioLearnModel.Load(new MLContext(), file, out _);
        Assert.Equal(model.Transform(data).GetColumn<float>("Score"), loaded.Transform(data).GetColumn<float>("Score"));
        Row[] others = Rows(60, 3000);
        foreach (Row row in others)
            row.Label += 500;
        NetworkModelParameters further = trainer.Fit(_ml.Data.LoadFromEnumerable(others), null, model.Model).Model;
        Assert.Equal(model.Model.InputMap!.Centre, further.InputMap!.Centre);
        Assert.Equal(model.Model.LabelMap!.Centre, further.LabelMap!.Centre);
    }

    [Fact]
    public void Map_refuses_what_it_cannot_hold()
    {
        Assert.Equal("centre", Assert.Throws<ArgumentException>(() => new FeatureMap([1, 2], [1])).ParamName);
        Assert.Equal("scale", Assert.Throws<ArgumentException>(() => new FeatureMap([float.NaN])).ParamName);
        Assert.Equal("centre", Assert.Throws<ArgumentException>(() => new FeatureMap([1], [float.PositiveInfinity])).ParamName);
        Assert.Throws<ArgumentException>(() => new FeatureMap([1, 2]).Apply<double>(new double[3]));
        double[] row = [3, 4];
        new FeatureMap([2, 0], [1, 1]).Apply<double>(row);
        Assert.Equal([4, 0], row);
    }

    private static EqualityComparer<(double, double)> Comparer() => EqualityComparer<(double, double)>.Create((a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-4 && Math.Abs(a.Item2 - b.Item2) < 1e-4);

    private IDataView Data() => _ml.Data.LoadFromEnumerable(Rows(40));

    private NetworkModelParameters Fit(Row[] rows, NetworkOptions options, LearningRule? rule = null) =>
        _ml.Regression.Trainers.LearningRule(rule ?? new Backpropagation(), options).Fit(_ml.Data.LoadFromEnumerable(rows)).Model;

    private static float[] Scores(NetworkModelParameters model, Row[] rows)
    {
        float[] scores = new float[rows.Length];
        ((BioLearn.ML.Hosting.IPredictionModel<NetworkModelParameters>)model).CreateScorer(rows.Length)([.. rows.SelectMany(r => r.Features)], rows.Length, scores);
        return scores;
    }

    private static Row[] Rows(int count, int first = 0)
    {
        RandomStream random = new(5, $"rows/{first}");
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float[] features = [(float)(40 * random.NextNormal()) + 100, (float)random.NextNormal() * 1e-3f, random.NextSingle(), 6];
            return new Row { Features = features, Label = features[0] + (2000 * features[1]) };
        })];
    }

    private sealed class Row
    {
        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public float Weight { get; set; } = 1;
    }

    private sealed class Wide
    {
        [VectorType(80)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Image
    {
        [VectorType(32)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
