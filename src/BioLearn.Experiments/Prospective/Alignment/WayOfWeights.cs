using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Alignment;

/// <summary>The way of a network's weights through some updates on the same samples.</summary>
/// <param name="Steps">Frobenius norm of each update, [updates][layers].</param>
/// <param name="Paths">Their sums, layer by layer.</param>
/// <param name="Distances">Norm of last weights less first ones, layer by layer.</param>
/// <param name="LastLoss">Mean loss before the last update; NaN if learning diverged.</param>
internal sealed record WayOfWeights(double[][] Steps, double[] Paths, double[] Distances, double LastLoss)
{
    public static WayOfWeights Go(Network<double> network, LearningRule rule, double rate, double[] input, double[] target, int updates, CancellationToken cancellation)
    {
        int samples = input.Length / network.Spec.Input.Size;
        using NetworkTrainer<double> trainer = new(network, rule, OptimizerSettings.Sgd(SummedGradients.Rate(rule, rate, samples)), samples);
        double[][] first = Weights(network), last = first;
        List<double[]> steps = [];
        double loss = double.NaN;
        for (int i = 0; i < updates; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                loss = trainer.Step(input, target);
            }
            catch (DivergenceException)
            {
                double[] nothing = [.. first.Select(_ => double.NaN)];
                return new([.. steps], nothing, nothing, double.NaN);
            }
            double[][] now = Weights(network);
            steps.Add([.. now.Zip(last, Distance)]);
            last = now;
        }
        return new([.. steps], [.. first.Select((_, l) => steps.Sum(s => s[l]))], [.. last.Zip(first, Distance)], loss);
    }

    private static double[][] Weights(Network<double> network) => [.. Enumerable.Range(1, network.Depth).Select(l => network.Weights(l).Values.ToArray())];

    private static double Distance(double[] a, double[] b)
    {
        double squares = 0;
        for (int i = 0; i < a.Length; i++)
            squares += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(squares);
    }
}
