using System.IO.Compression;
using BioLearn.ML;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using Microsoft.ML;

namespace BioLearn.Onnx.Tests.MlNet;

/// <summary>Saved pipelines bring their network along.</summary>
public sealed class FreshProcessTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pipeline_gives_the_same_in_a_fresh_process_without_the_model_file()
    {
        var rows = Rows(_mlContext);
        string modelFile = Path.Combine(_folder, "network.onnx");
        File.Copy(Examples.AlexNet, modelFile);
        var pipeline = RecollectImageTests.Pipeline(_mlContext, options =>
        {
            RecollectImageTests.WithAllColumns(options);
            options.Model = modelFile;
            options.Cue = Cue.SparseStored(3, percent: 20, perChannel: true);
            options.Recollection = RecollectionOptions.GuidedBackpropagation with
            {
                Display = DisplayMode.MinMax,
                Levels = [new("S5") { Normalization = CurrentNormalization.Std, WinnerTakesAll = true }],
            };
            options.Preprocessing = new ImagePreprocessing { ResizeRatio = 256.0 / 224 };
        }).Append(_mlContext.Transforms.CnnActivations("Features", "Image", modelFile, "S4"));
        var model = pipeline.Fit(rows);
        string path = Path.Combine(_folder, "pipeline.zip");
        _mlContext.Model.Save(model, rows.Schema, path);
        File.Delete(modelFile);

        string fresh = ChildProcess.Run("run-pipeline", path);

        Assert.Equal(Describe(_mlContext, model), fresh);
    }

    [Fact]
    public void Damaged_network_is_named()
    {
        string path = SaveActivations();
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            var entry = archive.Entries.Single(e => e.Name == "Model.onnx");
            using var stream = entry.Open();
            stream.Position = 8;
            stream.Write(new byte[4096]);
        }

        var error = Assert.Throws<InvalidDataException>(() => BioLearnModel.Load(new MLContext(), path, out _));

        Assert.Contains("CnnActivations", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Loading_without_UseBioLearn_in_a_context_that_has_never_seen_a_component_fails()
    {
        string path = SaveActivations();

        Exception error = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(path, out _));
        Assert.Contains("BioLearn", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(new MLContext().UseBioLearn().Model.Load(path, out DataViewSchema schema).GetOutputSchema(schema), column => column.Name == "Features");
    }

    /// <summary>Runs in the child process.</summary>
    internal static void Run(string path)
    {
        var mlContext = new MLContext().UseBioLearn();
        Console.Write(Describe(mlContext, mlContext.Model.Load(path, out _)));
    }

    private string SaveActivations()
    {
        var rows = Rows(_mlContext);
        var model = _mlContext.Transforms.LoadImages("Image", Examples.Photos, "Path")
            .Append(_mlContext.Transforms.CnnActivations("Features", "Image", Examples.AlexNet)).Fit(rows);
        string path = Path.Combine(_folder, "activations.zip");
        _mlContext.Model.Save(model, rows.Schema, path);
        return path;
    }

    private static IDataView Rows(MLContext mlContext) => Examples.Load(mlContext, "astronaut.png", "rocket.jpg");

    private static string Describe(MLContext mlContext, ITransformer model)
    {
        var view = model.Transform(Rows(mlContext));
        return string.Join('\n', RecollectImageTests.Describe(view))
            + string.Join('\n', Microsoft.ML.Data.ColumnCursorExtensions.GetColumn<float[]>(view, "Features").Select(features => $"{features.Length} {features.Sum():R}"));
    }
}
