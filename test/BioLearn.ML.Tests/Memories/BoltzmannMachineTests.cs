using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Memories;

/// <summary>What Boltzmann machines learn of rows that are one of a few patterns.</summary>
public class BoltzmannMachineTests
{
    private static readonly float[][] Patterns = [[1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1, 0, 0], [1, 0, 0, 0, 0, 0, 1, 1]];

    private readonly MLContext _mlContext = new(seed: 2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Machine_reconstructs_its_patterns_and_finds_strangers_unlikely(bool persistent)
    {
        var model = _mlContext.Transforms.RestrictedBoltzmannMachine(new RestrictedBoltzmannMachineOptions
        {
            OutputColumnName = "Hidden",
            InputColumnName = "X",
            ReconstructionColumnName = "Again",
            FreeEnergyColumnName = "Energy",
            NumberOfUnits = 8,
            NumberOfEpochs = persistent ? 300 : 60, // chains must visit every pattern
            LearningRate = persistent ? 0.02 : null,
            BatchSize = 10,
            Persistent = persistent,
        }).Fit(Rows());
        IDataView known = model.Transform(_mlContext.Data.LoadFromEnumerable(Patterns.Select(p => new Row { X = p })));
        IDataView stranger = model.Transform(_mlContext.Data.LoadFromEnumerable([new Row { X = [0, 1, 0, 1, 0, 1, 0, 1] }]));
        float[][] again = [.. known.GetColumn<float[]>("Again")];
        for (int p = 0; p < Patterns.Length; p++)
            Assert.Equal(Patterns[p], again[p].Select(x => MathF.Round(x)));
        Assert.True(known.GetColumn<float>("Energy").Max() < stranger.GetColumn<float>("Energy").Single());
        Assert.All(known.GetColumn<float[]>("Hidden"), h => Assert.Equal(8, h.Length));
        float[][] dreams = model.Model.Sample(60, 200, seed: 4);
        Assert.InRange(dreams.Count(d => Patterns.Any(p => p.SequenceEqual(d.Select(x => MathF.Round(x))))), 40, 60);
    }

    [Fact]
    public void Gaussian_machine_reconstructs_in_the_units_of_the_features_and_constant_columns_stay()
    {
        Random random = new(3);
        Row[] rows = [.. Enumerable.Range(0, 400).Select(i => new Row { X = [.. Patterns[i % 3].Select((p, j) => j == 1 ? 42 : 1000 + (300 * p) + (float)(20 * random.NextDouble()))] })];
        IDataView view = _mlContext.Data.LoadFromEnumerable(rows);
        var model = _mlContext.Transforms.RestrictedBoltzmannMachine(new RestrictedBoltzmannMachineOptions
        {
            OutputColumnName = "Hidden",
            InputColumnName = "X",
            ReconstructionColumnName = "Again",
            VisibleUnits = VisibleUnits.Gaussian,
            NumberOfUnits = 12,
            NumberOfEpochs = 60,
            BatchSize = 20,
            ValidationFraction = 0.1,
        }).Fit(view);
        float[][] again = [.. model.Transform(view).GetColumn<float[]>("Again")];
        double error = again.Take(30).Select((a, i) => a.Select((x, j) => j == 1 ? 0 : Math.Abs(x - rows[i].X[j])).Average()).Average();
        Assert.InRange(error, 0, 60); // the deviation of a feature is about 140
        Assert.All(again, a => Assert.Equal(42, a[1], 8.0));
    }

    [Fact]
    public void Belief_network_reconstructs_through_its_layers_and_its_machines_can_be_taken_out()
    {
        var model = _mlContext.Transforms.DeepBeliefNetwork(new DeepBeliefNetworkOptions
        {
            OutputColumnName = "Top",
            InputColumnName = "X",
            ReconstructionColumnName = "Again",
            HiddenUnits = [10, 6],
            NumberOfEpochs = 60,
            BatchSize = 10,
        }).Fit(Rows());
        IDataView known = model.Transform(_mlContext.Data.LoadFromEnumerable(Patterns.Select(p => new Row { X = p })));
        float[][] again = [.. known.GetColumn<float[]>("Again")];
        for (int p = 0; p < Patterns.Length; p++)
            Assert.Equal(Patterns[p], again[p].Select(x => MathF.Round(x)));
        Assert.All(known.GetColumn<float[]>("Top"), t => Assert.Equal(6, t.Length));
        Assert.Equal((8, 10), (model.Model.GetMachine(1).FeatureCount, model.Model.GetMachine(1).HiddenUnitCount));
        Assert.Equal((10, 6), (model.Model.GetMachine(2).FeatureCount, model.Model.GetMachine(2).HiddenUnitCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Model.GetMachine(3));
    }

    [Theory]
    [InlineData(VisibleUnits.Bernoulli)]
    [InlineData(VisibleUnits.Gaussian)]
    public void Classifier_from_a_belief_network_starts_with_its_layers_and_learns_on_with_any_rule(VisibleUnits units)
    {
        IDataView rows = _mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(Rows()).Transform(Rows());
        var belief = _mlContext.Transforms.DeepBeliefNetwork(new DeepBeliefNetworkOptions
        {
            OutputColumnName = "Top",
            InputColumnName = "X",
            HiddenUnits = [10, 6],
            VisibleUnits = units,
            NumberOfEpochs = 20,
        }).Fit(rows);
        NetworkModelParameters start = belief.Model.CreateClassifier(3, seed: 1);
        float[] top = belief.Transform(rows).GetColumn<float[]>("Top").First();
        Assert.Equal(top, TopOf(start, Patterns[0]), (a, b) => Math.Abs(a - b) < 1e-5);

        var trainer = _mlContext.MulticlassClassification.Trainers.FeedbackAlignment(featureColumnName: "X", learningRate: 0.02, numberOfEpochs: 100);
        var model = trainer.Fit(rows, null, start);
        Assert.Equal(1, _mlContext.MulticlassClassification.Evaluate(model.Transform(rows)).MicroAccuracy);
        Assert.Equal([8 * 10, 10 * 6, 6 * 3], new[] { 1, 2, 3 }.Select(l => model.Model.GetWeights(l).Length));
    }

    private static float[] TopOf(NetworkModelParameters model, float[] row)
    {
        for (int l = 1; l <= 2; l++)
        {
            float[] w = model.GetWeights(l), b = model.GetBiases(l), below = row;
            row = [.. b.Select((bias, i) => 1 / (1 + MathF.Exp(-bias - below.Select((x, j) => x * w[(i * below.Length) + j]).Sum())))];
        }
        return row;
    }

    [Fact]
    public void Features_outside_0_to_1_are_named_and_validation_rows_are_watched()
    {
        IDataView bad = _mlContext.Data.LoadFromEnumerable([new Row { X = [0, 0, 0, 255, 0, 0, 0, 0] }]);
        var error = Assert.Throws<InvalidOperationException>(() => _mlContext.Transforms.RestrictedBoltzmannMachine("H", "X").Fit(bad));
        Assert.Contains("Column 'X' has the value 255 in slot 3", error.Message, StringComparison.Ordinal);
        List<TrainingProgress> heard = [];
        List<string> log = [];
        _mlContext.Log += (_, e) => log.Add(e.Message);
        _mlContext.Transforms.RestrictedBoltzmannMachine(new RestrictedBoltzmannMachineOptions
        {
            OutputColumnName = "H",
            InputColumnName = "X",
            ValidationFraction = 0.2,
            NumberOfEpochs = 2,
            Progress = new Listener(heard.Add),
        }).Fit(Rows());
        Assert.All(heard, p => Assert.NotNull(p.ValidationLoss));
        Assert.Contains(log, line => line.Contains("Free-energy gap", StringComparison.Ordinal));
    }

    private IDataView Rows() => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 300).Select(i => new Row { X = Patterns[i % 3], Label = i % 3 }));

    private sealed class Listener(Action<TrainingProgress> hear) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => hear(value);
    }

    private sealed class Row
    {
        public int Label { get; set; }

        [VectorType(8)]
        public float[] X { get; set; } = [];
    }
}
