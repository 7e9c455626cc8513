using BioLearn.ML;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace BioLearn.Cli.Learning.Baselines;

/// <summary>Who takes part: a trainer with its defaults, for either task.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Normalized">Whether features are brought to mean 0 and deviation 1 before it; trees need no such thing.</param>
/// <param name="Classes">Makes its trainer of classes.</param>
/// <param name="Numbers">Makes its trainer of numbers, or null if it has none.</param>
internal sealed record BaselineTrainer(
    string Name, bool Normalized, Func<MLContext, TrainingTerms, IEstimator<ITransformer>> Classes, Func<MLContext, TrainingTerms, IEstimator<ITransformer>>? Numbers)
{
    /// <summary>ML.NET's trainers that others are measured against. SDCA runs on one thread: on several its result is another each time.</summary>
    public static IReadOnlyList<BaselineTrainer> OfMlNet { get; } =
    [
        new("LightGBM", false,
            (ml, terms) => ml.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options { NumberOfThreads = terms.Threads, Seed = terms.Seed }),
            (ml, terms) => ml.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options { NumberOfThreads = terms.Threads, Seed = terms.Seed })),
        new("FastTree", false,
            (ml, terms) => ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options { NumberOfThreads = terms.Threads, Seed = terms.Seed })),
            (ml, terms) => ml.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options { NumberOfThreads = terms.Threads, Seed = terms.Seed })),
        new("SDCA", true,
            (ml, _) => ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = 1 }),
            (ml, _) => ml.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options { NumberOfThreads = 1 })),
    ];

    /// <summary>One of the library's rules.</summary>
    /// <param name="rule">Its name and options.</param>
    /// <param name="normalized">Whether features are normalized before it; without, its trainer does so itself.</param>
    public static BaselineTrainer Of(RuleChoice rule, bool normalized)
    {
        bool regression = RuleTable.Find(rule.Text.Split(':')[0]) is { } row && row.Tasks.HasFlag(RuleTasks.Regression);
        return new(
            rule.Text, normalized,
            (ml, terms) => ml.MulticlassClassification.Trainers.LearningRule(RuleChoice.Parse(rule.Text).Rule, Options(terms)),
            regression ? (ml, terms) => ml.Regression.Trainers.LearningRule(RuleChoice.Parse(rule.Text).Rule, Options(terms)) : null);
    }

    private static NetworkOptions Options(TrainingTerms terms) => new() { Seed = terms.Seed, NumberOfThreads = terms.Threads, CancellationToken = terms.Cancellation };
}

/// <summary>What all trainers are given.</summary>
internal sealed record TrainingTerms(int Seed, int Threads, CancellationToken Cancellation);
