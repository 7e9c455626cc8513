using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;

namespace BioLearn.ML.Networks;

/// <summary>The way of a credit signal down, through weights that the rule chooses.</summary>
public sealed unsafe partial class LearningContext<T>
{
    /// <summary>
    /// Sends the credit of layer l down, in the clean phase: through its normalization and feedback weights of the shape of W_l to the layer
    /// that it reads, and as it is to the layers that it adds; then makes δ_{l-1}, the sum of what all its readers sent, ⊙ φ'(a_{l-1}).
    /// Call it for every layer from the last one down to 2. In a chain: δ_{l-1} = (δ_l K) ⊙ φ'(a_{l-1}).
    /// </summary>
    /// <param name="layer">Layer l, from 2.</param>
    /// <param name="feedback">W_l itself (backpropagation), or any tensor of its shape; empty where the layer has no weights.</param>
    public void Backward(int layer, Parameter<T> feedback)
    {
        Layer geometry = Layer(layer);
        if (geometry.Source > 0)
        {
            Signal<T> arriving = ArrivingAt(geometry.Source);
            if (Layer(geometry.Source).LastReader == layer)
                SendDown(layer, feedback, AtSynapses(layer), arriving);
            else
                AddSentDown(layer, feedback, AtSynapses(layer), arriving, T.One);
        }
        for (int i = 0; i < geometry.Adds.Length; i++)
        {
            int added = geometry.Adds[i];
            if (added == 0)
                continue;
            Signal<T> arriving = ArrivingAt(added);
            if (Layer(added).LastReader == layer && geometry.Source != added && geometry.Adds.IndexOf(added) == i)
                Delta(layer).Span.CopyTo(arriving.Span);
            else
                TensorPrimitives.Add(arriving.Span, Delta(layer).Span, arriving.Span);
        }
        // All readers of the layer below come after it, so that all of them have sent by now.
        Gate(Clean, layer - 1, ArrivingAt(layer - 1), Delta(layer - 1));
    }

    /// <summary>δ_l before the layer's normalization, in the clean phase: what meets at its synapses. δ_l itself where nothing is normalized.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>[batch, units], valid until the next call for this layer.</returns>
    public Signal<T> AtSynapses(int layer)
    {
        Signal<T> delta = Delta(layer);
        if (Clean.Normalization(layer) is not { } normalization)
            return delta;
        Signal<T> below = Scratch("at synapses", layer, delta.Width);
        normalization.Back(_network.Normalization(layer), delta, below);
        return below;
    }

    /// <summary>Sends a signal of layer l's units down through feedback weights of the shape of W_l; no derivative, no normalization.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="feedback">W_l itself, or any tensor of its shape.</param>
    /// <param name="above">[batch, units of l].</param>
    /// <param name="below">Receives [batch, inputs of l].</param>
    public void SendDown(int layer, Parameter<T> feedback, Signal<T> above, Signal<T> below)
    {
        RequireFeedback(layer, feedback);
        _maps[layer - 1].Down(feedback, above, below);
    }

    /// <summary>below += c · what <see cref="SendDown"/> sends.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="feedback">W_l itself, or any tensor of its shape.</param>
    /// <param name="above">[batch, units of l].</param>
    /// <param name="below">[batch, inputs of l], added to.</param>
    /// <param name="coefficient">c.</param>
    public void AddSentDown(int layer, Parameter<T> feedback, Signal<T> above, Signal<T> below, T coefficient)
    {
        RequireFeedback(layer, feedback);
        _maps[layer - 1].AddDown(feedback, above, below, coefficient);
    }

    /// <summary>δ_l = (s D) ⊙ φ'(a_l): projects a signal straight to a hidden layer through D [width of s, outputs of l].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="feedback">D; empty for a layer without weights, which needs no credit.</param>
    /// <param name="signal">s, [batch, rows of D].</param>
    public void ProjectDirect(int layer, Parameter<T> feedback, Signal<T> signal)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        if (feedback.IsEmpty && !Layer(layer).HasWeights)
            return;
        Signal<T> arriving = ArrivingAt(layer);
        if (feedback.Rows != signal.Width || feedback.Columns != arriving.Width)
            throw new ArgumentException($"{feedback} cannot project a signal of width {signal.Width} to {Layer(layer)}; expected [{signal.Width}, {arriving.Width}].", nameof(feedback));
        if (signal.Batch == 1)
            Gemv.T(feedback.View, signal.Span, arriving.Span, T.One, T.Zero, _threads);
        else
            Gemm.NN(signal.Matrix, feedback.View, arriving.Matrix, _threads);
        Gate(Clean, layer, arriving, Delta(layer));
    }

    /// <summary>Brings a signal that arrives at h_l to the units' pre-activations: back through gates and pooling, then times φ'(a_l).</summary>
    /// <param name="phase">The state whose pooling winners and activities count.</param>
    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="arriving">Signal at h_l, [batch, outputs of l]; overwritten where the layer is gated.</param>
    /// <param name="destination">Receives the signal at a_l, [batch, units of l].</param>
    public void Gate(Phase<T> phase, int layer, Signal<T> arriving, Signal<T> destination)
    {
        ArgumentNullException.ThrowIfNull(phase);
        Layer geometry = Layer(layer);
        if (arriving.Width != geometry.Output.Size || destination.Width != geometry.Units.Size)
        {
            throw new ArgumentException(
                $"A signal of width {arriving.Width} cannot pass to one of width {destination.Width} at {geometry}; expected {geometry.Output.Size} and {geometry.Units.Size}.", nameof(arriving));
        }
        Unshow(phase, layer, arriving, destination);
        ActivationSweeps.MultiplyByDerivative(geometry.Activation, phase.PreActivation(layer).Span, phase.Units(layer).Span, destination.Span, _threads);
    }

    /// <summary>Brings a signal that arrives at h_l back through the layer's gates and readout; copies it where there is neither.</summary>
    internal void Unshow(Phase<T> phase, int layer, Signal<T> arriving, Signal<T> destination)
    {
        Layer geometry = Layer(layer);
        if (IsGated(geometry))
            MultiplyByGates(layer, arriving, arriving);
        if (geometry.Readout is { } readout)
            readout.Back<T>(arriving.Batch, arriving.Span, phase.Winners(layer), destination.Span);
        else if (arriving != destination)
            arriving.Span.CopyTo(destination.Span);
    }

    /// <summary>signal ⊙ φ'(a) for any activation.</summary>
    /// <param name="activation">φ.</param>
    /// <param name="a">Pre-activations.</param>
    /// <param name="y">φ(a).</param>
    /// <param name="signal">Multiplied in place.</param>
    public void Gate(Activation activation, Signal<T> a, Signal<T> y, Signal<T> signal)
    {
        ArgumentNullException.ThrowIfNull(activation);
        activation.MultiplyByDerivative<T>(a.Span, y.Span, signal.Span);
    }

    /// <summary>Where signals for h_l gather before they are gated: straight in δ_l unless pooling lies between.</summary>
    private Signal<T> ArrivingAt(int layer) =>
        Layer(layer).Readout is null ? Delta(layer) : Scratch("arriving", layer, Layer(layer).Output.Size);

    private void RequireFeedback(int layer, Parameter<T> feedback)
    {
        ArgumentNullException.ThrowIfNull(feedback);
        Layer geometry = Layer(layer);
        if (feedback.Rows != geometry.WeightRows || feedback.Columns != geometry.WeightColumns)
            throw new ArgumentException($"{feedback} cannot send credit down through {geometry}; expected [{geometry.WeightRows}, {geometry.WeightColumns}].", nameof(feedback));
    }
}
