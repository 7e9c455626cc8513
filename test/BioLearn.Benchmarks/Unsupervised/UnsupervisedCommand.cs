using System.Globalization;
using System.Text.Json;
using BioLearn.Benchmarks.Harness;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Spectre.Console.Cli;

namespace BioLearn.Benchmarks.Unsupervised;

/// <summary>
/// How much of what a picture shows is in features that were learned without labels: an ML.NET pipeline of the transform, a
/// normalizer and a linear readout, its accuracy on the test pictures, several seeds. One JSON line a run, a table at the end.
/// </summary>
internal sealed class UnsupervisedCommand : Command<UnsupervisedSettings>
{
    public override int Execute(CommandContext context, UnsupervisedSettings settings, CancellationToken cancellationToken)
    {
        List<(string Features, double[] Accuracies)> table = [];
        foreach (string kind in settings.Features.Split(','))
        {
            double[] powers = FeatureKinds.HasPower(kind) ? [.. settings.Powers.Split(',').Select(p => double.Parse(p, CultureInfo.InvariantCulture))] : [1];
            foreach (double power in powers)
            {
                string name = FeatureKinds.HasPower(kind) ? string.Create(CultureInfo.InvariantCulture, $"{kind}^{power}") : kind;
                List<double> accuracies = [];
                for (int seed = 0; seed < settings.Seeds; seed++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    accuracies.Add(Measure(name, kind, power, seed, settings, cancellationToken));
                }
                table.Add((name, [.. accuracies]));
            }
        }
        Report.Line($"{settings.Data}: {settings.Units} units, {settings.Epochs} + {settings.ReadoutEpochs} epochs{(settings.Whiten is { } rank ? $", {rank} components" : "")}");
        foreach ((string name, double[] accuracies) in table)
        {
            double mean = accuracies.Average();
            double spread = accuracies.Length > 1 ? Math.Sqrt(accuracies.Sum(a => (a - mean) * (a - mean)) / (accuracies.Length - 1)) : 0;
            Report.Line(string.Create(CultureInfo.InvariantCulture, $"{name,-20} {100 * mean:F2} ± {100 * spread:F2} %   ({string.Join(", ", accuracies.Select(a => (100 * a).ToString("F2", CultureInfo.InvariantCulture)))})"));
        }
        return 0;
    }

    private static double Measure(string name, string kind, double power, int seed, UnsupervisedSettings settings, CancellationToken cancellation)
    {
        MLContext ml = new(seed);
        IDataView train = Pictures(ml, settings, "train"), test = Pictures(ml, settings, "t10k");
        if (settings.Rows is { } rows)
            train = ml.Data.TakeRows(train, rows);
        double start = CpuClock.Process();
        ITransformer? features = FeatureKinds.Create(ml, kind, power, settings)?.Fit(train);
        double learned = CpuClock.Process() - start;
        string column = features is null ? "Features" : "Made";
        var readout = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.NormalizeMeanVariance(column, fixZero: false))
            .Append(ml.MulticlassClassification.Trainers.LearningRule(new BioLearn.ML.Rules.Backpropagation(), new NetworkOptions
            {
                FeatureColumnName = column,
                HiddenUnits = [],
                Optimizer = OptimizerSettings.Adam(1e-3),
                BatchSize = 100,
                NumberOfEpochs = settings.ReadoutEpochs,
                CancellationToken = cancellation,
            }))
            .Fit(features?.Transform(train) ?? train);
        double accuracy = ml.MulticlassClassification.Evaluate(readout.Transform(features?.Transform(test) ?? test)).MicroAccuracy;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            data = settings.Data,
            features = name,
            units = settings.Units,
            epochs = settings.Epochs,
            readoutEpochs = settings.ReadoutEpochs,
            whiten = settings.Whiten,
            seed,
            accuracy,
            learningCpuSeconds = Math.Round(learned, 1),
            allCpuSeconds = Math.Round(CpuClock.Process() - start, 1),
        }));
        return accuracy;
    }

    private static IDataView Pictures(MLContext ml, UnsupervisedSettings settings, string part)
        => ml.Data.LoadFromIdx(Path.Combine(settings.Data, $"{part}-images-idx3-ubyte.gz"), Path.Combine(settings.Data, $"{part}-labels-idx1-ubyte.gz"));
}
