using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Tests.Graph;

namespace BioLearn.Onnx.Tests.Recollection;

public class AttributionTests
{
    [Fact]
    public void Saliency_is_the_largest_magnitude_over_channels()
    {
        using CnnModel model = Model();
        float[] image = Network.Input(), gradient = Gradient(model, image);
        RecollectedImage map = Attribution.Saliency(model, image, 1, Cue.PredictedClass)[0];
        int plane = model.InputShape.PlaneSize;
        Assert.Equal(1, map.Shape.Channels);
        Assert.Equal([.. Enumerable.Range(0, plane).Select(i => Enumerable.Range(0, 3).Max(c => Math.Abs(gradient[c * plane + i])))], map.Values.ToArray());
        Assert.Equal(map.Shape.Width, map.ToPicture().Width);
    }

    [Fact]
    public void SmoothGrad_without_noise_is_the_gradient_and_with_noise_is_not()
    {
        using CnnModel model = Model();
        float[] image = Network.Input(), gradient = Gradient(model, image);
        Json.AssertClose(gradient, Attribution.SmoothGrad(model, image, 1, Cue.PredictedClass, copies: 3, noise: 0)[0].Values.Span, "no noise");
        float[] noisy = Attribution.SmoothGrad(model, image, 1, Cue.PredictedClass, copies: 3)[0].Values.ToArray();
        Assert.NotEqual(gradient, noisy);
        Assert.Equal(noisy, Attribution.SmoothGrad(model, (float[])[.. image, .. image], 2, Cue.PredictedClass, copies: 3)[1].Values.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => Attribution.SmoothGrad(model, image, 1, Cue.PredictedClass, copies: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Attribution.SmoothGrad(model, image, 1, Cue.PredictedClass, noise: -1));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(6)]
    public void Feature_inversion_finds_an_image_with_nearly_the_same_activation(int level)
    {
        using CnnModel model = Model();
        ForwardTrace trace = model.Forward(Network.Input(), 1);
        var errors = new List<double>();
        var inversion = new FeatureInversion(model, level, new FeatureInversionOptions { VariationWeight = 0.001 });
        RecollectedImage image = inversion.Invert(trace.Activation(model.Levels[level], 0).ToArray(), errors.Add);
        Assert.Equal(model.InputShape, image.Shape);
        Assert.True(errors[^1] < 0.1 * errors[0], $"error {errors[0]:0.000} fell only to {errors[^1]:0.000}");
        Assert.Equal(300, errors.Count);
    }

    [Fact]
    public void Feature_inversion_refuses_what_cannot_be_inverted()
    {
        using CnnModel model = Model();
        var inversion = new FeatureInversion(model, 9);
        Assert.Contains("the activation has 3 values", Assert.Throws<ArgumentException>(() => inversion.Invert(new float[3])).Message, StringComparison.Ordinal);
        Assert.Contains("the activation is zero or not finite", Assert.Throws<ArgumentException>(() => inversion.Invert(new float[model.Levels[9].Shape.Count])).Message, StringComparison.Ordinal);
        Assert.Contains("42", Assert.Throws<ArgumentException>(() => new FeatureInversion(model, 42)).Message, StringComparison.Ordinal);
        foreach (FeatureInversionOptions options in (FeatureInversionOptions[])
            [new() { Iterations = 0 }, new() { LearningRate = 0 }, new() { Momentum = 1 }, new() { Alpha = 1 }, new() { AlphaWeight = -1 }, new() { Beta = 0.5 }, new() { VariationWeight = double.NaN }])
            Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureInversion(model, 9, options));
    }

    private static ReconstructNetwork Network => ReconstructNetwork.Own("mini_alexnet");

    private static CnnModel Model() => ReconstructNetwork.Load(Network.ModelPaths[0]);

    private static float[] Gradient(CnnModel model, float[] image)
    {
        using var recollector = new Recollector(model, Cue.PredictedClass, RecollectionOptions.Gradient);
        return recollector.Recollect(image, 1)[0].Values.ToArray();
    }
}
