using BioLearn.Kernels.Convolution;
using ConvolutionKernel = BioLearn.Kernels.Convolution.Convolution2D;

namespace BioLearn.ML.Networks;

/// <summary>The way of a credit signal down, through weights that the rule chooses.</summary>
public sealed unsafe partial class LearningContext<T>
{
    /// <summary>
    /// δ_{l-1} = (δ_l K) ⊙ φ'(a_{l-1}) on the clean phase: sends the credit of layer l down through feedback weights of the shape of
    /// W_l (convolutions through the transposed convolution, pooling through its adjoint).
    /// </summary>
    /// <param name="layer">Layer l, from 2.</param>
    /// <param name="feedback">W_l itself (backpropagation), or any tensor of its shape.</param>
    public void Backward(int layer, Parameter<T> feedback)
    {
        Signal<T> arriving = ArrivingAt(layer - 1);
        SendDown(layer, feedback, Delta(layer), arriving);
        Gate(Clean, layer - 1, arriving, Delta(layer - 1));
    }

    /// <summary>Sends a signal of layer l's units down through feedback weights of the shape of W_l; no derivative.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="feedback">W_l itself, or any tensor of its shape.</param>
    /// <param name="above">[batch, units of l].</param>
    /// <param name="below">Receives [batch, inputs of l].</param>
    public void SendDown(int layer, Parameter<T> feedback, Signal<T> above, Signal<T> below)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        SynapticLayer geometry = Layer(layer);
        if (feedback.Rows != geometry.WeightRows || feedback.Columns != geometry.WeightColumns)
            throw new ArgumentException($"{feedback} cannot send credit down through {geometry}; expected [{geometry.WeightRows}, {geometry.WeightColumns}].", nameof(feedback));
        if (geometry.IsConvolution)
            ConvolutionKernel.Adjoint(ShapeOf(geometry), above.Batch, above.Span, feedback.Values, below.Span);
        else if (HeldDown(layer, feedback) is { } held)
            Kernels.Linear.Gemm.Packed(above.Matrix, held, below.Matrix, _threads);
        else
            Product(above, feedback, below);
    }

    /// <summary>below += c · above K for a fully connected layer.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="feedback">W_l itself, or any tensor of its shape.</param>
    /// <param name="above">[batch, units of l].</param>
    /// <param name="below">[batch, inputs of l], added to.</param>
    /// <param name="coefficient">c.</param>
    public void AddSentDown(int layer, Parameter<T> feedback, Signal<T> above, Signal<T> below, T coefficient)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        if (Layer(layer).IsConvolution)
            throw new NotSupportedException($"{Layer(layer)}: only fully connected layers can be added to.");
        if (HeldDown(layer, feedback) is { } held)
            Kernels.Linear.Gemm.Packed<T, Kernels.Simd.Identity<T>>(above.Matrix, held, below.Matrix, coefficient, T.One, default, _threads);
        else
            Kernels.Linear.Gemm.NN<T>(above.Matrix, View(feedback), below.Matrix, coefficient, T.One, _threads);
    }

    /// <summary>δ_l = (s D) ⊙ φ'(a_l): projects a signal straight to a hidden layer through D [width of s, outputs of l].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="feedback">D.</param>
    /// <param name="signal">s, [batch, rows of D].</param>
    public void ProjectDirect(int layer, Parameter<T> feedback, Signal<T> signal)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        Signal<T> arriving = ArrivingAt(layer);
        if (feedback.Rows != signal.Width || feedback.Columns != arriving.Width)
            throw new ArgumentException($"{feedback} cannot project a signal of width {signal.Width} to {Layer(layer)}; expected [{signal.Width}, {arriving.Width}].", nameof(feedback));
        Product(signal, feedback, arriving);
        Gate(Clean, layer, arriving, Delta(layer));
    }

    /// <summary>Brings a signal that arrives at h_l to the units' pre-activations: back through pooling, then times φ'(a_l).</summary>
    /// <param name="phase">The state whose pooling winners and activities count.</param>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="arriving">Signal at h_l, [batch, outputs of l].</param>
    /// <param name="destination">Receives the signal at a_l, [batch, units of l].</param>
    public void Gate(Phase<T> phase, int layer, Signal<T> arriving, Signal<T> destination)
    {
        ArgumentNullException.ThrowIfNull(phase);
        SynapticLayer geometry = Layer(layer);
        if (arriving.Width != geometry.Output.Size || destination.Width != geometry.Units.Size)
        {
            throw new ArgumentException(
                $"A signal of width {arriving.Width} cannot pass to one of width {destination.Width} at {geometry}; expected {geometry.Output.Size} and {geometry.Units.Size}.", nameof(arriving));
        }
        Unpool(phase, layer, arriving, destination);
        ActivationDispatch.MultiplyByDerivative(geometry.Activation, phase.PreActivation(layer).Span, phase.Units(layer).Span, destination.Span);
    }

    /// <summary>Brings a signal that arrives at h_l back through the layer's pooling; copies it where there is none.</summary>
    internal void Unpool(Phase<T> phase, int layer, Signal<T> arriving, Signal<T> destination)
    {
        SynapticLayer geometry = Layer(layer);
        switch (geometry.Pooling)
        {
            case Pooling.Max:
                Unpooling.Sum(PoolOf(geometry), arriving.Batch, arriving.Span, phase.Winners(layer), destination.Span);
                break;
            case Pooling.Average:
                AveragePooling.Adjoint(PoolOf(geometry), arriving.Batch, includePadding: false, arriving.Span, destination.Span);
                break;
            default:
                if (arriving != destination)
                    arriving.Span.CopyTo(destination.Span);
                break;
        }
    }

    /// <summary>signal ⊙ φ'(a) for any activation.</summary>
    /// <param name="activation">φ.</param>
    /// <param name="a">Pre-activations.</param>
    /// <param name="y">φ(a).</param>
    /// <param name="signal">Multiplied in place.</param>
    public void Gate(Activation activation, Signal<T> a, Signal<T> y, Signal<T> signal) =>
        ActivationDispatch.MultiplyByDerivative<T>(activation, a.Span, y.Span, signal.Span);

    /// <summary>Where a signal for h_l is put before it is gated: straight into δ_l unless pooling lies between.</summary>
    private Signal<T> ArrivingAt(int layer) =>
        Layer(layer).Pooling == Pooling.None ? Delta(layer) : Scratch("arriving", layer, Layer(layer).Output.Size);

    private static ConvolutionShape ShapeOf(SynapticLayer layer) => new()
    {
        Channels = layer.Input.Channels,
        Height = layer.Input.Height,
        Width = layer.Input.Width,
        Filters = layer.Units.Channels,
        OutputHeight = layer.Units.Height,
        OutputWidth = layer.Units.Width,
        KernelHeight = layer.Convolution!.KernelSize,
        KernelWidth = layer.Convolution.KernelSize,
        StrideY = layer.Convolution.Stride,
        StrideX = layer.Convolution.Stride,
        PadTop = layer.Convolution.Padding,
        PadLeft = layer.Convolution.Padding,
    };

    private static PoolingShape PoolOf(SynapticLayer layer) => new()
    {
        Channels = layer.Units.Channels,
        Height = layer.Units.Height,
        Width = layer.Units.Width,
        OutputHeight = layer.Output.Height,
        OutputWidth = layer.Output.Width,
        KernelHeight = layer.PoolSize,
        KernelWidth = layer.PoolSize,
        StrideY = layer.PoolStride,
        StrideX = layer.PoolStride,
    };
}
