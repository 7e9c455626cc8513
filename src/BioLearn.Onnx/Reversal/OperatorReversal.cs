using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// How a current passes back from one output of an operator to one of its inputs: a map from the current that arrives at the output to
/// the current it hands to the input, for one image. Sizes and weights are resolved when the plan is made; a reversal holds no state
/// of a run, so that several threads may use it at once.
/// </summary>
internal abstract class OperatorReversal
{
    /// <summary>Shape of the current handed to the input.</summary>
    public required CurrentShape Returned { get; init; }

    /// <summary>Whether the current is changed where it stands: arriving and returned current are one piece of memory.</summary>
    public virtual bool InPlace => false;

    /// <summary>Whether one pass over all images costs less than one an image (it reads many weights for little arithmetic).</summary>
    public virtual bool Batched => false;

    /// <summary>Recorded activations that the reversal reads.</summary>
    public virtual IEnumerable<CnnTensor> Activations => [];

    /// <summary>The max-pool whose switches the reversal reads, or null.</summary>
    public virtual MaxPoolNode? Switches => null;

    /// <summary>Passes the current of one image back.</summary>
    /// <param name="arriving">The current at the operator's output.</param>
    /// <param name="returned">The current at its input, to be overwritten; the same span as <paramref name="arriving"/> if <see cref="InPlace"/>.</param>
    /// <param name="recorded">What the forward pass of this image left behind.</param>
    public abstract void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded);

    /// <summary>Passes the currents of <paramref name="count"/> images back at once, if <see cref="Batched"/>.</summary>
    public virtual void RunBatch(int count, ReadOnlySpan<float> arriving, Span<float> returned, int threads) =>
        throw new InvalidOperationException($"{GetType().Name} runs image by image");

    /// <summary>Writes the reversal as ONNX nodes.</summary>
    /// <param name="emitter">The graph that is written.</param>
    /// <param name="arriving">Name of the current at the operator's output.</param>
    /// <returns>Name of the current at its input, or null, with nothing written, if only the kernel can run it.</returns>
    public virtual string? Emit(ReversalEmitter emitter, string arriving) => null;
}

/// <summary>
/// Shape of a current. It may differ from the recorded tensor's: smaller when reversed layers crop, and a vector, whatever the
/// tensor's rank, while it only passed views since a dense layer.
/// </summary>
/// <param name="Shape">Dimensions of one image's current.</param>
/// <param name="IsVector">Whether statistics "per channel" are taken over the whole.</param>
internal readonly record struct CurrentShape(TensorShape Shape, bool IsVector)
{
    public int Count => Shape.Count;

    /// <summary>Number of planes whose statistics are taken apart.</summary>
    public int Planes => IsVector ? 1 : Shape.Channels;
}

/// <summary>What the forward pass of one image left behind, and how many threads may work on that image.</summary>
internal readonly record struct RecordedSample(IForwardRecord Record, int Sample, int Threads = 1)
{
    public ReadOnlySpan<float> Activation(CnnTensor tensor) => Record.Activation(tensor, Sample);

    public ReadOnlySpan<int> Switches(MaxPoolNode pool) => Record.Switches(pool, Sample);
}

/// <summary>Activations and switches that reversals read.</summary>
internal interface IForwardRecord
{
    ReadOnlySpan<float> Activation(CnnTensor tensor, int sample);

    /// <summary>Positions row * width + column in the plane of the pool's input.</summary>
    ReadOnlySpan<int> Switches(MaxPoolNode pool, int sample);
}
