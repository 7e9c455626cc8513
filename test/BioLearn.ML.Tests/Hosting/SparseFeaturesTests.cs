using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>Sparse vectors from ML.NET through a trainer and back, and what memory there is.</summary>
public class SparseFeaturesTests
{
    private const int Width = 300;

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Vectors_that_come_sparse_are_kept_so_and_dense_ones_with_many_zeros_too()
    {
        foreach (bool sparse in new[] { true, false })
        {
            var data = Read(View(Texts(200), sparse));
            Assert.NotNull(data.Sparse);
            Assert.Equal((200, Width), (data.Sparse!.Count, data.Sparse.Width));
            float[] row = new float[Width];
            foreach (int i in new[] { 0, 7, 199 })
            {
                data.Sparse.CopyTo(i, row);
                Assert.Equal(Texts(200)[i].Features, row);
                Assert.Equal(row, data.Features.Slice(i * Width, Width).ToArray());
            }
        }
    }

    [Theory]
    [InlineData(0.24, true)]
    [InlineData(0.26, false)]
    public void Rows_are_dense_where_more_than_a_quarter_is_set(double share, bool sparse)
    {
        Text[] texts = Texts(100);
        foreach (Text text in texts)
        {
            for (int j = 0; j < Width; j++)
                text.Features[j] = j < share * Width ? 1 + j : 0;
        }
        var data = Read(View(texts, sparse: true));
        Assert.Equal(sparse, data.Sparse is not null);
        Assert.Equal(texts.SelectMany(t => t.Features), data.Features.ToArray());
    }

    [Fact]
    public void Rows_that_begin_thin_and_grow_dense_end_dense()
    {
        Text[] texts = Texts(400);
        foreach (Text text in texts.Skip(100))
            Array.Fill(text.Features, 2f);
        var data = Read(View(texts, sparse: true));
        Assert.Null(data.Sparse);
        Assert.Equal(texts.SelectMany(t => t.Features), data.Features.ToArray());
    }

    [Fact]
    public void A_row_of_which_nothing_is_set_is_learned_from_and_scored()
    {
        Text[] texts = Texts(50);
        Array.Clear(texts[3].Features);
        Assert.Equal((50, 0L), (Read(View(texts, sparse: true)).Count, Read(View(texts, sparse: true)).SkippedCount));
        using var model = Fit(View(texts, sparse: true)).Model;
        float[][] scores = Scores(View(texts, sparse: true), Fit(View(texts, sparse: true)));
        Assert.All(scores[3], score => Assert.True(float.IsFinite(score)));
    }

    [Fact]
    public void Sparse_and_dense_vectors_give_one_model_and_the_same_scores()
    {
        Text[] texts = Texts(150);
        texts[9].Features[4] = float.NaN;
        PredictionTransformer<NetworkModelParameters> sparse = Fit(View(texts, sparse: true)), dense = Fit(View(texts, sparse: false));
        Assert.Equal(dense.Model.GetWeights(1), sparse.Model.GetWeights(1));
        float[][] expected = Scores(View(texts, sparse: false), dense), found = Scores(View(texts, sparse: true), dense);
        Assert.Equal(expected, found);
        Assert.True(expected.Where((_, i) => i != 9).SelectMany(s => s).All(float.IsFinite));
        Assert.All(found[9], score => Assert.True(float.IsNaN(score)));
        double accuracy = _ml.MulticlassClassification.Evaluate(sparse.Transform(View(texts, sparse: true)), labelColumnName: "Key").MicroAccuracy;
        Assert.True(accuracy > 0.9, $"accuracy {accuracy}");
    }

    [Fact]
    public void Rows_sparse_and_dense_in_turn_are_scored_as_dense_ones()
    {
        Text[] texts = Texts(70);
        PredictionTransformer<NetworkModelParameters> model = Fit(View(texts, sparse: true));
        Assert.Equal(Scores(View(texts, sparse: false), model), Scores(View(texts, i => i % 5 < 2), model));
    }

