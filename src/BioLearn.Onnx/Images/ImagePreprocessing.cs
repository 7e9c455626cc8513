using BioLearn.Kernels.Images;

namespace BioLearn.Onnx.Images;

/// <summary>Order of the colour planes that a network expects.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red: networks that came from Caffe.</summary>
    Bgr,

    /// <summary>One plane of luma.</summary>
    Gray,
}

/// <summary>
/// From a picture to a network's input: resize until the shorter side fits (bilinear, antialiased, 8-bit, as Pillow), crop the centre, then
/// (pixel / <see cref="Divisor"/> - mean) / standard deviation per channel, planes first. The defaults are torchvision's for ImageNet networks.
/// </summary>
public sealed record ImagePreprocessing
{
    /// <summary>Columns of the network's input.</summary>
    public int Width { get; init; } = 224;

    /// <summary>Rows of the network's input.</summary>
    public int Height { get; init; } = 224;

    /// <summary>
    /// How much larger than the input the picture is resized before the crop, 1 or more: 1 keeps all of the shorter side; 256/224 is torchvision's
    /// classification preset.
    /// </summary>
    public double ResizeRatio { get; init; } = 1;

    /// <summary>Colour planes, in order.</summary>
    public ChannelOrder Channels { get; init; } = ChannelOrder.Rgb;

    /// <summary>What 8-bit pixels are divided by first: 255, or 1 for networks that take 0..255.</summary>
    public float Divisor { get; init; } = 255;

    /// <summary>Subtracted per channel, in the order of <see cref="Channels"/>.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0.485f, 0.456f, 0.406f];

    /// <summary>Divided by per channel, in the order of <see cref="Channels"/>.</summary>
    public IReadOnlyList<float> StandardDeviation { get; init; } = [0.229f, 0.224f, 0.225f];

    /// <summary>Number of colour planes.</summary>
    public int ChannelCount => Channels == ChannelOrder.Gray ? 1 : 3;

    /// <summary>Length of one input, planes x rows x columns.</summary>
    public int InputLength => ChannelCount * Height * Width;

    /// <summary>The part of the picture that the network sees, at its size: the original that recollections are compared with.</summary>
    /// <param name="image">A picture of any size.</param>
    public PixelImage ResizeAndCrop(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Validate();
        int coverWidth = (int)Math.Round(Width * ResizeRatio), coverHeight = (int)Math.Round(Height * ResizeRatio);
        long width = coverWidth, height = coverHeight;
        if ((long)image.Width * coverHeight <= (long)image.Height * coverWidth)
            height = (long)coverWidth * image.Height / image.Width;
        else
            width = (long)coverHeight * image.Width / image.Height;

        // Halves round to even, as Python's round does.
        var window = new PixelWindow((long)Math.Round((width - Width) / 2.0), (long)Math.Round((height - Height) / 2.0), Width, Height);
        return ImageResampler.ResizeAndCrop(image, width, height, window, ResampleFilter.Bilinear);
    }

    /// <summary>Writes the input values of a picture that already has the network's size.</summary>
    /// <param name="image">Height x width pixels.</param>
    /// <param name="input">Planes x rows x columns.</param>
    /// <exception cref="ArgumentException">Other sizes.</exception>
    public void Normalize(PixelImage image, Span<float> input)
    {
        ArgumentNullException.ThrowIfNull(image);
        Validate();
        if (image.Width != Width || image.Height != Height)
            throw new ArgumentException($"expected {Width} x {Height} pixels, found {image.Width} x {image.Height}", nameof(image));
        if (input.Length != InputLength)
            throw new ArgumentException($"expected {ChannelCount} x {Height} x {Width} = {InputLength} values, found {input.Length}", nameof(input));

        var planes = Channels == ChannelOrder.Gray ? image.ToGray() : image.Rgb;
        var area = Width * Height;
        Span<float> values = stackalloc float[256];
        for (var c = 0; c < ChannelCount; c++)
        {
            // 256 possible values, each computed in the order of torchvision's ToTensor and Normalize.
            for (var p = 0; p < 256; p++)
                values[p] = (p / Divisor - Mean[c]) / StandardDeviation[c];
            var plane = input.Slice(c * area, area);
            var channel = Channels == ChannelOrder.Bgr ? 2 - c : c;
            for (int i = 0, p = channel; i < plane.Length; i++, p += ChannelCount)
                plane[i] = values[planes[p]];
        }
    }

    private void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 1);
        if (!(ResizeRatio >= 1 && ResizeRatio <= 16))
            throw new ArgumentOutOfRangeException(nameof(ResizeRatio), ResizeRatio, "must lie between 1 and 16");
        if (!(Divisor > 0))
            throw new ArgumentOutOfRangeException(nameof(Divisor), Divisor, "must be above 0");
        if (Mean.Count != ChannelCount)
            throw new ArgumentException($"expected {ChannelCount} values, found {Mean.Count}", nameof(Mean));
        if (StandardDeviation.Count != ChannelCount)
            throw new ArgumentException($"expected {ChannelCount} values, found {StandardDeviation.Count}", nameof(StandardDeviation));
    }
}
