using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>One step of the way forward: reads tensors, writes one. Holds no state of a run, so that several threads may use it at once.</summary>
internal abstract class ForwardOperator
{
    /// <summary>Tensors that are read.</summary>
    public required IReadOnlyList<CnnTensor> Reads { get; init; }

    /// <summary>The tensor that is written.</summary>
    public required CnnTensor Writes { get; init; }

    /// <summary>What no value of the output exceeds: that of a ReLU6 merged into the step.</summary>
    public float Ceiling { get; set; } = float.PositiveInfinity;

    /// <summary>Whether the step itself sees to its ceiling, while it writes.</summary>
    public virtual bool CutsItself => false;

    /// <summary>Whether all images of a batch pass at once, because they share many weights for little arithmetic.</summary>
    public virtual bool IsBatched => false;

    /// <summary>Computes one image.</summary>
    public abstract void Run(in ForwardFrame frame);

    /// <summary>Computes all images, if <see cref="IsBatched"/>.</summary>
    /// <param name="count">Number of images.</param>
    /// <param name="input">The tensor read, image after image.</param>
    /// <param name="output">The tensor written, image after image.</param>
    /// <param name="threads">Threads that may work at once.</param>
    public virtual void RunBatch(int count, ReadOnlySpan<float> input, Span<float> output, int threads) =>
        throw new InvalidOperationException($"{GetType().Name} runs image by image");
}

/// <summary>The tensors of one image while it is computed.</summary>
internal readonly ref struct ForwardFrame(ForwardRun run, int sample, Span<float> worker)
{
    private readonly Span<float> _worker = worker;

    public ReadOnlySpan<float> Read(CnnTensor tensor) => run.Memory(tensor, sample, _worker);

    public Span<float> Write(CnnTensor tensor) => run.Memory(tensor, sample, _worker);

    /// <summary>Where the switches of a pool go.</summary>
    public Span<int> Switches(MaxPoolNode pool) => run.Switches(pool, sample);
}
