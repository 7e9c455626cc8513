using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;

namespace BioLearn.ML.Networks;

/// <summary>The forward pass, step by step or whole, in any phase.</summary>
public sealed unsafe partial class LearningContext<T>
{
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

    /// <summary>a_l: the synapses' sums W_l h + b_l of what the layer reads, normalized, and what the layer adds.</summary>
    /// <param name="phase">Whose activities are read and whose a_l is written.</param>
    /// <param name="layer">Layer l, from 1.</param>
    public void PreActivate(Phase<T> phase, int layer)
    {
        ArgumentNullException.ThrowIfNull(phase);
        Layer geometry = Layer(layer);
        Signal<T> sums = phase.Sums(layer);
        PreActivate(layer, phase.Activity(geometry.Source), sums);
        phase.Normalization(layer)?.Forward(_network.Normalization(layer), sums, phase.PreActivation(layer), _learning);
        foreach (int added in geometry.Adds)
            TensorPrimitives.Add(phase.PreActivation(layer).Span, phase.Activity(added).Span, phase.PreActivation(layer).Span);
    }

    /// <summary>W_l x + b_l for any input of the layer: the synapses' sums alone, without normalization or additions.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="x">[batch, inputs of l].</param>
    /// <param name="a">Receives [batch, units of l].</param>
    public void PreActivate(int layer, Signal<T> x, Signal<T> a) => _maps[layer - 1].Up(Weights(layer), Biases(layer), x, a, _learning);

    /// <summary>
    /// Says that the weights above the first layer stay as they are until the optimizer moves them, or the next mini-batch, and serve many
    /// products. No figure changes by a bit.
    /// </summary>
    internal void HoldWeights()
    {
        for (int l = 2; l <= Depth; l++)
            _maps[l - 1].Hold(Weights(l), Batch);
    }

    /// <summary>φ(a_l), pooling and gates; for the last layer the head's output y.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="layer">Layer l, from 1.</param>
    public void Activate(Phase<T> phase, int layer)
    {
        ArgumentNullException.ThrowIfNull(phase);
        if (layer == Depth)
        {
            Spec.Head.Output(phase.PreActivation(layer), phase.Units(layer));
            return;
        }
        ActivationSweeps.Apply(Layer(layer).Activation, phase.PreActivation(layer).Span, phase.Units(layer).Span, _threads);
        Show(phase, layer, phase.Units(layer));
    }

    /// <summary>h_l = gate ⊙ readout(units) into the phase's activity, winners noted; nothing where the layer has neither.</summary>
    internal void Show(Phase<T> phase, int layer, Signal<T> units)
    {
        Layer geometry = Layer(layer);
        if (geometry is { Readout: null, Gating: null })
            return;
        Signal<T> output = phase.Activity(layer);
        if (geometry.Readout is { } readout)
        {
            readout.Forward<T>(phase.Batch, units.Span, output.Span, phase.Winners(layer));
            units = output;
        }
        if (IsGated(geometry))
            MultiplyByGates(layer, units, output);
        else if (units != output)
            units.Span.CopyTo(output.Span);
    }

    /// <summary>y = φ(a) for any activation.</summary>
    /// <param name="activation">φ.</param>
    /// <param name="a">Pre-activations.</param>
    /// <param name="y">Receives the activities; may be <paramref name="a"/>.</param>
    public void Activate(Activation activation, Signal<T> a, Signal<T> y)
    {
        ArgumentNullException.ThrowIfNull(activation);
        activation.Apply<T>(a.Span, y.Span);
    }

    /// <summary>y = softmax(a), sample by sample.</summary>
    /// <param name="a">Pre-activations.</param>
    /// <param name="y">Receives the probabilities.</param>
    public static void Softmax(Signal<T> a, Signal<T> y) => OutputHead.SoftmaxCrossEntropy.Output(a, y);

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
        FreeOutputs(phase.Units(Depth));
        Spec.Head.Error(phase.Units(Depth), Target, error);
        WeighSamples(error);
    }

    /// <summary>Multiplies every sample by its weight; changes nothing where all weigh 1.</summary>
    /// <param name="signal">[batch, width], changed in place.</param>
    public void WeighSamples(Signal<T> signal)
    {
        if (SampleWeights.Width == 0)
            return;
        for (int b = 0; b < Batch; b++)
            TensorPrimitives.Multiply(signal.Row(b), SampleWeights.Row(b)[0], signal.Row(b));
    }

    /// <summary>ℓ_b of every sample, weighted by <see cref="SampleWeights"/>.</summary>
    /// <param name="phase">Whose output counts.</param>
    /// <param name="losses">Receives [batch, 1].</param>
    public void LossPerSample(Phase<T> phase, Signal<T> losses)
    {
        ArgumentNullException.ThrowIfNull(phase);
        FreeOutputs(phase.Units(Depth));
        Spec.Head.Loss(phase.PreActivation(Depth), phase.Units(Depth), Target, losses);
        if (SampleWeights.Width != 0)
            TensorPrimitives.Multiply(losses.Span, SampleWeights.Span, losses.Span);
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
            x.Matrix, weights.View, result.Matrix, T.One, T.Zero, biases is null ? default : new Epilogue<T>(biases.Values), _threads);
    }

    /// <summary>result += x P'.</summary>
    /// <param name="weights">P, [width of the result, width of x].</param>
    /// <param name="x">What is read.</param>
    /// <param name="result">Added to.</param>
    public void AddRead(Parameter<T> weights, Signal<T> x, Signal<T> result)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Gemm.NT(x.Matrix, weights.View, result.Matrix, T.One, T.One, _threads);
    }

    /// <summary>result += s D: a signal is projected through a side tensor.</summary>
    /// <param name="signal">s, [batch, rows of D].</param>
    /// <param name="matrix">D, [width of s, width of the result].</param>
    /// <param name="result">Added to.</param>
    public void AddProjected(Signal<T> signal, Parameter<T> matrix, Signal<T> result)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        Gemm.NN<T>(signal.Matrix, matrix.View, result.Matrix, T.One, T.One, _threads);
    }

    private void Release()
    {
        foreach (SynapticMap<T> map in _maps)
            map.Release();
    }
}
