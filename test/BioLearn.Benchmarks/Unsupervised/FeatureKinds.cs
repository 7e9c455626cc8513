using BioLearn.Kernels.Tensors;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Memories;
using Microsoft.ML;

namespace BioLearn.Benchmarks.Unsupervised;

/// <summary>The features that the study compares, each as the transform that makes the column "Made" of "Features".</summary>
internal static class FeatureKinds
{
    /// <summary>Null for the pixels as they are.</summary>
    public static IEstimator<ITransformer>? Create(MLContext ml, string kind, double power, UnsupervisedSettings settings) => kind switch
    {
        "pixels" => null,
        "random" => Competitive(ml, new Unlearning(), power, settings, epochs: 1),
        "softhebb" => Competitive(ml, new SoftHebb(), power, settings, settings.Epochs),
        "krotov-hopfield" => Competitive(ml, new KrotovHopfield(), power, settings, settings.Epochs),
        "sanger" => ml.Transforms.HebbianComponents("Made", "Features", Math.Min(settings.Units, 100), numberOfEpochs: settings.Epochs),
        "rbm" => ml.Transforms.RestrictedBoltzmannMachine("Made", "Features", settings.Units, settings.Epochs),
        "dbn" => ml.Transforms.DeepBeliefNetwork("Made", "Features", [settings.Units, settings.Units], settings.Epochs),
        "helmholtz" => ml.Transforms.HelmholtzMachine("Made", "Features", [settings.Units], settings.Epochs),
        _ => throw new ArgumentException($"--features has '{kind}', which is none of pixels, random, softhebb, krotov-hopfield, sanger, rbm, dbn, helmholtz"),
    };

    /// <summary>Whether the activation's power makes a difference.</summary>
    public static bool HasPower(string kind) => kind is "random" or "softhebb" or "krotov-hopfield";

    // The control differs in nothing but that its weights stay as they were drawn.
    private static IEstimator<ITransformer> Competitive(MLContext ml, CompetitiveRule rule, double power, UnsupervisedSettings settings, int epochs)
    {
        CompetitiveOptions options = new()
        {
            OutputColumnName = "Made",
            InputColumnName = settings.Whiten is null ? "Features" : "White",
            Rule = rule,
            NumberOfUnits = settings.Units,
            NumberOfEpochs = epochs,
            ActivationPower = power,
        };
        IEstimator<ITransformer> layer = ml.Transforms.CompetitiveLayer(options);
        if (settings.Whiten is not { } rank)
            return layer;
        HebbianOptions components = new() { OutputColumnName = "White", InputColumnName = "Features", Rank = rank, NumberOfEpochs = 5, BatchSize = 100 };
        return ml.Transforms.HebbianComponents(components).Append(ml.Transforms.NormalizeMeanVariance("White", fixZero: false)).Append(layer);
    }

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
