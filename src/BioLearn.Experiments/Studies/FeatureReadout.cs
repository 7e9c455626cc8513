namespace BioLearn.Experiments.Studies;

/// <summary>How a <see cref="FeaturesTrial"/> reads classes from features.</summary>
public enum FeatureReadout
{
    /// <summary>Normalized features and softmax regression.</summary>
    Softmax,

    /// <summary>
    /// Each unit is given the class of the training rows for which it answers most on the average; a row has the class whose units answer it most on the average
    /// (Diehl and Cook 2015). Labels teach nothing else.
    /// </summary>
    AssignedUnits,

    /// <summary>Normalized features and a linear support vector machine for each class against the rest.</summary>
    LinearSvm,
}
