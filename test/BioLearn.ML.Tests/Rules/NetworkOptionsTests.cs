using BioLearn.ML.Networks;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Rules;

/// <summary>What cannot be trained is refused when the trainer is made, by the option's name.</summary>
public class NetworkOptionsTests
{
    private static readonly Dictionary<string, Action<NetworkOptions>> Wrong = new()
    {
        ["Initializer: null"] = o => o.Initializer = null!,
        ["LearningRateSteps: null"] = o => o.LearningRateSteps = null!,
        ["LearningRateAnnealing: negative"] = o => o.LearningRateAnnealing = -1,
        ["LearningRateStepFactor: 0"] = o => o.LearningRateStepFactor = 0,
        ["LearningRateScales: null"] = o => o.LearningRateScales = null!,
        ["LearningRateScales: NaN"] = o => o.LearningRateScales = [double.NaN],
        ["HiddenUnits: null"] = o => o.HiddenUnits = null!,
        ["HiddenUnits: none in a layer"] = o => o.HiddenUnits = [3, 0],
        ["HiddenUnits: 3.6e9 weights"] = o => o.HiddenUnits = [60_000, 60_000],
        ["HiddenUnits: 4e9 weights"] = o => o.HiddenUnits = [20_000_000, 200],
        ["Layers: null in it"] = o => o.Layers = [null!],
        ["Kind: undefined"] = o => o.Optimizer = new((OptimizerKind)99, 0.1),
        ["LearningRate: NaN"] = o => o.Optimizer = OptimizerSettings.Sgd(double.NaN),
        ["BatchSize: 0"] = o => o.BatchSize = 0,
        ["NumberOfEpochs: negative"] = o => o.NumberOfEpochs = -1,
        ["NumberOfThreads: 0"] = o => o.NumberOfThreads = 0,
        ["ValidationFraction: 1"] = o => o.ValidationFraction = 1,
    };

    public static TheoryData<string> Names() => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_option_is_refused_by_its_name(string name)
    {
        var options = new NetworkOptions();
        Wrong[name](options);
        var error = Assert.ThrowsAny<ArgumentException>(() => new MLContext().MulticlassClassification.Trainers.FeedbackAlignment(options));
        Assert.Equal(name[..name.IndexOf(':', StringComparison.Ordinal)], error.ParamName);
    }
}
