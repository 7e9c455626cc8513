using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>Simulated subjects: a population of networks, and one of the two rules that it knows.</summary>
internal static class Subjects
{
    /// <summary>One step of a rule in every network.</summary>
    public static void Learn(this NetworkPopulation<double> population, LearningRule rule)
    {
        if (rule is PredictiveCoding coding)
            population.Learn(coding);
        else if (rule is Backpropagation)
            population.LearnByBackpropagation();
        else
            throw new ArgumentException($"The rule is {rule.Name}; simulated subjects learn by predictive coding or backpropagation.");
    }

    public static void Check(bool right, string setting, double value, string expected)
    {
        if (!right)
            throw new ArgumentException($"{setting} is {value}; expected {expected}.");
    }

    /// <summary>Mean and its standard error; NaN where there are too few.</summary>
    public static (double Mean, double StandardError) Moments(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
            return (double.NaN, double.NaN);
        double mean = values.Average();
        return (mean, values.Count == 1 ? double.NaN : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) / values.Count));
    }
}
