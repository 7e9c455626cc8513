using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>From rows and options to a <see cref="CompetitiveLayer"/>.</summary>
internal static class CompetitiveFit
{
    /// <exception cref="InvalidOperationException">Rows are no pictures of the size that the options name.</exception>
    /// <exception cref="DivergenceException">The weights left the finite numbers.</exception>
    public static CompetitiveLayer Learn(CompetitiveOptions options, UnsupervisedContext context)
    {
        if (options.Patches is { } patches)
        {
            if (patches.Picture.Size != context.Rows.Width)
            {
                throw new InvalidOperationException(
                    $"Patches.Picture is {patches.Picture}, {patches.Picture.Size} numbers, but rows of column '{context.ColumnName}' have {context.Rows.Width}.");
            }
            context = context with { Rows = PatchRows.Draw(patches, context.Rows, options.NumberOfPatches, context.Seed) };
        }
        RowPreparation preparation = RowPreparation.Fit(options, context.Rows, context.Run.ThrowIfCancelled);
        return new(options.Rule.Name, preparation, LearnWeights(options, context), options.Rule.CurrentPower, options.Activation, (float)options.ActivationPower, options.Patches);
    }

    private static float[] LearnWeights(CompetitiveOptions options, UnsupervisedContext context)
    {
        int features = context.Rows.Width;
        EpochLoop epochs = new(context, options.BatchSize, options.NumberOfEpochs);
        Guard.Connections(Math.Max(features, epochs.Capacity), options.NumberOfUnits, nameof(options.NumberOfUnits));
        MemoryLimit.Require(2L * sizeof(float) * options.NumberOfUnits * (features + epochs.Capacity), $"{options.NumberOfUnits} units of {features} features", "A smaller NumberOfUnits takes less.");
        using CompetitiveLearner<float> learner = new(options.Rule, features, options.NumberOfUnits, epochs.Capacity, options.Threads);
        new RandomStream(context.Seed, "weights").FillNormal(learner.Parameters, 0, (float)(options.InitialLength / Math.Sqrt(features)));

        long step = 0;
        double winning = 0;
        epochs.Run(
            learner.Begin,
            done =>
            {
                step++;
                learner.Compete();
                learner.Apply((float)(options.LearningRate * (options.LinearDecay ? 1 - (done / options.NumberOfEpochs) : 1)), (float)options.RadiusPower);
                for (int b = 0; b < learner.Currents.Rows; b++)
                    winning += TensorPrimitives.Max<float>(learner.Currents.Row(b));
                if (!double.IsFinite(winning))
                    throw DivergenceException.OfUnits(options.Rule.Name, (int)done + 1, step);
            },
            () =>
            {
                // Reported as a loss, so negative: units that fit their rows better have larger currents.
                double loss = -winning / context.Rows.Count;
                winning = 0;
                return (loss, null);
            });
        return learner.Parameters.ToArray();
    }
}
