using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Alignment;

/// <summary>
/// What one step of the weights does to a network: target alignment, mean over samples of cos(y' − y, t − y), and the prospective index of each
/// hidden layer, mean of cos(x'_l − x_l, x̂_l − x_l), where x_l is the forward pass before the step, x'_l after it, and x̂_l what predictive coding
/// inferred before the weights moved (Song et al. 2024).
/// </summary>
/// <param name="Before">y, [samples, outputs].</param>
/// <param name="After">y', [samples, outputs].</param>
/// <param name="Alignment">Target alignment, from −1 to 1.</param>
/// <param name="Inferred">x̂_l of each hidden layer, [samples, units]; none for other rules than predictive coding.</param>
/// <param name="Index">Prospective index of each hidden layer; none for other rules.</param>
internal sealed record OneStep(double[] Before, double[] After, double Alignment, double[][] Inferred, double[] Index)
{
    /// <summary>Makes the step.</summary>
    /// <param name="network">The network; its weights move.</param>
    /// <param name="rule">The rule for which it was made.</param>
    /// <param name="rate">Rate of plain descent along gradients that are summed over the samples.</param>
    /// <param name="input">[samples, features].</param>
    /// <param name="target">[samples, outputs].</param>
    /// <param name="frozen">Whether the inferred activities are those that the weights meet, rather than those one move later.</param>
    public static OneStep Of(Network<double> network, LearningRule rule, double rate, double[] input, double[] target, bool frozen = false)
    {
        int samples = input.Length / network.Spec.Input.Size;
        double[][] inferred = rule is PredictiveCoding coding && network.Depth > 1 && !frozen ? MoveOnce(network, coding, input, target) : [];
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(SummedGradients.Rate(rule, rate, samples)), samples);
        double[] before = trainer.Predict(input).Span.ToArray();
        double[][] start = Hidden(trainer.Context);
        trainer.Step(input, target);
        if (rule is PredictiveCoding && frozen)
            inferred = Settled(trainer.Context);
        double[] after = trainer.Predict(input).Span.ToArray();
        double[][] end = Hidden(trainer.Context);
        return new(before, after, Cosine(samples, after, target, before), inferred, [.. inferred.Select((x, l) => Cosine(samples, end[l], x, start[l]))]);
    }

    /// <summary>The activities after one move more than the weights wait for.</summary>
    private static double[][] MoveOnce(Network<double> network, PredictiveCoding rule, double[] input, double[] target)
    {
        PredictiveCoding longer = new()
        {
            InferenceSteps = rule.InferenceSteps + 1,
            InferenceRate = rule.InferenceRate,
            RateDiscount = rule.RateDiscount,
            RateAmplifier = rule.RateAmplifier,
            StopAtRate = rule.StopAtRate,
            InferenceOptimizer = rule.InferenceOptimizer,
            NodePosition = rule.NodePosition,
            EnergyCoefficient = rule.EnergyCoefficient,
        };
        using Network<double> copy = new(network.Spec, longer, Initializer.Zeros, 0);
        for (int l = 1; l <= network.Depth; l++)
        {
            network.Weights(l).Values.CopyTo(copy.Weights(l).Values);
            network.Biases(l).Values.CopyTo(copy.Biases(l).Values);
        }
        using NetworkTrainer<double> trainer = new(copy, longer, OptimizerSettings.Sgd(double.Epsilon), input.Length / network.Spec.Input.Size);
        trainer.Step(input, target);
        return Settled(trainer.Context);
    }

    private static double[][] Settled(LearningContext<double> step) => [.. Enumerable.Range(1, step.Depth - 1).Select(l => step.Scratch(PredictiveCoding.Activities, l, step.Layer(l).Units.Size).Span.ToArray())];

    private static double[][] Hidden(LearningContext<double> step) => [.. Enumerable.Range(1, step.Depth - 1).Select(l => step.Clean.PreActivation(l).Span.ToArray())];

    /// <summary>Mean over samples of cos(a − origin, b − origin).</summary>
    private static double Cosine(int samples, double[] a, double[] b, double[] origin)
    {
        int width = a.Length / samples;
        double sum = 0;
        for (int s = 0; s < samples; s++)
        {
            double dot = 0, aa = 0, bb = 0;
            for (int i = s * width; i < (s + 1) * width; i++)
            {
                double da = a[i] - origin[i], db = b[i] - origin[i];
                dot += da * db;
                aa += da * da;
                bb += db * db;
            }
            sum += dot / Math.Sqrt(aa * bb);
        }
        return sum / samples;
    }
}
