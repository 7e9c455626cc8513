using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
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

    /// <summary>Null for the pixels as they are.</summary>
    public static IEstimator<ITransformer>? Of(FeaturesTrial trial, MLContext mlContext, CancellationToken cancellation) => trial.Features switch
    {
        FeatureKind.Pixels => null,
        FeatureKind.Random => Competitive(mlContext, new Unlearning(), trial, epochs: 1, cancellation),
        FeatureKind.SoftHebb => Competitive(mlContext, new SoftHebb { InverseTemperature = trial.Temperature }, trial, trial.Epochs, cancellation),
        FeatureKind.SoftHebbAnti => Competitive(mlContext, new SoftHebb { InverseTemperature = trial.Temperature, AntiHebbianLosers = true }, trial, trial.Epochs, cancellation),
        FeatureKind.KrotovHopfield => Competitive(mlContext, new KrotovHopfield(), trial, trial.Epochs, cancellation),
        FeatureKind.Sanger => mlContext.Transforms.HebbianComponents(Made, Pixels, Math.Min(trial.Units, MostComponents), numberOfEpochs: trial.Epochs),
        FeatureKind.BoltzmannMachine => mlContext.Transforms.RestrictedBoltzmannMachine(Made, Pixels, trial.Units, trial.Epochs),
        FeatureKind.DeepBelief => mlContext.Transforms.DeepBeliefNetwork(Made, Pixels, [trial.Units, trial.Units], trial.Epochs),
        FeatureKind.Helmholtz => mlContext.Transforms.HelmholtzMachine(Made, Pixels, [trial.Units], trial.Epochs),
        _ => throw new ArgumentOutOfRangeException(nameof(trial), trial.Features, "is no kind of features"),
    };

    /// <summary>Makes the column of components of unit variance.</summary>
    public static IEstimator<ITransformer> Whitening(MLContext mlContext, int rank)
    {
        HebbianOptions components = new() { OutputColumnName = White, InputColumnName = Pixels, NumberOfUnits = rank, NumberOfEpochs = 5, BatchSize = 100 };
        return mlContext.Transforms.HebbianComponents(components).Append(mlContext.Transforms.NormalizeMeanVariance(White, fixZero: false));
    }

    // The control differs in nothing but that its weights stay as they were drawn.
    private static UnsupervisedEstimator<CompetitiveLayer> Competitive(MLContext mlContext, CompetitiveRule rule, FeaturesTrial trial, int epochs, CancellationToken cancellation)
        => mlContext.Transforms.CompetitiveLayer(new CompetitiveOptions
        {
            OutputColumnName = Made,
            InputColumnName = trial.Whiten is null ? Pixels : White,
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
            CancellationToken = cancellation,
        });

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