    [Fact]
    public void One_against_all_takes_sparse_rows()
    {
        var options = new NetworkOptions { HiddenUnits = [8], NumberOfEpochs = 3, Seed = 1 };
        var binary = _ml.BinaryClassification.Trainers.FeedbackAlignment(options);
        var trainer = _ml.MulticlassClassification.Trainers.OneVersusAll(binary, "Key");
        Text[] texts = Texts(60);
        var dense = trainer.Fit(View(texts, sparse: false));
        Assert.Equal(Scores(View(texts, sparse: false), dense), Scores(View(texts, sparse: true), trainer.Fit(View(texts, sparse: true))));
    }

    [Fact]
    public void Dense_rows_beyond_the_memory_are_refused_with_the_numbers()
    {
        using IDisposable little = MemoryLimit.Assume(100_000);
        string message = Assert.Throws<InvalidOperationException>(() => _ml.MulticlassClassification.Trainers.RbfSvm("Key").Fit(View(Texts(500), sparse: true))).Message;
        Assert.Contains($"dense rows of {Width} features", message);
        Assert.Contains("100000 bytes are there", message);
        Assert.Contains("need", message);
    }

    [Fact]
    public void A_network_beyond_the_memory_is_refused_before_it_is_made()
    {
        using IDisposable little = MemoryLimit.Assume(2_000_000);
        string message = Assert.Throws<InvalidOperationException>(() => Fit(View(Texts(30), sparse: true), hidden: 2000)).Message;
        Assert.Contains("2 MB are there", message);
        Assert.Contains("300 features", message);
        Assert.Contains("Adam", message);
        Fit(View(Texts(30), sparse: true), hidden: 4);
    }

    private static IEnumerable<int> Set(int i) => Enumerable.Range(0, 12).Select(j => ((i % 3) * 100) + (((i * 7) + (j * 13)) % 100));

    private static Text[] Texts(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            Text text = new() { Kind = "abc"[i % 3].ToString() };
            foreach (int j in Set(i))
                text.Features[j] = 1 + (j % 4);
            return text;
        }),
    ];

    private IDataView View(Text[] texts, bool sparse) => View(texts, _ => sparse);

    private IDataView View(Text[] texts, Func<int, bool> sparse)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Width);
        IDataView rows = _ml.Data.LoadFromEnumerable(
            texts.Select((t, i) =>
            {
                int[] set = [.. Enumerable.Range(0, Width).Where(j => t.Features[j] != 0)];
                VBuffer<float> vector = sparse(i) ? new(Width, set.Length, [.. set.Select(j => t.Features[j])], set) : new(Width, t.Features);
                return new Row { Features = vector, Kind = t.Kind };
            }).ToArray(),
            schema);
        return _ml.Transforms.Conversion.MapValueToKey("Key", "Kind").Fit(rows).Transform(rows);
    }

    private TrainingData Read(IDataView view)
    {
        using TrainingRun run = new(((Microsoft.ML.Runtime.IHostEnvironment)_ml).Register("test"), "test", default, null);
        return TrainingData.Read(view, PredictionTask.Multiclass, new() { LabelColumnName = "Key" }, run, keepsSparse: true);
    }

    private PredictionTransformer<NetworkModelParameters> Fit(IDataView view, int hidden = 8) =>
        _ml.MulticlassClassification.Trainers.Backpropagation(new NetworkOptions { LabelColumnName = "Key", HiddenUnits = [hidden], NumberOfEpochs = 8, Seed = 1, Optimizer = OptimizerSettings.Adam(0.01) }).Fit(view);

    private static float[][] Scores<TModel>(IDataView view, PredictionTransformer<TModel> model)
        where TModel : class, IPredictionModel<TModel> =>
        [.. model.Transform(view).GetColumn<VBuffer<float>>("Score").Select(v => v.DenseValues().ToArray())];

    private sealed class Text
    {
        public float[] Features { get; } = new float[Width];

        public string Kind { get; init; } = "";
    }

    private sealed class Row
    {
        public VBuffer<float> Features { get; set; }

        public string Kind { get; set; } = "";
    }
}
