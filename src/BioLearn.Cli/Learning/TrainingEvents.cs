using BioLearn.Cli.Learning.Data;
using BioLearn.Experiments.Exports;
using BioLearn.ML.Diagnostics;

namespace BioLearn.Cli.Learning;

/// <summary>A training as TensorBoard shows it: an event file of its own for epochs, one for the steps of diagnostics.</summary>
internal sealed class TrainingEvents(string folder, ScoreKind score) : IDisposable
{
    private readonly EventFile _epochs = EventFile.Create(folder);

    public void Add(EpochResult epoch) => _epochs.Add(epoch.Epoch, [("loss/training", epoch.Loss), .. double.IsNaN(epoch.ValidationLoss) ? Array.Empty<(string, double)>() : [("loss/validation", epoch.ValidationLoss)],
        .. double.IsNaN(epoch.TestLoss) ? Array.Empty<(string, double)>() : [("loss/test", epoch.TestLoss)], ($"{score.Column}/test", epoch.TestScore)]);

    public void Add(IReadOnlyList<DiagnosticRecord> records)
    {
        if (records.Count == 0)
            return;
        using EventFile steps = EventFile.Create(Path.Combine(folder, "diagnostics"));
        foreach (var moment in records.GroupBy(record => record.Step))
            steps.Add(moment.Key, [.. moment.Select(record => ($"{record.Metric}/{(record.Layer > 0 ? $"layer {record.Layer}" : "network")}", record.Value))]);
    }

    public void Dispose() => _epochs.Dispose();
}
