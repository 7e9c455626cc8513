using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Tensors;
using ConvolutionKernel = BioLearn.Kernels.Convolution.Convolution2D;

namespace BioLearn.ML.Networks;

/// <summary>Two-dimensional convolution (cross-correlation, weights shared over space): a = W * h + b, φ(a).</summary>
/// <param name="Channels">Output channels; at least 1, a multiple of <see cref="Groups"/>.</param>
/// <param name="KernelSize">Side of the square kernel; at least 1.</param>
/// <param name="Stride">Step between neighbouring outputs; at least 1.</param>
/// <param name="Padding">Zeros added at every side; at least 0, less than the extent of the kernel.</param>
public sealed record Convolution2D(int Channels, int KernelSize, int Stride = 1, int Padding = 0) : LayerSpec
{
    /// <summary>A convolution with an activation.</summary>
    /// <param name="channels">Output channels; at least 1.</param>
    /// <param name="kernelSize">Side of the square kernel; at least 1.</param>
    /// <param name="stride">Step between neighbouring outputs; at least 1.</param>
    /// <param name="padding">Zeros added at every side; at least 0, less than the extent of the kernel.</param>
    /// <param name="activation">Activation of the units.</param>
    public Convolution2D(int channels, int kernelSize, int stride, int padding, Activation activation)
        : this(channels, kernelSize, stride, padding) => Activation = activation;

    /// <summary>Activation of the units. Default: ReLU.</summary>
    public Activation Activation { get; init; } = Activation.ReLU;

    /// <summary>Whether channels have biases. Default: yes.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Independent groups of channels, a divisor of the input's and the output's; as many as the input has channels for a depthwise convolution. Default: 1.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Distance between taps of the kernel; at least 1. Default: 1.</summary>
    public int Dilation { get; init; } = 1;

    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input)
    {
        Require(Channels >= 1, $"Channels is {Channels}; it must be at least 1");
        Require(KernelSize >= 1, $"KernelSize is {KernelSize}; it must be at least 1");
        Require(Stride >= 1, $"Stride is {Stride}; it must be at least 1");
        Require(Dilation >= 1, $"Dilation is {Dilation}; it must be at least 1");
        Require(Groups >= 1 && Channels % Groups == 0 && input.Channels % Groups == 0, $"Groups is {Groups}; it must divide the {input.Channels} channels of the input and the {Channels} of the output");
        int extent = ((KernelSize - 1) * Dilation) + 1;
        Require(Padding >= 0 && Padding < extent, Dilation == 1 ? $"Padding is {Padding}; it must be in 0..KernelSize-1" : $"Padding is {Padding}; it must be in 0..{extent - 1}");
        Require(
            input.Height + (2 * Padding) >= extent && input.Width + (2 * Padding) >= extent,
            $"a kernel of {KernelSize} with padding {Padding} does not fit an input of {input.PictureText}");
        return new LayerParts { Synapses = new ConvolutionSynapses(input, this, extent), Activation = Activation };
    }
}

/// <summary>Weights [channels, input channels / groups · kernel²].</summary>
internal sealed class ConvolutionSynapses : Synapses
{
    private readonly Convolution2D _spec;

    public ConvolutionSynapses(TensorShape input, Convolution2D spec, int extent)
        : base("convolution", input, UnitsOf(input, spec, extent), spec.Channels, input.Channels / spec.Groups * spec.KernelSize * spec.KernelSize)
    {
        _spec = spec;
        FanOut = spec.Channels / spec.Groups * spec.KernelSize * spec.KernelSize;
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
            DilationY = spec.Dilation,
            DilationX = spec.Dilation,
            Groups = spec.Groups,
        };
    }

    public ConvolutionShape Shape { get; }

    public override IReadOnlyList<int> WeightShape => [Rows, Input.Channels / _spec.Groups, _spec.KernelSize, _spec.KernelSize];

    public override SynapticMap<T> CreateMap<T>(int capacity, int threads) => new ConvolutionMap<T>(this, threads);

    public override string WriteOnnx(IOnnxNodes writer, string input, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases)
    {
        List<string> inputs = [input, writer.Constant("W", weights, [.. WeightShape])];
        if (!biases.IsEmpty)
            inputs.Add(writer.Constant("b", biases, Rows));
        return OnnxWindow.Node(writer, "Conv", inputs, Input, Units, [.. OnnxWindow.Attributes(_spec.KernelSize, _spec.Stride, _spec.Padding, _spec.Dilation), ("group", (long)_spec.Groups)]);
    }

    private static TensorShape UnitsOf(TensorShape input, Convolution2D spec, int extent) => new(
        spec.Channels,
        ((input.Height + (2 * spec.Padding) - extent) / spec.Stride) + 1,
        ((input.Width + (2 * spec.Padding) - extent) / spec.Stride) + 1);
}

/// <summary>The convolution kernel, its adjoint and its weight gradient.</summary>
internal sealed class ConvolutionMap<T>(ConvolutionSynapses synapses, int threads) : SynapticMap<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<Parameter<T>, ConvolutionPlan<T>> _up = [], _down = [];
    private NativeBuffer<T>? _product;

    public override void Up(Parameter<T> weights, Parameter<T> biases, Signal<T> x, Signal<T> a, bool learning) =>
        PlanOf(weights, _up, adjoint: false).Run(x.Batch, x.Span, biases.Numbers, rectify: false, a.Span, threads);

    public override void Down(Parameter<T> feedback, Signal<T> above, Signal<T> below) =>
        PlanOf(feedback, _down, adjoint: true).Run(above.Batch, above.Span, [], rectify: false, below.Span, threads);

    /// <summary>The weights rearranged as kernels read them, in the same memory every time: whoever holds a span of them may have written since.</summary>
    private ConvolutionPlan<T> PlanOf(Parameter<T> weights, Dictionary<Parameter<T>, ConvolutionPlan<T>> plans, bool adjoint)
    {
        ReadOnlyMemory<T> numbers = weights.Memory;
        if (plans.TryGetValue(weights, out ConvolutionPlan<T>? plan))
            plan.Renew();
        else
            plans[weights] = plan = adjoint ? ConvolutionPlan<T>.Adjoint(synapses.Shape, numbers) : ConvolutionPlan<T>.Forward(synapses.Shape, numbers);
        return plan;
    }

    public override void Meet(Signal<T> post, Signal<T> pre, T coefficient, Span<T> into, T keep)
    {
        _product ??= new NativeBuffer<T>(into.Length);
        Span<T> product = _product.Span;
        ConvolutionKernel.WeightGradient(synapses.Shape, post.Batch, pre.Span, post.Span, product, threads);
        TensorPrimitives.Multiply(product, coefficient, product);
        if (keep == T.Zero)
        {
            product.CopyTo(into);
            return;
        }
        if (keep != T.One)
            TensorPrimitives.Multiply(into, keep, into);
        TensorPrimitives.Add(into, product, into);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (ConvolutionPlan<T> plan in _up.Values.Concat(_down.Values))
            plan.Dispose();
        _product?.Dispose();
        base.Dispose(disposing);
    }
}
