using BioLearn.ML.Hosting;
using Microsoft.ML;

namespace BioLearn.ML.Networks;

/// <summary>From a catalog, a rule and options to a trainer.</summary>
internal static class LearningRuleTrainer
{
    public static BioLearnTrainer<NetworkModelParameters> Create(
        TrainCatalogBase.CatalogInstantiatorBase trainers, PredictionTask task, LearningRule rule, NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        RequireDefined(rule);
        RuleNames.AddUnnamed(rule.GetType());
        RuleSerializer.Write(rule); // what cannot be saved is refused before it is trained
        return new(MlNetInterop.Environment(trainers), new(rule.Name, task, options, context => NetworkFit.Train(task, rule, options, context)) { KeepsSparse = options.Augmentation is null, RowsInMemory = () => options.WholeBatchesInMemory });
    }

    /// <summary>Hyper-parameters that are no member of their enumeration are refused of any rule.</summary>
    private static void RequireDefined(LearningRule rule)
    {
        foreach (System.Reflection.PropertyInfo option in SavedMembers.Of(rule.GetType()).Options)
        {
            if (option.GetValue(rule) is Enum value && !Enum.IsDefined(value.GetType(), value))
                throw new ArgumentOutOfRangeException(option.Name, value, $"must be one of {string.Join(", ", Enum.GetNames(value.GetType()))}");
        }
    }

    public static NetworkOptions Options(
        string label, string features, string? weights, IReadOnlyList<int>? hiddenUnits, double? learningRate, int? epochs)
    {
        NetworkOptions options = new()
        {
            LabelColumnName = label,
            FeatureColumnName = features,
            ExampleWeightColumnName = weights,
            Optimizer = learningRate is { } rate ? OptimizerSettings.Adam(rate) : null,
            NumberOfEpochs = epochs,
        };
        options.HiddenUnits = hiddenUnits ?? options.HiddenUnits;
        return options;
    }
}
