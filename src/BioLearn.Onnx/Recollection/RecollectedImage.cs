using System.Buffers;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Recollection;

/// <summary>One recollected image: the array that reached the network's input, and how it is shown.</summary>
public sealed class RecollectedImage
{
    private readonly RecollectionOptions _options;
    private readonly bool _populationDeviation;

    internal RecollectedImage(
        TensorShape shape, float[] values, int predictedClass, IReadOnlyList<LevelCurrent> currents, RecollectionOptions options, bool populationDeviation)
    {
        Shape = shape;
        Values = values;
        PredictedClass = predictedClass;
        Currents = currents;
        _options = options;
        _populationDeviation = populationDeviation;
    }

    /// <summary>Channels, rows, columns. In shape mode <see cref="Reversal.ShapeMode.NotebookCrop"/> rows and columns may be fewer than the input's.</summary>
    public TensorShape Shape { get; }

    /// <summary>The array, channel by channel, rows from the top.</summary>
    public ReadOnlyMemory<float> Values { get; }

    /// <summary>The class that the forward pass predicted for the original.</summary>
    public int PredictedClass { get; }

    /// <summary>The currents of the levels on the way, output side first; empty unless they were asked for.</summary>
    public IReadOnlyList<LevelCurrent> Currents { get; }

    /// <summary>Another array for the same original.</summary>
    internal RecollectedImage With(TensorShape shape, float[] values, DisplayMode? display = null) =>
        new(shape, values, PredictedClass, [], _options with { Display = display ?? _options.Display }, _populationDeviation);

    /// <summary>Displayed values by the options' <see cref="RecollectionOptions.Display"/>: 0 is black, 1 white; not clipped unless the display clips.</summary>
    /// <param name="preprocessing">How pictures became the network's input, for <see cref="DisplayMode.ReverseTransform"/>; ImageNet's by default.</param>
    /// <returns>Values in the layout of <see cref="Values"/>.</returns>
    /// <exception cref="ArgumentException">The preprocessing has another number of channels.</exception>
    public float[] Show(ImagePreprocessing? preprocessing = null)
    {
        var shown = new float[Shape.Count];
        Show(preprocessing ?? new ImagePreprocessing(), shown);
        return shown;
    }

    private void Show(ImagePreprocessing preprocessing, Span<float> shown)
    {
        if (_options.Display == DisplayMode.ReverseTransform && preprocessing.Mean.Count != Shape.Channels)
        {
            throw new ArgumentException(
                $"the image has {Shape.Channels} channels and the preprocessing {preprocessing.Mean.Count} means", nameof(preprocessing));
        }
        Display.Show(
            Values.Span, Shape.Channels, _options.Display, _populationDeviation, [.. preprocessing.Mean], [.. preprocessing.StandardDeviation], shown);
    }

    /// <summary>The displayed picture.</summary>
    /// <param name="preprocessing">How pictures became the network's input; ImageNet's by default.</param>
    /// <exception cref="InvalidOperationException">The network's input has neither one nor three channels.</exception>
    public PixelImage ToPicture(ImagePreprocessing? preprocessing = null)
    {
        preprocessing ??= new ImagePreprocessing();
        if (Shape.Channels is not (1 or 3))
            throw new InvalidOperationException($"an array of {Shape.Channels} channels is no picture; 1 or 3 are");
        byte[] pixels = new byte[Shape.Count];
        float[] shown = ArrayPool<float>.Shared.Rent(pixels.Length);
        Show(preprocessing, shown.AsSpan(0, pixels.Length));
        Display.Quantize(shown.AsSpan(0, pixels.Length), Shape.Channels, _options.DisplayOverflow, pixels);
        ArrayPool<float>.Shared.Return(shown);
        if (Shape.Channels == 1)
            pixels = [.. pixels.SelectMany(gray => (byte[])[gray, gray, gray])];
        else if (preprocessing.Channels == ChannelOrder.Bgr)
        {
            for (int i = 0; i < pixels.Length; i += 3)
                (pixels[i], pixels[i + 2]) = (pixels[i + 2], pixels[i]);
        }
        return new PixelImage(Shape.Width, Shape.Height, pixels);
    }
}

/// <summary>The current of one level after normalisation, rectification and sparsity: what enters the next reversed layer.</summary>
public sealed class LevelCurrent
{
    internal LevelCurrent(TraceLevel level, TensorShape shape, float[] values)
    {
        Level = level;
        Shape = shape;
        Values = values;
    }

    /// <summary>The level.</summary>
    public TraceLevel Level { get; }

    /// <summary>Shape of the current; it may be a vector, or cropped, where the recorded activation is not.</summary>
    public TensorShape Shape { get; }

    /// <summary>The values, in the layout of <see cref="Shape"/>.</summary>
    public ReadOnlyMemory<float> Values { get; }
}
