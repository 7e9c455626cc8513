using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;

namespace Microsoft.ML;

/// <summary>Naming from one example, and the classifier that it is measured against.</summary>
public static class NamingCatalog
{
    /// <summary>An exact support vector classifier with radial basis functions, for small sets; ML.NET's own <c>LinearSvm</c> is linear.</summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="labelColumnName">The label, a key column of two classes or more.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length.</param>
    /// <param name="cost">C, the largest weight of a training point; above 0.</param>
    /// <param name="gamma">γ of exp(-γ |x - y|²), above 0; null takes 1 / number of features.</param>
    /// <returns>The trainer. Scores are votes of the pairs of classes, not probabilities.</returns>
    /// <remarks>
    /// Sequential minimal optimization as in libsvm (Fan, Chen and Lin 2005), in closed form for two rows; one against one for more classes.
    /// Memory and time grow with the square of the rows of two classes.
    /// </remarks>
    public static BioLearnTrainer<RbfSvmModelParameters> RbfSvm(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        double cost = 1,
        double? gamma = null) =>
        trainers.RbfSvm(new RbfSvmOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName, Cost = cost, Gamma = gamma });

    /// <inheritdoc cref="RbfSvm(MulticlassClassificationCatalog.MulticlassClassificationTrainers, string, string, double, double?)"/>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns and hyper-parameters.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static BioLearnTrainer<RbfSvmModelParameters> RbfSvm(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, RbfSvmOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        return RbfSvmModelParameters.Trainer(MlNetInterop.Environment(trainers), options);
    }
}
