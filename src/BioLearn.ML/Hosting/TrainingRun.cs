using System.Globalization;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>
/// What a running <c>Fit</c> says and hears: lines on <c>MLContext.Log</c>, ML.NET's progress channel, the caller's
/// <see cref="IProgress{T}"/>, and the two ways of cancelling (the caller's token, and <c>MLContext.CancelExecution</c>).
/// </summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly IHost _host;
    private readonly CancellationToken _cancellation;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly IChannel _channel;
    private readonly IProgressChannel _progressChannel;
    private TrainingProgress? _last;

    public TrainingRun(IHost host, string name, CancellationToken cancellation, IProgress<TrainingProgress>? progress)
    {
        _host = host;
        _cancellation = cancellation;
        _progress = progress;
        _channel = host.Start(name);
        _progressChannel = host.StartProgressChannel(name);
        _progressChannel.SetHeader(new ProgressHeader(["Loss", "ValidationLoss"], ["epochs"]), Fill);
    }

    public CancellationToken CancellationToken => _cancellation;

    /// <exception cref="OperationCanceledException">The caller or ML.NET wants the run to stop.</exception>
    public void ThrowIfCancelled()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (MlNetInterop.IsCanceled(_host))
            throw new OperationCanceledException("MLContext.CancelExecution was called.");
    }

    public void Info(string message) => _channel.Info(MessageSensitivity.None, "{0}", message);

    public void Warning(string message) => _channel.Warning(MessageSensitivity.None, "{0}", message);

    /// <summary>Reports an epoch on all three ways, then stops the run if it is cancelled.</summary>
    public void Report(TrainingProgress progress)
    {
        _last = progress;
        Info(string.Create(CultureInfo.InvariantCulture, $"Epoch {progress.Epoch} of {progress.EpochCount}: loss {progress.Loss:G6}")
            + (progress.ValidationLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $", validation loss {loss:G6}") : ""));
        _progressChannel.Checkpoint(progress.Loss, progress.ValidationLoss, progress.Epoch);
        _progress?.Report(progress);
        ThrowIfCancelled();
    }

    public void Dispose()
    {
        _progressChannel.Dispose();
        _channel.Dispose();
    }

    private void Fill(IProgressEntry entry)
    {
        if (_last is not { } last)
            return;
        entry.SetProgress(0, last.Epoch, last.EpochCount);
        entry.SetMetric(0, last.Loss);
        if (last.ValidationLoss is { } validation)
            entry.SetMetric(1, validation);
    }
}
