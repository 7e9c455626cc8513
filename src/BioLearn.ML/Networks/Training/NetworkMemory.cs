using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>What a network and its training take beside the rows.</summary>
internal static class NetworkMemory
{
    /// <summary>Refuses a network that is larger than the memory there is, before it is made.</summary>
    /// <exception cref="InvalidOperationException">There is no room; the message has the numbers.</exception>
    public static void Require(NetworkSpec spec, LearningRule rule, NetworkOptions options, OptimizerKind optimizer, TrainingData data)
    {
        RuleRequirements needs = new();
        rule.Describe(spec, needs);
        long weights = spec.Graph.Sum(l => ((long)l.WeightRows * l.WeightColumns) + l.Synapses.Biases);
        long sides = needs.SideTensors.Sum(s => (long)s.Rows * s.Columns);
        long read = data.Sparse is null ? 0 : spec.Graph.Where(l => l.Source == 0).Sum(l => (long)l.WeightRows * l.WeightColumns);
        long batch = Math.Min(options.BatchSize, data.Count);
        long units = batch * (spec.Graph.Sum(l => 3L * l.Units.Size) + (data.Sparse is null ? spec.Input.Size : 0));
        int means = Optimizer<float>.MeansOf(optimizer);
        // The tensors, those of the last good epoch and of the best one; the optimizer's memory and the model's copy of it; gradients, but
        // for those of sparse rows, whose first layer is held column by column instead.
        long copies = 2 + (options.EarlyStoppingPatience > 0 ? 1 : 0) + (2 * means);
        long gradients = means == 0 ? 0 : weights - read;
        long bytes = sizeof(float) * (((weights + sides) * copies) + gradients + read + units);
        MemoryLimit.Require(
            bytes,
            $"{spec} with {weights + sides} numbers, the optimizer {optimizer} and batches of {batch} rows of {data.FeatureCount} features",
            "Fewer hidden units, fewer features, smaller batches or OptimizerKind.Sgd take less (docs/mlnet.md, Memory).");
    }
}
