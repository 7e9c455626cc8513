using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Training on rows of which only a block is in memory.</summary>
public class BlockTrainingTests
{
    private const int Count = 90, Width = 6;

    private readonly MLContext _ml = new(seed: 1);
    private int _read;

    [Theory]
    [InlineData(Count)]
    [InlineData(10_000)]
    public void A_block_of_all_rows_is_the_training_in_memory_to_the_last_bit(int rowsInMemory) =>
        Assert.Equal(Weights(new() { RowsInMemory = 0 }), Weights(new() { RowsInMemory = rowsInMemory }));

    [Fact]
    public void Rows_are_read_anew_in_every_epoch_and_in_no_other_way()
    {
        float[] inMemory = Weights(new() { RowsInMemory = 0 });
        Assert.Equal(Count, _read);
        _read = 0;
        float[] blocks = Weights(new() { RowsInMemory = 16 });
        Assert.True(_read >= 5 * Count, $"{_read} rows were read in 5 epochs of {Count}");
        Assert.NotEqual(inMemory, blocks);
    }

    [Fact]
    public void Threads_change_no_bit() =>
        Assert.Equal(Weights(new() { RowsInMemory = 16, NumberOfThreads = 1 }), Weights(new() { RowsInMemory = 16, NumberOfThreads = 2 }));

