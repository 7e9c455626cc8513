using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Spiking;
using Microsoft.ML;

namespace BioLearn.Experiments.Studies;

/// <summary>The features that a <see cref="FeaturesTrial"/> measures, each as the transform that makes its column.</summary>
internal static class FeatureTransforms
{
    /// <summary>Column of the pixels.</summary>
    public const string Pixels = "Features";

    /// <summary>Column of the features.</summary>
    public const string Made = "Made";

    private const string White = "White";
    private const int MostComponents = 100;

    /// <summary>Null for rows that are features as they are.</summary>
    public static IEstimator<ITransformer>? Of(FeaturesTrial trial, MLContext mlContext, CancellationToken cancellation)
    {
        var transforms = mlContext.Transforms;
        return trial.Features switch
        {
            FeatureKind.Pixels or FeatureKind.SpikingConvolution => null, // the rows are features already
            FeatureKind.Random when trial.Layers is not null => Network([.. Layers(trial).Select(layer => layer with { Rule = new Unlearning() })]),
            FeatureKind.Random => Competitive(new Unlearning(), epochs: 1),
            FeatureKind.CompetitiveNetwork => Network(Layers(trial)),
            FeatureKind.SoftHebb => Competitive(new SoftHebb { InverseTemperature = trial.Temperature }, trial.Epochs),
            FeatureKind.SoftHebbAnti => Competitive(new SoftHebb { InverseTemperature = trial.Temperature, AntiHebbianLosers = true }, trial.Epochs),
            FeatureKind.KrotovHopfield => Competitive(new KrotovHopfield(), trial.Epochs),
            FeatureKind.Sanger => transforms.HebbianComponents(Of(new HebbianOptions { Rule = new Sanger(), NumberOfUnits = Math.Min(trial.Units, MostComponents), NumberOfEpochs = trial.Epochs })),
            FeatureKind.BoltzmannMachine => transforms.RestrictedBoltzmannMachine(Of(new RestrictedBoltzmannMachineOptions { NumberOfUnits = trial.Units, NumberOfEpochs = trial.Epochs })),
            FeatureKind.DeepBelief => transforms.DeepBeliefNetwork(Of(new DeepBeliefNetworkOptions { HiddenUnits = [trial.Units, trial.Units], NumberOfEpochs = trial.Epochs })),
            FeatureKind.Helmholtz => transforms.HelmholtzMachine(Of(new HelmholtzOptions { HiddenUnits = [trial.Units], NumberOfEpochs = trial.Epochs })),
            FeatureKind.SpikingCompetition => transforms.SpikingCompetition(Of(new SpikingCompetitionOptions { NumberOfUnits = trial.Units, NumberOfEpochs = trial.Epochs })),
            _ => throw new ArgumentOutOfRangeException(nameof(trial), trial.Features, "is no kind of features"),
        };

        // The control differs in nothing but that its weights stay as they were drawn.
        UnsupervisedEstimator<CompetitiveLayer> Competitive(CompetitiveRule rule, int epochs) => transforms.CompetitiveLayer(Of(Layer(trial, rule, epochs)));

        UnsupervisedEstimator<CompetitiveNetwork> Network(IReadOnlyList<CompetitiveConvolution> layers) =>
            transforms.CompetitiveNetwork(Of(new CompetitiveNetworkOptions { Picture = trial.Data.Shape, Layers = layers, Schedule = trial.Schedule, NumberOfEpochs = trial.Epochs }));

        TOptions Of<TOptions>(TOptions options)
            where TOptions : UnsupervisedOptions
        {
            options.OutputColumnName = Made;
            options.InputColumnName = trial.Whiten is not null && options is CompetitiveOptions ? White : Pixels;
            options.NumberOfThreads = 1; // the others are other trials'
            options.CancellationToken = cancellation;
            return options;
        }
    }

    /// <summary>Makes the column of components of unit variance.</summary>
    public static IEstimator<ITransformer> Whitening(MLContext mlContext, int rank, CancellationToken cancellation)
    {
        HebbianOptions components = new() { OutputColumnName = White, InputColumnName = Pixels, NumberOfUnits = rank, NumberOfEpochs = 5, BatchSize = 100, NumberOfThreads = 1, CancellationToken = cancellation };
        return mlContext.Transforms.HebbianComponents(components).Append(mlContext.Transforms.NormalizeMeanVariance(White, fixZero: false));
    }

    private static CompetitiveConvolution[] Layers(FeaturesTrial trial)
    {
        IReadOnlyList<CompetitiveConvolution> all = trial.Layers ?? CompetitiveConvolution.Journe2023();
        return [.. all.Take(trial.Depth == 0 ? all.Count : trial.Depth).Select(layer => layer.Scaled(trial.Width))];
    }

    private static CompetitiveOptions Layer(FeaturesTrial trial, CompetitiveRule rule, int epochs) => new()
    {
        Rule = rule,
        NumberOfUnits = trial.Units,
        NumberOfEpochs = epochs,
        Activation = trial.Activation,
        ActivationPower = trial.Power,
        LearningRate = trial.LearningRate,
        InitialLength = trial.InitialLength,
        RadiusPower = trial.RadiusPower,
        WhiteningRidge = trial.Ridge,
        NumberOfPatches = trial.Patches,
        Patches = trial.Patch is { } size ? new(trial.Data.Shape, size) { Pooling = trial.Pooling, PoolingSize = trial.PoolingSize } : null,
    };

    /// <summary>Nobody responds, so nothing is learned: a random projection.</summary>
    private sealed class Unlearning : CompetitiveRule
    {
        public override string Name => "random projection";

        public override void Compete<T>(ReadOnlyMatrixSpan<T> currents, MatrixSpan<T> responses)
        {
            for (int b = 0; b < responses.Rows; b++)
                responses.Row(b).Clear();
        }
    }
}
