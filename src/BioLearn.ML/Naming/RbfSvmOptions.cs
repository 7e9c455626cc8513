using BioLearn.ML.Hosting;

namespace BioLearn.ML.Naming;

/// <summary>Options of the support vector classifier with radial basis functions.</summary>
public sealed class RbfSvmOptions : TrainerOptions
{
    /// <summary>C, the largest weight of a training point; above 0.</summary>
    public double Cost { get; set; } = 1;

    /// <summary>γ of K(x, y) = exp(-γ |x - y|²), above 0; null takes 1 / number of features.</summary>
    public double? Gamma { get; set; }

    /// <summary>Whether features are standardized first, (x - mean) / (population deviation + 1e-5) over the training rows.</summary>
    public bool StandardizeFeatures { get; set; } = true;

    /// <summary>By how much the optimality conditions may be missed at the end; above 0. 1e-3 is libsvm's.</summary>
    public double OptimizationTolerance { get; set; } = 1e-3;

    /// <summary>
    /// Whether the decisions' values choose among classes with equal votes (more than two classes); otherwise the first of them wins, as in libsvm.
    /// </summary>
    public bool BreakTies { get; set; } = true;

    /// <summary>
    /// Whether scores are probabilities that sum to 1 (Platt's sigmoids by five folds, coupled, as libsvm's with -b 1) and the predicted class is
    /// the most probable one; training then costs six times as much. Otherwise scores are votes of the pairs of classes. Default: no.
    /// </summary>
    public bool EstimateProbabilities { get; set; }

    internal void Validate()
    {
        Guard.AboveZero(Cost);
        Guard.AboveZero(Gamma ?? 1, nameof(Gamma));
        Guard.AboveZero(OptimizationTolerance);
        if (ExampleWeightColumnName is not null)
            throw new ArgumentException("RbfSvm knows no example weights.", nameof(ExampleWeightColumnName));
    }
}
