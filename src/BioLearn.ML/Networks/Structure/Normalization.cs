using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>A tensor that a normalization keeps.</summary>
/// <param name="Name">Its name, such as "gain".</param>
/// <param name="Role">What it is; a gain or a shift is learned, a running statistic follows the data.</param>
/// <param name="Length">How many numbers.</param>
/// <param name="Start">What each begins as.</param>
public sealed record NormalizationTensor(string Name, ParameterRole Role, int Length, double Start);

/// <summary>What the sums of a layer's synapses pass before its activation. Immutable; the work is done by a <see cref="NormalizationState{T}"/>.</summary>
public abstract class Normalization
{
    /// <summary>Describes a normalization.</summary>
    /// <param name="units">Shape of the units.</param>
    protected Normalization(TensorShape units) => Units = units;

    /// <summary>Shape of the units.</summary>
    public TensorShape Units { get; }

    /// <summary>What it keeps, in the order in which its state gets them.</summary>
    public abstract IReadOnlyList<NormalizationTensor> Tensors { get; }

    /// <summary>Makes what one phase of one network remembers.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="capacity">Largest mini-batch.</param>
    /// <returns>The state; the caller disposes it.</returns>
    public abstract NormalizationState<T> CreateState<T>(int capacity)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// The like normalization of signals that come down to what the layer reads, with tensors and statistics of its own; null of a kind that
    /// has none.
    /// </summary>
    /// <param name="input">Shape of what the layer reads.</param>
    /// <returns>The normalization.</returns>
    public virtual Normalization? TopDown(TensorShape input) => null;

    /// <summary>Writes the normalization, as it predicts, as ONNX.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="input">Name of the tensor of sums.</param>
    /// <param name="tensors">What it keeps.</param>
    /// <returns>Name of the normalized tensor.</returns>
    /// <exception cref="NotSupportedException">The kind has no ONNX form.</exception>
    public virtual string WriteOnnx(IOnnxNodes writer, string input, IReadOnlyList<float[]> tensors) =>
        throw new NotSupportedException($"{GetType().Name} cannot be written as ONNX.");
}

/// <summary>A normalization at work in one phase.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class NormalizationState<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The way up.</summary>
    /// <param name="tensors">What the normalization keeps.</param>
    /// <param name="sums">[batch, units]; may be overwritten.</param>
    /// <param name="normalized">Receives [batch, units]; other memory.</param>
    /// <param name="learning">Whether this is a step of learning, not a prediction.</param>
    public abstract void Forward(IReadOnlyList<Parameter<T>> tensors, Signal<T> sums, Signal<T> normalized, bool learning);

    /// <summary>The adjoint of the last way up.</summary>
    /// <param name="tensors">What the normalization keeps.</param>
    /// <param name="credit">A signal behind the normalization, [batch, units].</param>
    /// <param name="below">Receives the signal at the sums, [batch, units]; other memory.</param>
    public abstract void Back(IReadOnlyList<Parameter<T>> tensors, Signal<T> credit, Signal<T> below);

    /// <summary>Hands over the gradients of what is learned, means over the batch (<see cref="LearningContext{T}.Gradient"/>).</summary>
    /// <param name="step">The step.</param>
    /// <param name="tensors">What the normalization keeps.</param>
    /// <param name="credit">The signal behind the normalization, [batch, units].</param>
    public abstract void Learn(LearningContext<T> step, IReadOnlyList<Parameter<T>> tensors, Signal<T> credit);

    /// <summary>Moves running statistics, once a learning step.</summary>
    /// <param name="tensors">What the normalization keeps.</param>
    public virtual void Follow(IReadOnlyList<Parameter<T>> tensors)
    {
    }

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the memory.</summary>
    /// <param name="disposing">Always true.</param>
    protected abstract void Dispose(bool disposing);
}
