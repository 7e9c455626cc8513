namespace BioLearn.Onnx.Reversal;

/// <summary>
/// A plan run over a batch, with memory that serves one run after the other: <see cref="Begin"/>, write <see cref="Start"/> of every
/// image, <see cref="Execute"/>, read <see cref="End"/>. Not for several threads at once.
/// </summary>
internal interface IReversalRun : IDisposable
{
    void Begin(int count);

    Span<float> Start(int sample);

    ReadOnlySpan<float> End(int sample);

    void Execute(IForwardRecord record, int threads, ReversalRun.LevelObserver? observer = null, CancellationToken cancellation = default);
}
