using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Measures;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>What the documentation says of the bundled networks, on a bundled photograph.</summary>
public class BundledRecollectionTests
{
    private static readonly RecollectionOptions Plain = new() { Normalization = CurrentNormalization.None, Display = DisplayMode.MinMax };

    [Fact]
    public void With_recorded_switches_the_picture_comes_from_the_switches_whatever_the_cue_and_the_weights()
    {
        using CnnModel model = Load("alexnet"), untrained = model.WithRandomWeights(0);
        RecollectedImage drawn = Recollect(model, Cue.PredictedClass), otherClass = Recollect(model, Cue.ClassUnit((drawn.PredictedClass + 50) % model.Classes));
        Assert.InRange(Edges(drawn), 0.45, 1);
        Assert.InRange(ImageMeasures.Pearson(drawn.ToPicture(), otherClass.ToPicture()), 0.999, 1);
        Assert.InRange(ImageMeasures.Pearson(drawn.ToPicture(), Recollect(model, Cue.Zero).ToPicture()), 0.999, 1);
        Assert.InRange(Edges(Recollect(untrained, Cue.PredictedClass)), 0.45, 1);
        Assert.InRange(Edges(Recollect(model, Cue.PredictedClass, new() { Unpooling = Unpooling.Random })), -0.1, 0.1);
        Assert.InRange(Edges(Recollect(untrained, Cue.PredictedClass, new() { Unpooling = Unpooling.Random })), -0.1, 0.1);
    }

    [Fact]
    public void Without_switches_the_picture_survives_from_the_first_levels_only()
    {
        using CnnModel model = Load("convpool");
        double[] edges = [.. ((int[])[10, 9, 7, 5]).Select(level => Edges(Recollect(model, Cue.Stored(level), Plain)))];
        Assert.InRange(edges[0], 0.8, 1);
        Assert.InRange(edges[1], 0.6, 1);
        Assert.InRange(edges[2], -0.4, 0.4);
        Assert.InRange(edges[3], -0.3, 0.3);
        Assert.InRange(Edges(Recollect(model, Cue.SparseStored(9, 1), Plain)), 0.4, 0.8);
        Assert.InRange(Edges(Recollect(model, Cue.PredictedClass)), -0.2, 0.2);
    }

    [Theory]
    [InlineData("alexnet")]
    [InlineData("convpool")]
    [InlineData("resnet18")]
    public void Picture_has_the_same_bytes_for_any_threads_and_batch(string name)
    {
        using CnnModel model = Load(name);
        float[] image = Input(), flipped = [.. image.Reverse()];
        float[] images = [.. image, .. flipped, .. image];
        foreach (RecollectionOptions options in (RecollectionOptions[])[new(), new() { WinnerTakesAll = true }, RecollectionOptions.DeconvNet])
        {
            using var recollector = new Recollector(model, Cue.PredictedClass, options);
            byte[] alone = recollector.Recollect(image, 1)[0].ToPicture().Rgb;
            Assert.Equal(alone, recollector.Recollect(image, 1, threads: 2)[0].ToPicture().Rgb);
            IReadOnlyList<RecollectedImage> batch = recollector.Recollect(images, 3, threads: 2);
            Assert.Equal(alone, batch[0].ToPicture().Rgb);
            Assert.Equal(alone, batch[2].ToPicture().Rgb);
            Assert.All(batch, recollected => Assert.All(recollected.Values.ToArray(), value => Assert.True(float.IsFinite(value))));
        }
    }

    [Fact]
    public void Residual_network_redraws_the_photograph_from_a_class_unit()
    {
        using CnnModel model = Load("resnet18");
        Assert.InRange(Edges(Recollect(model, Cue.PredictedClass)), 0.2, 1);
        Assert.InRange(Edges(Recollect(model, Cue.PredictedClass, new() { Unpooling = Unpooling.Random })), -0.1, 0.1);
    }

    private static readonly PixelImage Original = new ImagePreprocessing().ResizeAndCrop(ImageFiles.Load(Photo("chelsea.png")));

    private static CnnModel Load(string name) => CnnModel.Load(name, new CnnModelOptions { Provider = ExecutionProvider.Cpu });

    private static float[] Input()
    {
        var preprocessing = new ImagePreprocessing();
        var input = new float[preprocessing.InputLength];
        preprocessing.Normalize(Original, input);
        return input;
    }

    private static RecollectedImage Recollect(CnnModel model, Cue cue, RecollectionOptions? options = null)
    {
        using var recollector = new Recollector(model, cue, options);
        return recollector.Recollect(Input(), 1)[0];
    }

    private static double Edges(RecollectedImage image) => ImageMeasures.EdgeCorrelation(Original, image.ToPicture());

    private static string Photo(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "examples", "data", "photos", name);
            if (File.Exists(path))
                return path;
        }
        throw new FileNotFoundException($"examples/data/photos/{name} is not above the test assembly");
    }
}
