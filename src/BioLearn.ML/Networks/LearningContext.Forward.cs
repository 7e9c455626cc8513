using BioLearn.Kernels.Convolution;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using ConvolutionKernel = BioLearn.Kernels.Convolution.Convolution2D;

namespace BioLearn.ML.Networks;

/// <summary>The forward pass, step by step or whole, in any phase.</summary>
public sealed unsafe partial class LearningContext<T>
{
    private readonly PackedMatrix<T>?[] _packed, _packedDown;
    private bool _held;

    /// <summary>The ordinary forward pass, in the clean phase.</summary>
    public void Forward() => Forward(Clean);

    /// <summary>A whole forward pass from the phase's input.</summary>
    /// <param name="phase">Receives the state of every layer.</param>
    public void Forward(Phase<T> phase)
    {
        for (int l = 1; l <= Depth; l++)
        {
            PreActivate(phase, l);
            Activate(phase, l);
        }
    }

    /// <summary>a_l = W_l h_{l-1} + b_l.</summary>
    /// <param name="phase">Whose h_{l-1} is read and whose a_l is written.</param>
    /// <param name="layer">Layer l, from 1.</param>
    public void PreActivate(Phase<T> phase, int layer)
    {
        ArgumentNullException.ThrowIfNull(phase);
        PreActivate(layer, phase.Activity(layer - 1), phase.PreActivation(layer));
    }

    /// <summary>a = W_l x + b_l for any input of the layer.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="x">[batch, inputs of l].</param>
    /// <param name="a">Receives [batch, units of l].</param>
    public void PreActivate(int layer, Signal<T> x, Signal<T> a)
    {
        SynapticLayer geometry = Layer(layer);
        Parameter<T> weights = Weights(layer);
        if (geometry.IsConvolution)
            ConvolutionKernel.Forward(ShapeOf(geometry), x.Batch, x.Span, weights.Values, Biases(layer).Values, a.Span);
        else if (_held && _packed[layer - 1] is { } packed)
            Gemm.Packed<T, Kernels.Simd.Identity<T>>(x.Matrix, packed, a.Matrix, T.One, T.Zero, new Epilogue<T>(Biases(layer).Values), _threads);
        else if (x.Batch == 1 && _learning)
        {
            // Inner products stream a single sample's weights once; only learning steps may, because their sums are in another order
            // than those of a batch, and predictions must not depend on how many rows are scored at once.
            Biases(layer).Values.CopyTo(a.Span);
            weights.MultiplyInto(x.Span, a.Span, _threads);
        }
        else
        {
            Gemm.NT<T, Kernels.Simd.Identity<T>>(x.Matrix, View(weights), a.Matrix, T.One, T.Zero, new Epilogue<T>(Biases(layer).Values), _threads);
        }
    }

    /// <summary>
    /// Says that the weights above the first layer stay as they are until the optimizer moves them, or the next mini-batch, and serve many
    /// products: they are copied once into the order in which the kernel reads them. No figure changes by a bit.
    /// </summary>
    internal void HoldWeights()
    {
        // Below that the copy costs more than it saves.
        if (Batch <= FewRows<T>.Most)
            return;
        for (int l = 2; l <= Depth; l++)
        {
            if (Layer(l).IsConvolution)
                continue;
            ReadOnlyMatrixSpan<T> weights = View(Weights(l));
            if (_packed[l - 1] is { } up && _packedDown[l - 1] is { } down)
            {
                up.UpdateTransposed(weights);
                down.Update(weights);
                continue;
            }
            _packed[l - 1] = PackedMatrix<T>.PackTransposed(weights);
            _packedDown[l - 1] = PackedMatrix<T>.Pack(weights);
        }
        _held = true;
    }

    /// <summary>φ(a_l) and pooling; for the last layer the head's output y.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="layer">Layer l, from 1.</param>
    public void Activate(Phase<T> phase, int layer)
    {
        ArgumentNullException.ThrowIfNull(phase);
        if (layer == Depth)
        {
            HeadKernels.Output(Spec.Head, phase.PreActivation(layer), phase.Units(layer));
            return;
        }
        SynapticLayer geometry = Layer(layer);
        ActivationDispatch.Apply(geometry.Activation, phase.PreActivation(layer).Span, phase.Units(layer).Span);
        Pool(phase, layer, phase.Units(layer));
    }

    /// <summary>h_l = pool(units) where the layer pools, into the phase's activity, its winners noted; nothing elsewhere.</summary>
    internal void Pool(Phase<T> phase, int layer, Signal<T> units)
    {
        SynapticLayer geometry = Layer(layer);
        switch (geometry.Pooling)
        {
            case Pooling.Max:
                MaxPooling.Forward(PoolOf(geometry), phase.Batch, units.Span, phase.Activity(layer).Span, phase.Winners(layer));
                break;
            case Pooling.Average:
                AveragePooling.Forward(PoolOf(geometry), phase.Batch, includePadding: false, units.Span, phase.Activity(layer).Span);
                break;
        }
    }

    /// <summary>y = φ(a) for any activation.</summary>
    /// <param name="activation">φ.</param>
    /// <param name="a">Pre-activations.</param>
    /// <param name="y">Receives the activities; may be <paramref name="a"/>.</param>
    public void Activate(Activation activation, Signal<T> a, Signal<T> y) => ActivationDispatch.Apply(activation, a.Span, y.Span);

