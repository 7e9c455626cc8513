using BioLearn.Onnx.Images;
using BioLearn.Onnx.MlNet;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Onnx.Tests.MlNet;

public class CnnActivationsTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Theory]
    [InlineData(1, null, "448")]
    [InlineData(3, null, "256, 6, 6")]
    [InlineData(0, "S0", "101")]
    [InlineData(0, "image", "3, 224, 224")]
    public void Activation_is_the_traces(int number, string? name, string dimensions)
    {
        LevelReference level = name is null ? new(number) : new(name);
        var rows = Examples.Load(_mlContext, "chelsea.png", "rocket.jpg");
        var view = Pipeline(level).Fit(rows).Transform(rows);
        using var model = CnnModel.Load(Examples.AlexNet);

        var trace = model.Forward(Inputs("chelsea.png", "rocket.jpg"), 2);

        Assert.Equal($"Vector<Single, {dimensions}>", view.Schema["Features"].Type.ToString());
        var expected = model.Level(name ?? $"S{number}");
        var found = view.GetColumn<float[]>("Features").ToArray();
        Assert.Equal(trace.Activation(expected, 0).ToArray(), found[0]);
        Assert.Equal(trace.Activation(expected, 1).ToArray(), found[1]);
    }

    [Fact]
    public void Vectors_that_are_the_networks_input_give_what_images_give()
    {
        var rows = Examples.Load(_mlContext, "coffee.png");
        var fromImages = Pipeline(1).Fit(rows).Transform(rows).GetColumn<float[]>("Features").Single();
        float[] missing = Inputs("coffee.png");
        missing[7] = float.NaN;
        var vectors = _mlContext.Data.LoadFromEnumerable([new VectorRow { Input = Inputs("coffee.png") }, new VectorRow { Input = missing }]);

        var features = _mlContext.Transforms.CnnActivations("Features", "Input", Examples.AlexNet).Fit(vectors).Transform(vectors).GetColumn<float[]>("Features").ToArray();

        Assert.Equal(fromImages, features[0]);
        Assert.All(features[1], value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Vectors_of_another_length_and_other_types_are_refused()
    {
        var rows = Examples.Load(_mlContext, "coffee.png");
        var small = _mlContext.Data.LoadFromEnumerable([new RecollectedRow { Vector = new float[5] }], SchemaDefinitionOf(5));

        Assert.Contains(
            "Schema mismatch for input column 'Vector': expected Vector<Single, 150528>, got Vector<Single, 5>",
            Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.CnnActivations("Features", "Vector", Examples.AlexNet).Fit(small)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Schema mismatch for input column 'Path': expected Image, got String",
            Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.CnnActivations("Features", "Path", Examples.AlexNet).Fit(rows)).Message,
            StringComparison.Ordinal);

        static SchemaDefinition SchemaDefinitionOf(int length)
        {
            var definition = SchemaDefinition.Create(typeof(RecollectedRow));
            definition["Vector"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
            return definition;
        }
    }

    [Fact]
    public void Trainer_learns_from_activations_and_cross_validates()
    {
        var crops = Crops(perPhoto: 9, "astronaut.png", "chelsea.png", "coffee.png");
        var pipeline = _mlContext.Transforms.CnnActivations("Features", "Image", Examples.AlexNet, batchSize: 8)
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Label"))
            .Append(_mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));

        var results = _mlContext.MulticlassClassification.CrossValidate(crops, pipeline, numberOfFolds: 3);

        Assert.All(results, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.8, 1));
    }

    [Fact]
    public void Rows_without_an_image_are_left_out_by_the_trainer()
    {
        var rows = Examples.Load(_mlContext, "chelsea.png", "", "grace_hopper.jpg", "rocket.jpg", "astronaut.png");
        var pipeline = Pipeline(1)
            .Append(_mlContext.Transforms.Conversion.MapValueToKey("Label"))
            .Append(_mlContext.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 5));
        var warnings = new List<string>();
        _mlContext.Log += (_, line) =>
        {
            if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(line.RawMessage);
        };

        var labels = pipeline.Fit(rows).Transform(rows).GetColumn<uint>("PredictedLabel").ToArray();

        Assert.Equal(5, labels.Length);
        Assert.Contains(warnings, warning => warning.StartsWith("Skipped 1 instances with missing features", StringComparison.Ordinal));
    }

    private EstimatorChain<CnnActivationsTransformer> Pipeline(LevelReference level)
        => _mlContext.Transforms.LoadImages("Image", Examples.Photos, "Path").Append(_mlContext.Transforms.CnnActivations("Features", "Image", Examples.AlexNet, level));

    private static float[] Inputs(params string[] files)
    {
        var preprocessing = new ImagePreprocessing();
        var inputs = new float[files.Length * preprocessing.InputLength];
        for (int i = 0; i < files.Length; i++)
        {
            using var image = MLImage.CreateFromFile(Path.Combine(Examples.Photos, files[i]));
            preprocessing.Normalize(preprocessing.ResizeAndCrop(Pictures.FromMLImage(image)), inputs.AsSpan(i * preprocessing.InputLength, preprocessing.InputLength));
        }

        return inputs;
    }

    /// <summary>Windows of three quarters of a photo at the places of a grid.</summary>
    private IDataView Crops(int perPhoto, params string[] files)
    {
        var rows = new List<ImageRow>();
        foreach (string file in files)
        {
            using var image = MLImage.CreateFromFile(Path.Combine(Examples.Photos, file));
            var picture = Pictures.FromMLImage(image);
            for (int i = 0; i < perPhoto; i++)
            {
                var crop = picture.Crop(picture.Width / 8 * (i % 3), picture.Height / 8 * (i / 3 % 3), picture.Width * 3 / 4, picture.Height * 3 / 4);
                rows.Add(new ImageRow { Image = Pictures.ToMLImage(crop), Label = file });
            }
        }

        return _mlContext.Data.LoadFromEnumerable(rows);
    }
}
