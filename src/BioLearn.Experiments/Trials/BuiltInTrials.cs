using BioLearn.Experiments.Prospective.Behaviour;
using BioLearn.Experiments.Prospective.Reinforcement;
using BioLearn.Experiments.Prospective.Supervised;

namespace BioLearn.Experiments;

/// <summary>The tasks of this library, a line each.</summary>
internal static class BuiltInTrials
{
    public static TrialCatalog AddTo(TrialCatalog catalog) => catalog
        .Add<ContinualTrial>("continual")
        .Add<DriftTrial>("drift")
        .Add<FearConditioningTrial>("fear-conditioning")
        .Add<MotorAdaptationTrial>("motor-adaptation")
        .Add<ReinforcementTrial>("reinforcement")
        .Add<ReversalLearningTrial>("reversal-learning")
        .Add<SupervisedTrial>("supervised");
}