    /// <summary>y = softmax(a), sample by sample.</summary>
    /// <param name="a">Pre-activations.</param>
    /// <param name="y">Receives the probabilities.</param>
    public static void Softmax(Signal<T> a, Signal<T> y) => HeadKernels.Output(OutputHead.SoftmaxCrossEntropy, a, y);

    /// <summary>δ_L = ∂ℓ_b/∂a_L of the clean phase, and <see cref="Losses"/>; both weighted by <see cref="SampleWeights"/>.</summary>
    public void OutputError()
    {
        LossPerSample(Clean, Losses);
        OutputError(Clean, Delta(Depth));
    }

    /// <summary>∂ℓ_b/∂a_L of any phase, weighted by <see cref="SampleWeights"/>; leaves the losses alone.</summary>
    /// <param name="phase">Whose output counts.</param>
    /// <param name="error">Receives [batch, outputs].</param>
    public void OutputError(Phase<T> phase, Signal<T> error)
    {
        ArgumentNullException.ThrowIfNull(phase);
        HeadKernels.Error(Spec.Head, phase.Units(Depth), Target, error);
        WeighSamples(error);
    }

    /// <summary>Multiplies every sample by its weight; changes nothing where all weigh 1.</summary>
    /// <param name="signal">[batch, width], changed in place.</param>
    public void WeighSamples(Signal<T> signal)
    {
        if (SampleWeights.Width == 0)
            return;
        for (int b = 0; b < Batch; b++)
            System.Numerics.Tensors.TensorPrimitives.Multiply(signal.Row(b), SampleWeights.Row(b)[0], signal.Row(b));
    }

    /// <summary>ℓ_b of every sample, weighted by <see cref="SampleWeights"/>.</summary>
    /// <param name="phase">Whose output counts.</param>
    /// <param name="losses">Receives [batch, 1].</param>
    public void LossPerSample(Phase<T> phase, Signal<T> losses)
    {
        ArgumentNullException.ThrowIfNull(phase);
        FreeMaskedOutputs(phase.Units(Depth));
        HeadKernels.Loss(Spec.Head, phase.PreActivation(Depth), phase.Units(Depth), Target, losses);
        if (SampleWeights.Width != 0)
            System.Numerics.Tensors.TensorPrimitives.Multiply(losses.Span, SampleWeights.Span, losses.Span);
    }

    /// <summary>Outputs that have no target: 0 where the output is free, 1 elsewhere; null if all have one. Squared error only.</summary>
    internal double[]? OutputMask { get; set; }

    /// <summary>A free output's target is the output itself, so that it has neither loss nor error.</summary>
    private void FreeMaskedOutputs(Signal<T> output)
    {
        if (OutputMask is not { } mask)
            return;
        for (int b = 0; b < Batch; b++)
        {
            for (int i = 0; i < mask.Length; i++)
            {
                if (mask[i] == 0)
                    Target.Row(b)[i] = output.Row(b)[i];
            }
        }
    }

    /// <summary>x P' + c: a side tensor and its bias read a signal as a layer would.</summary>
    /// <param name="weights">P, [width of the result, width of x].</param>
    /// <param name="biases">c, [1, width of the result], or null.</param>
    /// <param name="x">What is read.</param>
    /// <param name="result">Receives the sums.</param>
    public void Read(Parameter<T> weights, Parameter<T>? biases, Signal<T> x, Signal<T> result)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Gemm.NT<T, Kernels.Simd.Identity<T>>(
            x.Matrix, View(weights), result.Matrix, T.One, T.Zero, biases is null ? default : new Epilogue<T>(biases.Values), _threads);
    }

    /// <summary>result += x P'.</summary>
    /// <param name="weights">P, [width of the result, width of x].</param>
    /// <param name="x">What is read.</param>
    /// <param name="result">Added to.</param>
    public void AddRead(Parameter<T> weights, Signal<T> x, Signal<T> result)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Gemm.NT(x.Matrix, View(weights), result.Matrix, T.One, T.One, _threads);
    }

    /// <summary>result += s D: a signal is projected through a side tensor.</summary>
    /// <param name="signal">s, [batch, rows of D].</param>
    /// <param name="matrix">D, [width of s, width of the result].</param>
    /// <param name="result">Added to.</param>
    public void AddProjected(Signal<T> signal, Parameter<T> matrix, Signal<T> result)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Gemm.NN<T>(signal.Matrix, View(matrix), result.Matrix, T.One, T.One, _threads);
    }

    /// <summary>The layer's own weights as they were last held, for the way down; null for any other tensor.</summary>
    private PackedMatrix<T>? HeldDown(int layer, Parameter<T> feedback) =>
        _held && feedback == Weights(layer) ? _packedDown[layer - 1] : null;

    /// <summary>One sample takes the way that reads the matrix fastest; the bits are the same.</summary>
    private void Product(Signal<T> signal, Parameter<T> matrix, Signal<T> result)
    {
        if (signal.Batch == 1)
            Gemv.T(View(matrix), signal.Span, result.Span, T.One, T.Zero, _threads);
        else
            Gemm.NN(signal.Matrix, View(matrix), result.Matrix, _threads);
    }

    private static ReadOnlyMatrixSpan<T> View(Parameter<T> p) => new(p.Values, p.Rows, p.Columns);
}
