using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;
using BioLearn.Onnx.MlNet;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Onnx.Tests.MlNet;

public sealed class RecollectImageTests : IDisposable
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-recollect-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Network_with_weights_beside_its_file_is_saved_with_them()
    {
        string path = Path.Combine(_folder, "net.onnx"), weights = Path.Combine(_folder, "net.data");
        File.WriteAllBytes(path, WithWeightsBeside(Examples.AlexNet, weights));
        ImagePreprocessing preprocessing = CnnModel.Load(Examples.AlexNet).Card.Preprocessing;
        var rows = Examples.Load(_mlContext, "coffee.png");
        byte[] expected = First(Pipeline(o => o.Model = Examples.AlexNet).Fit(rows).Transform(rows));
        var fitted = Pipeline(o => (o.Model, o.Preprocessing) = (path, preprocessing)).Fit(rows);
        _mlContext.Model.Save(fitted, rows.Schema, Path.Combine(_folder, "pipeline.zip"));
        File.Delete(path);
        File.Delete(weights);
        Assert.Equal(expected, First(_mlContext.Model.Load(Path.Combine(_folder, "pipeline.zip"), out _).Transform(rows)));

        byte[] First(IDataView recollected) => recollected.GetColumn<MLImage>("Recollection").First().Pixels.ToArray();
    }

    private static byte[] WithWeightsBeside(string model, string weights)
    {
        var file = BioLearn.Onnx.Graph.Wire.ModelProto.Parser.ParseFrom(File.ReadAllBytes(model));
        using var beside = File.Create(weights);
        foreach (var tensor in file.Graph.Initializer.Where(tensor => tensor.HasRawData))
        {
            tensor.ExternalData.Add([new() { Key = "location", Value = Path.GetFileName(weights) }, new() { Key = "offset", Value = $"{beside.Position}" }, new() { Key = "length", Value = $"{tensor.RawData.Length}" }]);
            tensor.RawData.WriteTo(beside);
            tensor.ClearRawData();
            tensor.DataLocation = 1;
        }
        return Google.Protobuf.MessageExtensions.ToByteArray(file);
    }

    [Fact]
    public void Saved_pictures_equal_those_of_the_recollector()
    {
        var options = new RecollectionOptions { Normalization = CurrentNormalization.RescaleStd };
        var rows = Examples.Load(_mlContext, "astronaut.png", "coffee.png");
        var recollected = Pipeline(o => o.Recollection = options).Fit(rows).Transform(rows);

        int number = 0;
        foreach (var image in recollected.GetColumn<MLImage>("Recollection"))
            image.Save(Path.Combine(_folder, $"{number++}.png"));

        using var model = CnnModel.Load(Examples.AlexNet);
        using var recollector = new Recollector(model, Cue.PredictedClass, options);
        string[] files = ["astronaut.png", "coffee.png"];
        for (int i = 0; i < files.Length; i++)
        {
            var expected = Recollect(model, recollector, Read(Path.Combine(Examples.Photos, files[i])), out _);
            Assert.Equal(expected.ToPicture().Rgb, Read(Path.Combine(_folder, $"{i}.png")).Rgb);
        }
    }

    [Fact]
    public void Columns_on_request_hold_array_measures_and_class()
    {
        var rows = Examples.Load(_mlContext, "rocket.jpg");
        var view = Pipeline(WithAllColumns).Fit(rows).Transform(rows);
        using var model = CnnModel.Load(Examples.AlexNet);
        using var recollector = new Recollector(model, Cue.PredictedClass);
        using var image = MLImage.CreateFromFile(Path.Combine(Examples.Photos, "rocket.jpg")); // the very pixels that ML.NET's decoder gives
        var original = new ImagePreprocessing().ResizeAndCrop(Pictures.FromMLImage(image));

        var expected = Recollect(model, recollector, Pictures.FromMLImage(image), out int predicted);

        var quality = ImageMeasures.Compare(original, expected.ToPicture());
        Assert.Equal(expected.Values.ToArray(), view.GetColumn<float[]>("Vector").Single());
        Assert.Equal((float)quality.EdgeCorrelation, view.GetColumn<float>("E").Single());
        Assert.Equal((float)quality.Pearson, view.GetColumn<float>("Pearson").Single());
        Assert.Equal((float)quality.Ssim, view.GetColumn<float>("Ssim").Single());
        Assert.Equal((uint)predicted + 1, view.GetColumn<uint>("Class").Single());
        var named = _mlContext.Transforms.Conversion.MapKeyToValue("Name", "Class").Fit(view).Transform(view);
        Assert.Equal(model.Card.ClassName(predicted), named.GetColumn<string>("Name").Single());
        Assert.Equal("Vector<Single, 3, 224, 224>", view.Schema["Vector"].Type.ToString());
    }

    [Fact]
    public void Class_names_become_the_values_of_the_key()
    {
        string[] names = [.. Enumerable.Range(0, 101).Select(i => $"class {i}")];
        var rows = Examples.Load(_mlContext, "rocket.jpg");
        var pipeline = Pipeline(o =>
        {
            o.PredictedClassColumnName = "Class";
            o.ClassNames = names;
        }).Append(_mlContext.Transforms.Conversion.MapKeyToValue("Name", "Class"));

        var view = pipeline.Fit(rows).Transform(rows);

        Assert.Equal(names[view.GetColumn<uint>("Class").Single() - 1], view.GetColumn<string>("Name").Single());
        Assert.Contains("ClassNames", Assert.Throws<ArgumentException>(() => Pipeline(o => o.ClassNames = ["one"])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    [InlineData(16, 2)]
    public void Batches_and_threads_change_nothing(int batchSize, int threads)
    {
        var rows = Examples.Load(_mlContext);
        string[] Read(int batch, int threadCount)
        {
            var view = Pipeline(o =>
            {
                WithAllColumns(o);
                o.BatchSize = batch;
                o.NumberOfThreads = threadCount;
            }).Fit(rows).Transform(rows);
            return [.. Describe(view)];
        }

        var expected = Read(3, 1);

        Assert.Equal(6, expected.Length);
        Assert.Equal(expected, Read(batchSize, threads));
    }

    [Fact]
    public void PredictionEngine_gives_what_the_pipeline_gives()
    {
        var rows = Examples.Load(_mlContext, "astronaut.png", "rocket.jpg");
        var model = Pipeline(WithAllColumns).Fit(rows);
        var view = model.Transform(rows);
        var vectors = view.GetColumn<float[]>("Vector").ToArray();
        var measures = view.GetColumn<float>("E").ToArray();
        using var engine = _mlContext.Model.CreatePredictionEngine<PhotoRow, RecollectedRow>(model);

        var first = engine.Predict(new PhotoRow { Path = "astronaut.png" });
        var second = engine.Predict(new PhotoRow { Path = "rocket.jpg" });

        Assert.Equal(vectors[0], first.Vector);
        Assert.Equal(vectors[1], second.Vector);
        Assert.Equal((measures[0], measures[1]), (first.E, second.E));
    }

    [Fact]
    public void Missing_image_gives_missing_outputs_and_its_neighbours_are_unharmed()
    {
        var rows = Examples.Load(_mlContext, "astronaut.png", "", "rocket.jpg", "");
        var view = Pipeline(WithAllColumns).Fit(rows).Transform(rows);

        Assert.Equal([false, true, false, true], view.GetColumn<MLImage>("Recollection").Select(image => image is null));
        Assert.Equal([false, true, false, true], view.GetColumn<float>("E").Select(float.IsNaN));
        Assert.Equal([false, true, false, true], view.GetColumn<float>("Ssim").Select(float.IsNaN));
        Assert.Equal([false, true, false, true], view.GetColumn<uint>("Class").Select(key => key == 0));
        Assert.Equal([false, true, false, true], view.GetColumn<float[]>("Vector").Select(vector => vector.All(float.IsNaN)));
        var alone = Examples.Load(_mlContext, "rocket.jpg");
        Assert.Equal(Pipeline(WithAllColumns).Fit(alone).Transform(alone).GetColumn<float>("E").Single(), view.GetColumn<float>("E").ElementAt(2));
    }

    [Fact]
    public void Missing_image_behind_ResizeImages_is_missing_too()
    {
        var rows = Examples.Load(_mlContext, "astronaut.png", "", "", "rocket.jpg");
        var pipeline = _mlContext.Transforms.LoadImages("Loaded", Examples.Photos, "Path")
            .Append(_mlContext.Transforms.ResizeImages("Image", 256, 256, "Loaded"))
            .Append(_mlContext.Transforms.RecollectImage(new RecollectionEstimator.Options
            {
                OutputColumnName = "Recollection",
                InputColumnName = "Image",
                Model = Examples.AlexNet,
                EdgeCorrelationColumnName = "E",
            }));

        var view = pipeline.Fit(rows).Transform(rows);

        Assert.Equal([false, true, true, false], view.GetColumn<float>("E").Select(float.IsNaN));
    }

    [Fact]
    public void Recollections_go_on_through_MlNets_image_transforms()
    {
        var rows = Examples.Load(_mlContext, "astronaut.png", "coffee.png", "rocket.jpg");
        var pipeline = Pipeline(_ => { })
            .Append(_mlContext.Transforms.ResizeImages("Small", 32, 32, "Recollection"))
            .Append(_mlContext.Transforms.ExtractPixels("Pixels", "Small"))
            .Append(_mlContext.Transforms.ResizeImages("SmallOriginal", 32, 32, "Image"))
            .Append(_mlContext.Transforms.ExtractPixels("OriginalPixels", "SmallOriginal"));

        var view = pipeline.Fit(rows).Transform(rows);

        var pixels = view.GetColumn<float[]>("Pixels").ToArray();
        Assert.Equal([3 * 32 * 32, 3 * 32 * 32, 3 * 32 * 32], pixels.Select(p => p.Length));
        Assert.NotEqual(pixels[0], pixels[2]);
        // The original passes a cursor that has read ahead of it, and comes out the same as if it had not.
        var direct = _mlContext.Transforms.LoadImages("Image", Examples.Photos, "Path")
            .Append(_mlContext.Transforms.ResizeImages("SmallOriginal", 32, 32, "Image"))
            .Append(_mlContext.Transforms.ExtractPixels("OriginalPixels", "SmallOriginal")).Fit(rows).Transform(rows);
        Assert.Equal(direct.GetColumn<float[]>("OriginalPixels"), view.GetColumn<float[]>("OriginalPixels"));
    }

    [Fact]
    public void Only_the_predicted_class_needs_no_reversal()
    {
        var rows = Examples.Load(_mlContext, "astronaut.png", "rocket.jpg");
        var view = Pipeline(WithAllColumns).Fit(rows).Transform(rows);

        var alone = _mlContext.Transforms.SelectColumns("Class").Fit(view).Transform(view);

        Assert.Equal(view.GetColumn<uint>("Class"), alone.GetColumn<uint>("Class"));
        using var cursor = view.GetRowCursor([view.Schema["Class"]]);
        Assert.False(cursor.IsColumnActive(view.Schema["Recollection"]));
    }

    [Fact]
    public void Cancellation_stops_between_batches()
    {
        using var source = new CancellationTokenSource();
        var rows = Examples.Load(_mlContext);
        var view = Pipeline(o =>
        {
            o.BatchSize = 2;
            o.CancellationToken = source.Token;
        }).Fit(rows).Transform(rows);
        int seen = 0;

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (var image in view.GetColumn<MLImage>("Recollection"))
            {
                if (++seen == 2)
                    source.Cancel();
            }
        });

        Assert.Equal(2, seen);
    }

    [Fact]
    public void Wrong_columns_are_refused_in_MlNets_words()
    {
        var rows = Examples.Load(_mlContext);
        var ours = Pipeline(o => o.InputColumnName = "Path");
        var theirs = _mlContext.Transforms.ExtractPixels("Pixels", "Path");

        var expected = Assert.Throws<ArgumentOutOfRangeException>(() => theirs.Fit(rows));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ours.Fit(rows));
        var missing = Assert.Throws<ArgumentOutOfRangeException>(() => Pipeline(o => o.InputColumnName = "Nothing").Fit(rows));

        Assert.Contains("Schema mismatch for input column 'Path': expected ", expected.Message, StringComparison.Ordinal);
        Assert.Equal(Words(expected), Words(error), ignoreCase: true); // ExtractPixels writes "image", others the type's name, "Image"
        Assert.Contains("Could not find input column 'Nothing'", missing.Message, StringComparison.Ordinal);

        static string Words(Exception error) => error.Message[..error.Message.IndexOf('(', StringComparison.Ordinal)];
    }

    [Fact]
    public void Wrong_options_are_refused_when_the_estimator_is_made()
    {
        Assert.Throws<FileNotFoundException>(() => Pipeline(o => o.Model = "nothing.onnx"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pipeline(o => o.BatchSize = 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Pipeline(o => o.NumberOfThreads = 0));
        Assert.Contains("level", Assert.Throws<ArgumentException>(() => Pipeline(o => o.Cue = Cue.Stored(99))).Message, StringComparison.Ordinal);
        Assert.Contains("'E'", Assert.Throws<ArgumentException>(() => Pipeline(o => (o.PearsonColumnName, o.SsimColumnName) = ("E", "E"))).Message, StringComparison.Ordinal);
        Assert.Contains(
            "1x224x224", Assert.Throws<ArgumentException>(() => Pipeline(o => o.Preprocessing = new() { Channels = ChannelOrder.Gray, Mean = [0], StandardDeviation = [1] })).Message, StringComparison.Ordinal);
        Assert.Contains("Preprocessing", Assert.Throws<ArgumentException>(() => Pipeline(o => o.Preprocessing = new() { Width = 100 })).Message, StringComparison.Ordinal);
        string damaged = Path.Combine(_folder, "damaged.onnx");
        File.WriteAllBytes(damaged, File.ReadAllBytes(Examples.AlexNet)[..100_000]);
        Assert.Contains(damaged, Assert.Throws<BioLearn.Onnx.Graph.OnnxModelException>(() => Pipeline(o => o.Model = damaged)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gpu_that_is_not_there_is_refused_or_replaced_by_the_CPU()
    {
        if (Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
            return;
        var rows = Examples.Load(_mlContext, "rocket.jpg");
        IDataView With(bool fallback) => Pipeline(o =>
        {
            o.GpuDeviceId = 0;
            o.FallbackToCpu = fallback;
            o.EdgeCorrelationColumnName = "E";
        }).Fit(rows).Transform(rows);

        Assert.Throws<NotSupportedException>(() => With(fallback: false).GetColumn<float>("E").Single());
        Assert.InRange(With(fallback: true).GetColumn<float>("E").Single(), 0.1f, 1);
    }

    internal static IEnumerable<string> Describe(IDataView view)
    {
        using var cursor = view.GetRowCursor(view.Schema);
        var path = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Path"]);
        var image = cursor.GetGetter<MLImage>(view.Schema["Recollection"]);
        var original = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        var vector = cursor.GetGetter<VBuffer<float>>(view.Schema["Vector"]);
        var e = cursor.GetGetter<float>(view.Schema["E"]);
        var predicted = cursor.GetGetter<uint>(view.Schema["Class"]);
        ReadOnlyMemory<char> name = default;
        MLImage picture = null!, source = null!;
        VBuffer<float> values = default;
        float measure = 0;
        uint key = 0;
        while (cursor.MoveNext())
        {
            path(ref name);
            image(ref picture);
            original(ref source);
            vector(ref values);
            e(ref measure);
            predicted(ref key);
            yield return $"{name} {source.Width}x{source.Height}:{Hash(source.Pixels)} {Hash(picture.Pixels)} {Hash(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.GetValues()))} {measure:R} {key}";
        }
    }

    internal static void WithAllColumns(RecollectionEstimator.Options options)
    {
        options.VectorColumnName = "Vector";
        options.EdgeCorrelationColumnName = "E";
        options.PearsonColumnName = "Pearson";
        options.SsimColumnName = "Ssim";
        options.PredictedClassColumnName = "Class";
    }

    internal static EstimatorChain<RecollectionTransformer> Pipeline(MLContext mlContext, Action<RecollectionEstimator.Options> set)
    {
        var options = new RecollectionEstimator.Options { OutputColumnName = "Recollection", InputColumnName = "Image", Model = Examples.AlexNet, BatchSize = 4 };
        set(options);
        return mlContext.Transforms.LoadImages("Image", Examples.Photos, "Path").Append(mlContext.Transforms.RecollectImage(options));
    }

    private EstimatorChain<RecollectionTransformer> Pipeline(Action<RecollectionEstimator.Options> set) => Pipeline(_mlContext, set);

    private static PixelImage Read(string path) => ImageFiles.Codec.Decode(File.ReadAllBytes(path), path);

    private static RecollectedImage Recollect(CnnModel model, Recollector recollector, PixelImage picture, out int predicted)
    {
        var preprocessing = new ImagePreprocessing();
        var input = new float[preprocessing.InputLength];
        preprocessing.Normalize(preprocessing.ResizeAndCrop(picture), input);
        var trace = model.Forward(input, 1);
        predicted = trace.PredictedClass(0);
        return recollector.Recollect(trace)[0];
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))[..12];
}
