using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective;

/// <summary>Learning rates of publications whose gradients are sums over the mini-batch; every rule here averages.</summary>
public static class SummedGradients
{
    /// <summary>The rate of plain descent that makes the same step.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="rate">The published rate, on summed gradients.</param>
    /// <param name="batch">Samples of a mini-batch.</param>
    /// <returns><paramref name="rate"/> times <paramref name="batch"/>; the rate itself for a rule that is set to sum.</returns>
    public static double Rate(LearningRule rule, double rate, int batch) => rule is PredictiveCoding { SumOverBatch: true } ? rate : rate * batch;
}
