using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Memories;
using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.Benchmarks.Unsupervised;

/// <summary>The features that the study compares, each as the transform that makes the column "Made".</summary>
internal static class FeatureKinds
{
    /// <summary>Null for the pixels as they are.</summary>
    public static IEstimator<ITransformer>? Create(MLContext ml, FeatureSetting setting, UnsupervisedSettings settings) => setting.Kind switch
    {
        "pixels" => null,
        "random" => Competitive(ml, new Unlearning(), setting, settings, epochs: 1),
        "softhebb" => Competitive(ml, new SoftHebb { InverseTemperature = setting.Temperature }, setting, settings, settings.Epochs),
        "softhebb-anti" => Competitive(ml, new SoftHebb { InverseTemperature = setting.Temperature, AntiHebbianLosers = true }, setting, settings, settings.Epochs),
        "krotov-hopfield" => Competitive(ml, new KrotovHopfield(), setting, settings, settings.Epochs),
        "sanger" => ml.Transforms.HebbianComponents("Made", "Features", Math.Min(settings.Units, 100), numberOfEpochs: settings.Epochs),
        "rbm" => ml.Transforms.RestrictedBoltzmannMachine("Made", "Features", settings.Units, settings.Epochs),
        "dbn" => ml.Transforms.DeepBeliefNetwork("Made", "Features", [settings.Units, settings.Units], settings.Epochs),
        "helmholtz" => ml.Transforms.HelmholtzMachine("Made", "Features", [settings.Units], settings.Epochs),
        _ => throw new ArgumentException($"--features has '{setting.Kind}', which is none of pixels, random, softhebb, softhebb-anti, krotov-hopfield, sanger, rbm, dbn, helmholtz"),
    };

    /// <summary>Makes the column "White": components of unit variance.</summary>
    public static IEstimator<ITransformer> Whitening(MLContext ml, int rank)
    {
        HebbianOptions components = new() { OutputColumnName = "White", InputColumnName = "Features", NumberOfUnits = rank, NumberOfEpochs = 5, BatchSize = 100 };
        return ml.Transforms.HebbianComponents(components).Append(ml.Transforms.NormalizeMeanVariance("White", fixZero: false));
    }

    // The control differs in nothing but that its weights stay as they were drawn.
    private static IEstimator<ITransformer> Competitive(MLContext ml, CompetitiveRule rule, FeatureSetting setting, UnsupervisedSettings settings, int epochs)
        => ml.Transforms.CompetitiveLayer(new CompetitiveOptions
        {
            OutputColumnName = "Made",
            InputColumnName = settings.Whiten is null ? "Features" : "White",
            Rule = rule,
            NumberOfUnits = settings.Units,
            NumberOfEpochs = epochs,
            Activation = setting.Activation,
            ActivationPower = setting.Power,
            LearningRate = settings.LearningRate,
            InitialLength = settings.InitialLength,
            RadiusPower = settings.RadiusPower,
            WhiteningRidge = settings.Ridge,
            NumberOfPatches = settings.Patches,
            Patches = settings.Patch is { } size
                ? new(new TensorShape(1, 28, 28), size) { Pooling = setting.Pooling, PoolingSize = settings.PoolingSize }
                : null,
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
