using System.Globalization;
using System.IO.Compression;
using BioLearn.ML.Hosting;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Hosting;

/// <summary>Saved pipelines load elsewhere, and damaged ones say what is wrong.</summary>
public sealed class FreshProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-hosting-").FullName;
    private readonly MLContext _mlContext = new(seed: 7);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("register")]
    [InlineData("load")]
    public void Pipeline_scores_the_same_in_a_fresh_process(string how)
    {
        var (model, path) = Save(LinearModel.Trainer(_mlContext, PredictionTask.Multiclass, new()));

        string fresh = ChildProcess.Run("score-animals", how, path);

        Assert.Equal(Scores(_mlContext, model), fresh);
    }

    [Fact]
    public void One_versus_all_scores_the_same_in_a_fresh_process()
    {
        var binary = LinearModel.Trainer(_mlContext, PredictionTask.Binary, new() { Epochs = 3 });
        var (model, path) = Save(_mlContext.MulticlassClassification.Trainers.OneVersusAll(binary));

        string fresh = ChildProcess.Run("score-animals", "register", path);

        Assert.Equal(Scores(_mlContext, model), fresh);
    }

    [Fact]
    public void Tensor_with_a_forged_length_is_named_and_no_memory_is_taken_for_it()
        => CheckDamage(bytes => [.. BitConverter.GetBytes(1L << 60), .. bytes[8..]], "tensor 'Weights' declares 1152921504606846976 values and has 72 bytes");

    [Fact]
    public void Tensor_that_was_cut_is_named()
        => CheckDamage(bytes => bytes[..^4], "tensor 'Weights' declares 18 values and has 68 bytes");

    [Fact]
    public void Tensor_of_another_size_is_named()
        => CheckDamage(bytes => [.. BitConverter.GetBytes(17L), .. bytes[8..^4]], "tensor 'Weights' has 17 values, expected 18");

    [Fact]
    public void Label_values_of_every_type_survive_saving()
    {
        var data = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Typed
        {
            Features = [i, 1, 2, 3, 4],
            Flag = i % 2 == 0,
            Tiny = (byte)(i % 3),
            Whole = -i % 4,
            Long = i % 2 * 5_000_000_000L,
            Single = i % 3 / 2f,
            Double = i % 2 * 0.1,
            Text = i % 2 == 0 ? "zwölf" : "",
            Day = new DateTime(2026, 1, 1 + (i % 3)),
        }));
        foreach (string column in (string[])["Flag", "Tiny", "Whole", "Long", "Single", "Double", "Text", "Day"])
        {
            var pipeline = _mlContext.Transforms.Conversion.MapValueToKey("Label", column)
                .Append(LinearModel.Trainer(_mlContext, PredictionTask.Multiclass, new() { Epochs = 1 }))
                .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
            var model = pipeline.Fit(data);
            string path = Path.Combine(_folder, $"{column}.zip");
            _mlContext.Model.Save(model, data.Schema, path);

            var loaded = BioLearnModel.Load(new MLContext(), path, out _);

            Assert.Equal(Values(model.Transform(data)), Values(loaded.Transform(data)));
            Assert.Equal(data.Schema[column].Type, loaded.GetOutputSchema(data.Schema)["Predicted"].Type);
        }

        static string[] Values(IDataView view) => [.. view.Preview().ColumnView.Single(c => c.Column.Name == "Predicted").Values.Select(v => v.ToString()!)];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public void File_that_is_cut_off_is_refused_by_name(int length)
    {
        var (_, path) = Save(LinearModel.Trainer(_mlContext, PredictionTask.Multiclass, new() { Epochs = 1 }));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);

        var error = Assert.Throws<InvalidDataException>(() => BioLearnModel.Load(new MLContext(), path, out _));

        Assert.Contains($"'{path}': This is not a whole ML.NET model", error.Message, StringComparison.Ordinal);
    }

    private void CheckDamage(Func<byte[], byte[]> damage, string expected)
    {
        var (_, path) = Save(LinearModel.Trainer(_mlContext, PredictionTask.Multiclass, new() { Epochs = 1 }));
        Rewrite(path, "Weights", damage);

        var error = Assert.Throws<InvalidDataException>(() => BioLearnModel.Load(new MLContext(), path, out _));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("Tests.Linear", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs in the child process.</summary>
    internal static void Score(string how, string path)
    {
        var mlContext = new MLContext();
        var model = how == "register" ? mlContext.UseBioLearn().UseBioLearn().Model.Load(path, out _) : BioLearnModel.Load(mlContext, path, out _);
        Console.Write(Scores(mlContext, model));
    }

    private static string Scores(MLContext mlContext, ITransformer model)
    {
        using var engine = mlContext.Model.CreatePredictionEngine<Animal, AnimalPrediction>(model);
        return string.Join('\n', Animal.Make(9).Select(engine.Predict).Select(p =>
            $"{p.Predicted} {string.Join(' ', p.Score!.Select(s => s.ToString("R", CultureInfo.InvariantCulture)))}"));
    }

    private (ITransformer Model, string Path) Save<TModel>(BioLearnTrainer<TModel> trainer)
        where TModel : class, IPredictionModel<TModel>
    {
        var rows = _mlContext.Data.LoadFromEnumerable(Animal.Make(90));
        var model = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Append(trainer)
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel")).Fit(rows);
        string path = Path.Combine(_folder, "model.zip");
        _mlContext.Model.Save(model, rows.Schema, path);
        return (model, path);
    }

    private static void Rewrite(string zip, string entryName, Func<byte[], byte[]> change)
    {
        using var archive = ZipFile.Open(zip, ZipArchiveMode.Update);
        var entry = archive.Entries.Single(e => e.Name == entryName);
        using var old = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(old);
        string fullName = entry.FullName;
        entry.Delete();
        using var writer = archive.CreateEntry(fullName).Open();
        writer.Write(change(old.ToArray()));
    }

    private sealed class Typed
    {
        [Microsoft.ML.Data.VectorType(5)]
        public float[] Features { get; set; } = [];

        public bool Flag { get; set; }

        public byte Tiny { get; set; }

        public int Whole { get; set; }

        public long Long { get; set; }

        public float Single { get; set; }

        public double Double { get; set; }

        public string Text { get; set; } = "";

        public DateTime Day { get; set; }
    }
}
