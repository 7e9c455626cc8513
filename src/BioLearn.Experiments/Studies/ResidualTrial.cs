using BioLearn.ML;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;
using Metric = BioLearn.ML.Diagnostics.DiagnosticMetric;

namespace BioLearn.Experiments.Studies;

/// <summary>
/// What a learning rule makes of a residual network with batch normalization (He et al. 2016): its error on the test pictures, and the angles between its
/// credit and backpropagation's, layer by layer. No augmentation; pictures with mean 0 and deviation 1 in every channel of the training pictures.
/// </summary>
/// <remarks>
/// Rows, one an epoch, iterations from 1: <c>train-loss</c>, mean loss as met on the way; <c>test-error</c>. In the row of iteration 0, before learning, and
/// in the last: <c>gradient-angle-L</c> and <c>feedback-angle-L</c> in degrees, of each layer L with weights, counted from 1 at the input; an angle that
/// is undefined is left out.
/// </remarks>
public sealed class ResidualTrial : ITrial
{
    /// <summary>The pictures.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The rule. Default: backpropagation.</summary>
    public LearningRule Rule { get; init; } = RuleTable.Find("backpropagation")!.CreateRule();

    /// <summary>Layers with weights on the way from input to output: 18 or 20. Default: 20.</summary>
    public int Depth { get; init; } = 20;

    /// <summary>Channels of the first stage; at least 1; the paper's ResNet-20 has 16. Default: 8.</summary>
    public int Width { get; init; } = 8;

    /// <summary>Training pictures, the first of the set; 0 for all. Default: 0.</summary>
    public int TrainingPictures { get; init; }

    /// <summary>Pictures of a mini-batch; at least 1. Default: 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Rate of Nesterov momentum .9, above 0; a tenth of it after 60 % of the epochs, a hundredth after 85 %. Default: 0.1.</summary>
    public double LearningRate { get; init; } = .1;

    /// <summary>Epochs; at least 1. Default: 20.</summary>
    public int Epochs { get; init; } = 20;

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        LabelledRows training = Data.Training.First(TrainingPictures);
        (Samples<float> learned, Samples<float> tested) = Normalized(training, Data.Test, Data.Shape);
        NetworkSpec spec = NetworkSpec.ResNet(Depth, Data.Shape, Data.Training.Classes, Width);
        using Network<float> network = new(spec, Rule, Initializer.HeUniform, context.SeedNumber);
        int batch = Math.Min(BatchSize, training.Count), steps = (training.Count + batch - 1) / batch;
        using NetworkTrainer<float> trainer = new(network, Rule, OptimizerSettings.Sgd(LearningRate) with { Kind = OptimizerKind.Nesterov }, batch);
        bool goesOn = context.TryRestore(trainer.LoadState);
        LearningDiagnostics diagnostics = new() { Every = steps * Epochs, ProbeRows = batch };
        using IDisposable observing = diagnostics.Attach(trainer, learned);
        if (!goesOn)
            context.Record(0, [.. Angles(diagnostics, spec, 0)]);
        for (int epoch = trainer.Epoch + 1; epoch <= Epochs; epoch++)
        {
            trainer.LearningRateFactor = epoch > .85 * Epochs ? .01 : epoch > .6 * Epochs ? .1 : 1;
            double loss = trainer.TrainEpoch(learned, context.Cancellation);
            context.Record(epoch, [("train-loss", loss), ("test-error", 1 - trainer.Evaluate(tested).Accuracy), .. epoch == Epochs ? Angles(diagnostics, spec, trainer.Steps) : []]);
            context.Checkpoint(trainer.SaveState);
        }
    }

    private static IEnumerable<(string, double)> Angles(LearningDiagnostics diagnostics, NetworkSpec spec, long step) =>
        from metric in ((string Metric, string Column)[])[(Metric.GradientAngle, "gradient-angle"), (Metric.FeedbackAngle, "feedback-angle")]
        from record in diagnostics.Records
        where record.Metric == metric.Metric && record.Step == step && spec.Graph[record.Layer - 1].HasWeights
        select ($"{metric.Column}-{record.Layer}", record.Value);

    private static (Samples<float> Training, Samples<float> Test) Normalized(LabelledRows training, LabelledRows test, TensorShape shape)
    {
        float[] first = training.Features.ToArray(), second = test.Features.ToArray();
        int area = shape.Height * shape.Width;
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            double sum = 0, squares = 0;
            for (int row = 0; row < training.Count; row++)
            {
                foreach (float level in Plane(first, row, channel))
                {
                    sum += level;
                    squares += (double)level * level;
                }
            }
            double mean = sum / training.Count / area, deviation = Math.Sqrt((squares / training.Count / area) - (mean * mean));
            foreach ((float[] set, int count) in new[] { (first, training.Count), (second, test.Count) })
            {
                for (int row = 0; row < count; row++)
                {
                    foreach (ref float level in Plane(set, row, channel))
                        level = (float)((level - mean) / deviation);
                }
            }
        }
        return (Samples<float>.OfClasses(first, training.Labels), Samples<float>.OfClasses(second, test.Labels));

        Span<float> Plane(float[] set, int row, int channel) => set.AsSpan(((row * shape.Channels) + channel) * area, area);
    }
}
