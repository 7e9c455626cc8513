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
        FeatureSetting[] all = [.. FeatureSetting.All(settings)];
        double[][] accuracies = [.. all.Select(_ => new double[settings.Seeds])];
        for (int seed = 0; seed < settings.Seeds; seed++)
        {
            MLContext ml = new(seed);
            (IDataView train, IDataView held) = Pictures.Load(ml, settings);
            if (settings.Whiten is { } rank)
            {
                ITransformer whitening = FeatureKinds.Whitening(ml, rank).Fit(train);
                (train, held) = (ml.Data.Cache(whitening.Transform(train)), ml.Data.Cache(whitening.Transform(held)));
            }
            for (int i = 0; i < all.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // A context of its own, so that a setting's seed does not depend on the settings before it.
                accuracies[i][seed] = Measure(new MLContext(seed), all[i], seed, train, held, settings, cancellationToken);
            }
        }
        string measured = settings.Validation ? "the last 10,000 training pictures" : "the test pictures";
        Report.Line($"{Path.GetFileName(settings.Data)}, accuracy on {measured}: {settings.Units} units, {settings.Epochs} + {settings.ReadoutEpochs} epochs{(settings.Whiten is { } r ? $", {r} components" : "")}{(settings.Ridge is { } ridge ? string.Create(CultureInfo.InvariantCulture, $", whitened with ridge {ridge}") : "")}{(settings.Patch is { } p ? $", patches of {p} x {p}, pools of {settings.PoolingSize}" : "")}");
        foreach ((FeatureSetting setting, double[] found) in all.Zip(accuracies))
            Accuracies.Line(setting.Name, found);
        return 0;
    }

    private static double Measure(
        MLContext ml, FeatureSetting setting, int seed, IDataView train, IDataView held, UnsupervisedSettings settings, CancellationToken cancellation)
    {
        double start = CpuClock.Process();
        ITransformer? features = FeatureKinds.Create(ml, setting, settings)?.Fit(train);
        double learned = CpuClock.Process() - start;
        string column = features is null ? "Features" : "Made";
        // Kept, because normalizer and trainer each pass over them.
        IDataView made = features is null ? train : ml.Data.Cache(features.Transform(train), column, "Label");
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
            .Fit(made);
        double accuracy = ml.MulticlassClassification.Evaluate(readout.Transform(features?.Transform(held) ?? held)).MicroAccuracy;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            data = settings.Data,
            on = settings.Validation ? "validation" : "test",
            rows = settings.Rows,
            features = setting.Name,
            units = settings.Units,
            epochs = settings.Epochs,
            readoutEpochs = settings.ReadoutEpochs,
            whiten = settings.Whiten,
            learningRate = settings.LearningRate,
            initialLength = settings.InitialLength,
            ridge = settings.Ridge,
            patch = settings.Patch,
            patches = settings.Patch is null ? default(int?) : settings.Patches,
            poolingSize = settings.Patch is null ? default(int?) : settings.PoolingSize,
            radiusPower = settings.RadiusPower,
            seed,
            accuracy,
            learningCpuSeconds = Math.Round(learned, 1),
            allCpuSeconds = Math.Round(CpuClock.Process() - start, 1),
        }));
        return accuracy;
    }
}
