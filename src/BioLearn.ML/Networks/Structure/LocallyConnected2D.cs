using System.Numerics;
using BioLearn.Kernels.Convolution;
using LocalKernel = BioLearn.Kernels.Convolution.LocallyConnected2D;

namespace BioLearn.ML.Networks;

/// <summary>
/// Locally connected units: each reads a window of the picture as a unit of a convolution does, but through weights and a bias of its own, which no other place
/// shares (Bartunov et al. 2018): a_oij = Σ W_oijcuv h_c(i·s+u−p)(j·s+v−p) + b_oij, φ(a).
/// </summary>
/// <remarks>Weights [channels · height · width of the output, input channels · kernel²]: a row a unit.</remarks>
/// <param name="Channels">Output channels, units at a place; at least 1.</param>
/// <param name="KernelSize">Side of the square window; at least 1.</param>
/// <param name="Stride">Step between neighbouring windows; at least 1.</param>
/// <param name="Padding">Zeros added at every side; at least 0, less than the window.</param>
public sealed record LocallyConnected2D(int Channels, int KernelSize, int Stride = 1, int Padding = 0) : LayerSpec
{
    /// <summary>Locally connected units with an activation.</summary>
    /// <param name="channels">Output channels, units at a place; at least 1.</param>
    /// <param name="kernelSize">Side of the square window; at least 1.</param>
    /// <param name="stride">Step between neighbouring windows; at least 1.</param>
    /// <param name="padding">Zeros added at every side; at least 0, less than the window.</param>
    /// <param name="activation">Activation of the units.</param>
    public LocallyConnected2D(int channels, int kernelSize, int stride, int padding, Activation activation)
        : this(channels, kernelSize, stride, padding) => Activation = activation;

    /// <summary>Activation of the units. Default: ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>Whether units have biases. Default: yes.</summary>
    public bool Bias { get; init; } = true;

    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input)
    {
        Require(Channels >= 1, $"Channels is {Channels}; it must be at least 1");
        Require(KernelSize >= 1, $"KernelSize is {KernelSize}; it must be at least 1");
        Require(Stride >= 1, $"Stride is {Stride}; it must be at least 1");
        Require(Padding >= 0 && Padding < KernelSize, $"Padding is {Padding}; it must be in 0..KernelSize-1");
        Require(
            input.Height + (2 * Padding) >= KernelSize && input.Width + (2 * Padding) >= KernelSize,
            $"a window of {KernelSize} with padding {Padding} does not fit an input of {input.PictureText}");
        return new LayerParts { Synapses = new LocalSynapses(input, this), Activation = Activation };
    }
}

/// <summary>Weights [units, input channels · kernel²].</summary>
internal sealed class LocalSynapses : Synapses
{
    private static readonly long[] PlacesFirst = [1, 0, 2], PlacesLast = [1, 2, 0];

    private readonly LocallyConnected2D _spec;

    public LocalSynapses(TensorShape input, LocallyConnected2D spec)
        : base("locally connected", input, UnitsOf(input, spec), UnitsOf(input, spec).Size, input.Channels * spec.KernelSize * spec.KernelSize)
    {
        _spec = spec;
        FanOut = spec.Channels * spec.KernelSize * spec.KernelSize;
        if (!spec.Bias)
            Biases = 0;
        Shape = new ConvolutionShape
        {
            Channels = input.Channels,
            Height = input.Height,
            Width = input.Width,
            Filters = spec.Channels,
            OutputHeight = Units.Height,
            OutputWidth = Units.Width,
            KernelHeight = spec.KernelSize,
            KernelWidth = spec.KernelSize,
            StrideY = spec.Stride,
            StrideX = spec.Stride,
            PadTop = spec.Padding,
            PadLeft = spec.Padding,
        };
    }

    public ConvolutionShape Shape { get; }

