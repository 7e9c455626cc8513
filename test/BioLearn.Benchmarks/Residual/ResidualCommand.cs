using System.Globalization;
using System.Text.Json;
using BioLearn.Benchmarks.Harness;
using BioLearn.ML;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Residual;

/// <summary>
/// What learning rules make of a ResNet-20 with batch normalization: accuracy on the test pictures after every epoch, and at the end the
/// angles between the rule's credit and backpropagation's, layer by layer. No augmentation. One JSON line an epoch, a table at the end.
/// </summary>
internal sealed class ResidualCommand : Command<ResidualSettings>
{
    public override int Execute(CommandContext context, ResidualSettings settings, CancellationToken cancellationToken)
    {
        (Samples<float> train, Samples<float> test) = CifarPictures.Normalized(
            CifarPictures.Load(Path.Combine(settings.Data, "cifar10_jpeg_train.tar.gz"), settings.Rows),
            CifarPictures.Load(Path.Combine(settings.Data, "cifar10_jpeg_test.tar.gz"), null));
        NetworkSpec spec = NetworkSpec.ResNet(20, new TensorShape(CifarPictures.Channels, CifarPictures.Side, CifarPictures.Side), CifarPictures.Classes, settings.Width);
        List<(string Rule, double[] Accuracies)> table = [];
        foreach (string name in settings.Rules.Split(','))
        {
            LearningRule rule = RuleOf(name);
            table.Add((name, [.. Enumerable.Range(settings.Seed, settings.Seeds).Select(seed => Measure(name, rule, spec, seed, train, test, settings, cancellationToken))]));
        }
        Report.Line($"ResNet-20 of {settings.Width} channels, {train.Count} pictures, {settings.Epochs} epochs");
        foreach ((string rule, double[] accuracies) in table)
            Accuracies.Line(rule, accuracies);
        return 0;
    }

    /// <summary>The library's defaults; the decay by which Kolen and Pollack's weights meet is chosen for some thousand steps.</summary>
    private static LearningRule RuleOf(string name) => name == "kolen-pollack"
        ? new KolenPollack { WeightDecay = 5e-4 }
        : RuleTable.Find(name)?.CreateRule() ?? throw new ArgumentException($"there is no learning rule '{name}'");

    private static double Measure(
        string name, LearningRule rule, NetworkSpec spec, int seed, Samples<float> train, Samples<float> test, ResidualSettings settings, CancellationToken cancellation)
    {
        using Network<float> network = new(spec, rule, Initializer.HeUniform, seed);
        int batch = Math.Min(settings.Batch, train.Count), steps = (train.Count + batch - 1) / batch;
        using NetworkTrainer<float> trainer = new(network, rule, OptimizerSettings.Sgd(settings.LearningRate) with { Kind = OptimizerKind.Nesterov }, batch);
        LearningDiagnostics diagnostics = new() { Every = steps * settings.Epochs, ProbeRows = batch };
        using IDisposable observing = diagnostics.Attach(trainer, train);
        double accuracy = 0, start = CpuClock.Process();
        for (int epoch = 1; epoch <= settings.Epochs; epoch++)
        {
            trainer.LearningRateFactor = epoch > 0.85 * settings.Epochs ? 0.01 : epoch > 0.6 * settings.Epochs ? 0.1 : 1;
            double loss = trainer.TrainEpoch(train, cancellation);
            accuracy = trainer.Evaluate(test).Accuracy;
            Console.WriteLine(JsonSerializer.Serialize(new { rule = name, seed, width = settings.Width, rows = train.Count, epoch, loss, accuracy, cpuSeconds = Math.Round(CpuClock.Process() - start, 1) }));
        }
        Angles(name, spec, diagnostics, DiagnosticMetric.GradientAngle);
        Angles(name, spec, diagnostics, DiagnosticMetric.FeedbackAngle);
        return accuracy;
    }

    private static void Angles(string rule, NetworkSpec spec, LearningDiagnostics diagnostics, string metric)
    {
        foreach (long step in diagnostics.Records.Where(r => r.Metric == metric).Select(r => r.Step).Distinct())
        {
            string layers = string.Join(' ', diagnostics.Records.Where(r => r.Metric == metric && r.Step == step && spec.Graph[r.Layer - 1].HasWeights)
                .Select(r => r.Value.ToString("F0", CultureInfo.InvariantCulture)));
            Report.Line($"{rule}, step {step}, {metric}, layers with weights from the first: {layers}");
        }
    }
}
