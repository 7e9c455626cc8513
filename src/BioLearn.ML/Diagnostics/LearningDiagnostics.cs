using System.Globalization;
using System.Text;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.ML.Diagnostics;

/// <summary>
/// Watches a training: how near a rule's credit is to backpropagation's, what its feedback weights come to, how far weights move.
/// Give it to <see cref="NetworkOptions.Diagnostics"/> and read it after <c>Fit</c>. It measures on a fixed probe of the training rows
/// beside the training and never changes it; a moment costs about as much as three steps on the probe.
/// </summary>
/// <example><code>
/// var diagnostics = new LearningDiagnostics { Every = 200 };
/// var trainer = ml.MulticlassClassification.Trainers.FeedbackAlignment(new NetworkOptions { Diagnostics = diagnostics });
/// trainer.Fit(data);
/// diagnostics.WriteCsv("diagnostics.csv");
/// </code></example>
public sealed class LearningDiagnostics : TrainingObserver
{
    private readonly List<DiagnosticRecord> _records = [];

    /// <summary>Learning steps between two moments; at least 1. Default: 100. Before learning it is measured too.</summary>
    public int Every { get; init; } = 100;

    /// <summary>Rows of the probe, drawn from the training rows; at least 1. Default: 256.</summary>
    public int ProbeRows { get; init; } = 256;

    /// <summary>Learning rate of the small step of <see cref="DiagnosticMetric.TargetAlignment"/>; above 0. Default: 1e-3.</summary>
    public double TargetAlignmentRate { get; init; } = 1e-3;

    /// <summary>Hears of every figure as it is measured, on the thread that trains.</summary>
    public IProgress<DiagnosticRecord>? Progress { get; init; }

    /// <summary>The figures of the last <c>Fit</c>, in the order in which they were measured.</summary>
    public IReadOnlyList<DiagnosticRecord> Records => _records;

    /// <summary>The records as rows: Step (Int64), Epoch and Layer (Int32), Metric (text), Value (Double).</summary>
    /// <param name="mlContext">The context.</param>
    /// <returns>A view of a copy.</returns>
    public IDataView ToDataView(MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return mlContext.Data.LoadFromEnumerable(_records.ConvertAll(r => new Row { Step = r.Step, Epoch = r.Epoch, Layer = r.Layer, Metric = r.Metric, Value = r.Value }));
    }

    /// <summary>Writes the records as CSV, beside its place, then renamed.</summary>
    /// <param name="path">The file; replaced if there is one.</param>
    public void WriteCsv(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        StringBuilder text = new("step,epoch,layer,metric,value\n");
        foreach (DiagnosticRecord r in _records)
            text.Append(CultureInfo.InvariantCulture, $"{r.Step},{r.Epoch},{r.Layer},{r.Metric},{r.Value:R}\n");
        SafeFile.WriteText(path, text.ToString());
    }

    /// <inheritdoc/>
    public override IDisposable Attach<T>(NetworkTrainer<T> trainer, Samples<T> rows)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        DiagnosticProbe<T> probe = new(this, trainer.Network, trainer.Rule, rows, trainer.Context.Threads, trainer.Steps, trainer.Epoch);
        trainer.StepEnded += t => probe.AfterStep(t.Steps, t.Epoch);
        return probe;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.AboveZero(Every);
        Guard.AboveZero(ProbeRows);
        Guard.AboveZero(TargetAlignmentRate);
    }

    internal void Clear() => _records.Clear();

    /// <summary>Keeps a figure; one that is undefined, as the angle to a vector of zeros is, is left out.</summary>
    internal void Add(DiagnosticRecord record)
    {
        if (!double.IsFinite(record.Value))
            return;
        _records.Add(record);
        Progress?.Report(record);
    }

    private sealed class Row
    {
        public long Step { get; set; }

        public int Epoch { get; set; }

        public int Layer { get; set; }

        public string Metric { get; set; } = "";

        public double Value { get; set; }
    }
}
