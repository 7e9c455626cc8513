using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Random;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// The gradient family that recollections are compared with, on the same engine. Gradient, DeConvNet and guided backpropagation are variants
/// of a <see cref="Recollector"/> (<see cref="RecollectionOptions.Gradient"/> and its neighbours); here are the methods that do more with a
/// gradient.
/// </summary>
public static class Attribution
{
    /// <summary>Input times gradient: each value of the image times the gradient of the cue there.</summary>
    /// <param name="model">The network.</param>
    /// <param name="images">Preprocessed images one after the other, each channels x height x width.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="cue">What the gradient is of, usually a class unit.</param>
    /// <param name="threads">Threads that may work at once.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static IReadOnlyList<RecollectedImage> InputTimesGradient(
        CnnModel model, ReadOnlyMemory<float> images, int count, Cue cue, int threads = 1, CancellationToken cancellation = default)
    {
        IReadOnlyList<RecollectedImage> gradients = Gradients(model, images, count, cue, threads, cancellation);
        return [.. gradients.Select((gradient, sample) =>
        {
            var product = new float[gradient.Shape.Count];
            TensorPrimitives.Multiply(gradient.Values.Span, images.Span.Slice(sample * product.Length, product.Length), product);
            return gradient.With(gradient.Shape, product);
        })];
    }

    /// <summary>Saliency map (Simonyan et al. 2013): the largest magnitude of the gradient over the channels, one plane.</summary>
    /// <param name="model">The network.</param>
    /// <param name="images">Preprocessed images one after the other, each channels x height x width.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="cue">What the gradient is of, usually a class unit.</param>
    /// <param name="threads">Threads that may work at once.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static IReadOnlyList<RecollectedImage> Saliency(
        CnnModel model, ReadOnlyMemory<float> images, int count, Cue cue, int threads = 1, CancellationToken cancellation = default) =>
        [.. Gradients(model, images, count, cue, threads, cancellation).Select(gradient =>
        {
            TensorShape shape = gradient.Shape;
            var map = new float[shape.PlaneSize];
            for (int c = 0; c < shape.Channels; c++)
                TensorPrimitives.MaxMagnitude(map, gradient.Values.Span.Slice(c * map.Length, map.Length), map);
            TensorPrimitives.Abs(map, map);
            return gradient.With(new TensorShape(1, shape.Height, shape.Width), map, DisplayMode.MinMax);
        })];

    /// <summary>
    /// SmoothGrad (Smilkov et al. 2017): the mean gradient over copies of the image with normal noise. The predicted class, if it is the cue,
    /// is that of the image without noise.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="images">Preprocessed images one after the other, each channels x height x width.</param>
    /// <param name="count">Number of images, at least 1.</param>
    /// <param name="cue">What the gradient is of, usually a class unit.</param>
    /// <param name="copies">Noisy copies, at least 1.</param>
    /// <param name="noise">Standard deviation of the noise as a share of the range of the image's values, 0 or more.</param>
    /// <param name="seed">Seed of the noise; every image gets the same.</param>
    /// <param name="threads">Threads that may work at once.</param>
    /// <param name="cancellation">Stops between images.</param>
    public static IReadOnlyList<RecollectedImage> SmoothGrad(
        CnnModel model, ReadOnlyMemory<float> images, int count, Cue cue, int copies = 25, double noise = 0.15, int seed = 0, int threads = 1,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(copies, 1);
        if (!(noise >= 0 && double.IsFinite(noise)))
            throw new ArgumentOutOfRangeException(nameof(noise), noise, "must be 0 or more");
        using var recollector = new Recollector(model, Fixed(model, images, count, cue, cancellation), RecollectionOptions.Gradient);
        int length = model.InputShape.Count;
        var noisy = new float[images.Length];
        var drawn = new float[length];
        float[][] sums = [.. Enumerable.Range(0, count).Select(_ => new float[length])];
        IReadOnlyList<RecollectedImage> gradients = [];
        for (int copy = 0; copy < copies; copy++)
        {
            new RandomStream(seed, $"smoothgrad/{copy}").FillNormal(drawn.AsSpan(), 0, 1);
            for (int sample = 0; sample < count; sample++)
            {
                ReadOnlySpan<float> image = images.Span.Slice(sample * length, length);
                (float min, float max) = SampleStatistics.Range(image);
                TensorPrimitives.MultiplyAdd(drawn, (float)(noise * (max - min)), image, noisy.AsSpan(sample * length, length));
            }
            gradients = recollector.Recollect(noisy, count, threads, cancellation: cancellation);
            for (int sample = 0; sample < count; sample++)
                TensorPrimitives.MultiplyAdd(gradients[sample].Values.Span, 1f / copies, sums[sample], sums[sample]);
        }
        return [.. sums.Select((sum, sample) => gradients[sample].With(gradients[sample].Shape, sum))];
    }

    private static IReadOnlyList<RecollectedImage> Gradients(
        CnnModel model, ReadOnlyMemory<float> images, int count, Cue cue, int threads, CancellationToken cancellation)
    {
        using var recollector = new Recollector(model, cue, RecollectionOptions.Gradient);
        return recollector.Recollect(images, count, threads, cancellation: cancellation);
    }

    /// <summary>The cue with the predicted class, which noise could change, put in as a vector for each image.</summary>
    private static Cue Fixed(CnnModel model, ReadOnlyMemory<float> images, int count, Cue cue, CancellationToken cancellation)
    {
        if (cue is not PredictedClassCue)
            return cue;
        ForwardTrace trace = model.Forward(images, count, levels: [], switches: false, cancellation);
        var units = new float[count * model.Classes];
        for (int sample = 0; sample < count; sample++)
            units[sample * model.Classes + trace.PredictedClass(sample)] = 1;
        return Cue.Custom(model.Levels[0].TensorName, units);
    }
}