    public override IReadOnlyList<int> WeightShape => [Units.Channels, Units.Height, Units.Width, Input.Channels, _spec.KernelSize, _spec.KernelSize];

    public override SynapticMap<T> CreateMap<T>(int capacity, int threads) => new LocalMap<T>(Shape, threads);

    /// <summary>Windows gathered from the flat picture, and a product a place.</summary>
    public override string WriteOnnx(IOnnxNodes writer, string input, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases)
    {
        int area = Units.Height * Units.Width, filters = Units.Channels;
        string image = Input.IsVector ? writer.Node("Reshape", [input, writer.Integers(0, Input.Channels, 1, 1)]) : input;
        long side = _spec.Padding;
        if (side > 0)
            image = writer.Node("Pad", [image, writer.Integers(0, 0, side, side, 0, 0, side, side)]);
        string windows = writer.Node("Gather", [writer.Node("Flatten", [image], ("axis", 1L)), writer.Integers(Pixels())], ("axis", 1L));
        string places = writer.Node("Transpose", [writer.Node("Reshape", [windows, writer.Integers(0, area, Columns)])], ("perm", PlacesFirst));
        // [places, taps, filters], from rows that begin with the filter.
        float[] turned = new float[weights.Length];
        for (int row = 0; row < Rows; row++)
        {
            for (int tap = 0; tap < Columns; tap++)
                turned[((((row % area) * Columns) + tap) * filters) + (row / area)] = weights[(row * Columns) + tap];
        }
        string sums = writer.Node("Transpose", [writer.Node("MatMul", [places, writer.Constant("W", turned, area, Columns, filters)])], ("perm", PlacesLast));
        string units = writer.Node("Reshape", [sums, Units.IsVector ? writer.Integers(0, Units.Size) : writer.Integers(0, filters, Units.Height, Units.Width)]);
        return biases.IsEmpty ? units : writer.Node("Add", [units, Units.IsVector ? writer.Constant("b", biases, Units.Size) : writer.Constant("b", biases, filters, Units.Height, Units.Width)]);
    }

    /// <summary>Where in the padded, flat picture each place's taps lie.</summary>
    private long[] Pixels()
    {
        int kernel = _spec.KernelSize, height = Input.Height + (2 * _spec.Padding), width = Input.Width + (2 * _spec.Padding);
        return
        [
            .. from i in Enumerable.Range(0, Units.Height)
               from j in Enumerable.Range(0, Units.Width)
               from c in Enumerable.Range(0, Input.Channels)
               from u in Enumerable.Range(0, kernel)
               from v in Enumerable.Range(0, kernel)
               select ((((long)c * height) + (i * _spec.Stride) + u) * width) + (j * _spec.Stride) + v,
        ];
    }

    private static TensorShape UnitsOf(TensorShape input, LocallyConnected2D spec) => new(
        spec.Channels,
        ((input.Height + (2 * spec.Padding) - spec.KernelSize) / spec.Stride) + 1,
        ((input.Width + (2 * spec.Padding) - spec.KernelSize) / spec.Stride) + 1);
}

/// <summary>The kernel, its adjoint and its weight gradient.</summary>
internal sealed class LocalMap<T>(ConvolutionShape shape, int threads) : SynapticMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override void Up(Parameter<T> weights, Parameter<T> biases, Signal<T> x, Signal<T> a, bool learning) =>
        LocalKernel.Forward<T>(shape, x.Batch, x.Span, weights.Numbers, biases.Numbers, a.Span, threads);

    public override void Down(Parameter<T> feedback, Signal<T> above, Signal<T> below) =>
        LocalKernel.Adjoint<T>(shape, above.Batch, above.Span, feedback.Numbers, below.Span, threads);

    public override void Meet(Signal<T> post, Signal<T> pre, T coefficient, Span<T> into, T keep) =>
        LocalKernel.WeightGradient(shape, post.Batch, pre.Span, post.Span, coefficient, into, keep, threads);
}
