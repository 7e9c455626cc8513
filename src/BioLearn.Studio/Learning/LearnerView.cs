using BioLearn.ML;

namespace BioLearn.Studio.Learning;

/// <summary>One side of the page at one moment.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Epochs">How often every row was met.</param>
/// <param name="Loss">Mean loss as met, over steps.</param>
/// <param name="Accuracy">Share of the test rows whose class is found, over steps.</param>
/// <param name="Angles">Degrees between the rule's gradient and backpropagation's, of each layer, over steps.</param>
/// <param name="Picture">Weights of the first layer, or the map of the plane; null if it was not drawn this time.</param>
/// <param name="Note">What a reader should know.</param>
/// <param name="Problem">Why it does not learn on, or null.</param>
public sealed record LearnerView(
    RuleRow Rule, long Steps, double Epochs, IReadOnlyList<(double Step, double Value)> Loss, IReadOnlyList<(double Step, double Value)> Accuracy,
    IReadOnlyList<(int Layer, IReadOnlyList<(double Step, double Value)> Curve)> Angles, string? Picture, string Note, string? Problem);
