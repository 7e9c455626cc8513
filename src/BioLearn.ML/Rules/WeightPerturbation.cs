using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Weight perturbation (Jabri and Flower 1992): try θ + σξ, and move along ξ by the change of the batch's loss,
/// g = (L(θ + σξ) − L(θ)) / σ · ξ, or centrally (L(θ + σξ) − L(θ − σξ)) / 2σ · ξ. One ξ for all weights and biases a step.
/// </summary>
public sealed class WeightPerturbation : LearningRule
{
    /// <summary>Standard deviation σ of the perturbation; above 0. Default: 1e-2.</summary>
    public double NoiseDeviation { get; init; } = 1e-2;

    /// <summary>Whether both signs of the perturbation are tried. Default: yes.</summary>
    public bool CentralDifference { get; init; } = true;

    /// <inheritdoc/>
    public override string Name => "weight perturbation";

    /// <inheritdoc/>
    /// <remarks>Adam at 3e-3: gradients guessed from noise are small beside their own noise.</remarks>
    public override OptimizerSettings? PreferredOptimizer => OptimizerSettings.Adam(3e-3);

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.AboveZero(NoiseDeviation);
        network.RequireChain("Weight perturbation");
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        for (int l = 1; l <= step.Depth; l++)
        {
            step.Normal("noise W", l, step.Gradient(step.Weights(l)));
            step.Normal("noise b", l, step.Gradient(step.Biases(l)));
        }
        double plus = LossAt(step, NoiseDeviation);
        double slope = CentralDifference
            ? (plus - LossAt(step, -NoiseDeviation)) / (2 * NoiseDeviation)
            : (plus - step.MeanLoss) / NoiseDeviation;
        for (int l = 1; l <= step.Depth; l++)
        {
            Scale(step.Gradient(step.Weights(l)), slope);
            Scale(step.Gradient(step.Biases(l)), slope);
        }
    }

    /// <summary>Mean loss with every parameter moved by σξ, ξ read from its gradient buffer; the parameters are put back exactly.</summary>
    private static double LossAt<T>(LearningContext<T> step, double sigma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Phase<T> perturbed = step.Phase("perturbed");
        for (int l = 1; l <= step.Depth; l++)
        {
            using var weights = step.Perturb(step.Weights(l), T.CreateChecked(sigma));
            using var biases = step.Perturb(step.Biases(l), T.CreateChecked(sigma));
            step.PreActivate(perturbed, l);
            step.Activate(perturbed, l);
        }
        Signal<T> losses = step.Scratch("ℓ", step.Depth, 1);
        step.LossPerSample(perturbed, losses);
        return double.CreateChecked(TensorPrimitives.Sum<T>(losses.Span)) / step.Batch;
    }

    private static void Scale<T>(Signal<T> gradient, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TensorPrimitives.Multiply(gradient.Span, T.CreateChecked(factor), gradient.Span);
}