    /// <summary>Feature 0 is far away in the last block only, and the rows are sparse in the first and dense in the last.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(10_000)]
    public void Scales_are_those_of_all_blocks(int rowsInMemory)
    {
        var whole = Fit(0).InputMap!;
        var blocks = Fit(rowsInMemory).InputMap!;
        Assert.Equal(whole.KeepsZeros, blocks.KeepsZeros);
        for (int i = 0; i < 70; i++)
        {
            Assert.Equal(whole.Scale[i], blocks.Scale[i], 1e-5f * Math.Abs(whole.Scale[i]));
            if (!whole.KeepsZeros)
                Assert.Equal(whole.Centre[i], blocks.Centre[i], 1e-5f * Math.Abs(whole.Centre[i]) + 1e-6f);
        }

        NetworkModelParameters Fit(int rows) => _ml.MulticlassClassification.Trainers.FeedbackAlignment(Common(new() { RowsInMemory = rows })).Fit(Wide()).Model;

        IDataView Wide()
        {
            SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
            schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 70);
            schema[nameof(Row.Key)].ColumnType = new KeyDataViewType(typeof(uint), 3);
            return _ml.Data.LoadFromEnumerable(
                Enumerable.Range(0, Count).Select(i => new Row
                {
                    Features = [.. Enumerable.Range(0, 70).Select(j => i >= 60 ? MathF.Cos(i * j) + 3 : j == i % 70 && j > 0 ? 1 + (i % 5) : 0)],
                    Key = (uint)(i % 3),
                }).ToArray(),
                schema);
        }
    }

    [Fact]
    public void Labels_are_standardized_over_all_blocks()
    {
        var whole = Fit(0).LabelMap!;
        var blocks = Fit(16).LabelMap!;
        Assert.Equal(whole.Scale[0], blocks.Scale[0]);
        Assert.Equal(whole.Centre[0], blocks.Centre[0]);

        NetworkModelParameters Fit(int rows)
        {
            NetworkOptions options = Common(new() { RowsInMemory = rows });
            options.LabelColumnName = "Size";
            return _ml.Regression.Trainers.FeedbackAlignment(options).Fit(View()).Model;
        }
    }

    [Fact]
    public void Blocks_are_rounded_up_to_whole_batches() =>
        Assert.Equal(Weights(new() { RowsInMemory = 16 }), Weights(new() { RowsInMemory = 9 }));

    [Fact]
    public void Every_row_is_met_once_an_epoch_and_each_block_in_another_order()
    {
        float[] features = [.. Enumerable.Range(0, 20).Select(i => (float)i)];
        Samples<float>[] blocks =
        [
            Samples<float>.OfClasses(features.AsMemory(0, 8), new int[8]),
            Samples<float>.OfClasses(features.AsMemory(8, 8), new int[8]),
            Samples<float>.OfClasses(features.AsMemory(16, 4), new int[4]),
        ];
        NetworkSpec spec = NetworkSpec.Perceptron(1, [2], 2, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        using Network<float> network = new(spec, new Backpropagation(), Initializer.GlorotUniform, 1);
        using NetworkTrainer<float> trainer = new(network, new Backpropagation(), OptimizerSettings.Sgd(1e-3), 4);
        List<float> met = [];
        trainer.StepEnded += t => met.AddRange(t.Context.Input.Span);
        trainer.TrainEpoch(blocks);
        Assert.Equal(5, trainer.Steps);
        Assert.Equal(features, met.Order());
        Assert.Equal(features[..8], met[..8].Order());
        Assert.NotEqual(met[..8].Select(x => x + 8), met[8..16]);
        float[] first = [.. met];
        met.Clear();
        trainer.TrainEpoch(blocks);
        Assert.NotEqual(first, met);
        Assert.Throws<InvalidOperationException>(() => trainer.TrainEpoch([]));
    }

    [Fact]
    public void Steps_an_epoch_count_over_blocks()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(1, [2], 2, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        using Network<float> network = new(spec, new Backpropagation(), Initializer.GlorotUniform, 1);
        using NetworkTrainer<float> trainer = new(network, new Backpropagation(), OptimizerSettings.Sgd(1e-3), 4) { StepsPerEpoch = 3 };
        int asked = 0;
        trainer.TrainEpoch(Enumerable.Range(0, 9).Select(_ =>
        {
            asked++;
            return Samples<float>.OfClasses(new float[8], new int[8]);
        }));
        Assert.Equal((3, 2), (trainer.Steps, asked));
    }

    [Fact]
    public void A_share_of_validation_rows_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => Weights(new() { RowsInMemory = 16, ValidationFraction = 0.2 }));
        Assert.Contains("ValidationFraction", error.Message);
        Assert.Contains("RowsInMemory", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Weights(new() { RowsInMemory = -1 }));
    }

    [Fact]
    public void One_against_all_reads_blocks_too()
    {
        var options = Common(new() { RowsInMemory = 10_000 });
        float[] blocks = Scores(options);
        Assert.Equal(Scores(Common(new())), blocks);

        float[] Scores(NetworkOptions options)
        {
            var trainer = _ml.MulticlassClassification.Trainers.OneVersusAll(_ml.BinaryClassification.Trainers.FeedbackAlignment(options), "Key");
            return [.. trainer.Fit(View()).Transform(View()).GetColumn<float[]>("Score").SelectMany(s => s)];
        }
    }

    [Fact]
    public void Rows_that_are_left_out_are_told_of_once_and_none_left_is_an_error()
    {
        List<string> lines = [];
        _ml.Log += (_, line) => lines.Add(line.RawMessage);
        Weights(new() { RowsInMemory = 16 }, missing: 7);
        Assert.True(lines.Count(l => l.Contains("Skipped 13 instances")) == 1, string.Join("\n", lines));
        Assert.Contains("0 instances", Assert.Throws<InvalidOperationException>(() => Weights(new() { RowsInMemory = 16 }, missing: 1)).Message);
    }

    private float[] Weights(NetworkOptions options, int missing = 0) =>
        _ml.MulticlassClassification.Trainers.FeedbackAlignment(Common(options)).Fit(View(missing)).Model.GetWeights(1);

    private static NetworkOptions Common(NetworkOptions options)
    {
        (options.LabelColumnName, options.HiddenUnits, options.BatchSize, options.NumberOfEpochs, options.Seed) = ("Key", [5], 8, 5, 1);
        return options;
    }

    private IDataView View(int missing = 0)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Width);
        schema[nameof(Row.Key)].ColumnType = new KeyDataViewType(typeof(uint), 3);
        return _ml.Data.LoadFromEnumerable(Rows(), schema);

        IEnumerable<Row> Rows()
        {
            for (int i = 0; i < Count; i++)
            {
                _read++;
                yield return new Row
                {
                    Features = [.. Enumerable.Range(0, Width).Select(j => missing > 0 && i % missing == 0 ? float.NaN : MathF.Sin((i * (j + 1)) + (i % 3)))],
                    Key = (uint)(i % 3), // ML.NET counts such keys from 0
                    Size = i * i,
                };
            }
        }
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public uint Key { get; set; }

        public float Size { get; set; }
    }
}
