using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.ML.Instructed;

/// <summary>From a catalog and options to a trainer.</summary>
internal static class InstructedTrainer
{
    public static BioLearnTrainer<NetworkModelParameters> Create(TrainCatalogBase.CatalogInstantiatorBase trainers, PredictionTask task, InstructedNetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(MlNetInterop.Environment(trainers), new("InstructedNetwork", task, options, context => NetworkFit.Train(task, options.RuleFor(context.Data.Instructions!.Form.Width), options, context))
        {
            KeepsSparse = true,
            RowsInMemory = () => options.WholeBatchesInMemory,
            GatedLayers = () => Gated(options),
        });
    }

    /// <summary>Numbers of the layers with gates, for an input whose length is not known yet.</summary>
    private static IEnumerable<int> Gated(InstructedNetworkOptions options)
    {
        TensorShape input = options.InputShape ?? new TensorShape(1);
        return new NetworkSpec(input, [.. options.HiddenLayers(input, Activation.ReLU), new Dense(1)], OutputHead.LinearSquaredError).InstructedLayers.Select(l => l.Index);
    }
}
