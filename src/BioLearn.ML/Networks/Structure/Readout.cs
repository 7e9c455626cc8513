using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>
/// From a layer's activities to what its readers see, without weights: pooling, maxout. Immutable; what a pass remembers lies in the
/// winners, whole numbers that the caller keeps.
/// </summary>
public abstract class Readout
{
    /// <summary>Describes a readout.</summary>
    /// <param name="units">Shape of the activities.</param>
    /// <param name="output">Shape of what readers see.</param>
    protected Readout(TensorShape units, TensorShape output)
    {
        Units = units;
        Output = output;
    }

    /// <summary>Shape of the activities.</summary>
    public TensorShape Units { get; }

    /// <summary>Shape of what readers see.</summary>
    public TensorShape Output { get; }

    /// <summary>Whether a pass notes a whole number for every output, such as the unit that won.</summary>
    public virtual bool HasWinners => false;

    /// <summary>The way up.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="batch">Samples.</param>
    /// <param name="units">[batch, units].</param>
    /// <param name="output">Receives [batch, outputs].</param>
    /// <param name="winners">Receives [batch, outputs] whole numbers where <see cref="HasWinners"/>; else empty.</param>
    public abstract void Forward<T>(int batch, ReadOnlySpan<T> units, Span<T> output, Span<int> winners)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The adjoint of the way up at the state that it left.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="batch">Samples.</param>
    /// <param name="arriving">A signal at the outputs, [batch, outputs].</param>
    /// <param name="winners">What the way up noted.</param>
    /// <param name="destination">Receives the signal at the units, [batch, units].</param>
    public abstract void Back<T>(int batch, ReadOnlySpan<T> arriving, ReadOnlySpan<int> winners, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Writes the readout as ONNX.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="input">Name of the tensor of activities.</param>
    /// <returns>Name of the tensor that readers see.</returns>
    /// <exception cref="NotSupportedException">The kind has no ONNX form.</exception>
    public virtual string WriteOnnx(IOnnxNodes writer, string input) =>
        throw new NotSupportedException($"{GetType().Name} cannot be written as ONNX.");
}
