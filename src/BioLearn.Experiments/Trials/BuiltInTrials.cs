using BioLearn.Experiments.Credit;
using BioLearn.Experiments.Prospective.Alignment;
using BioLearn.Experiments.Prospective.Behaviour;
using BioLearn.Experiments.Prospective.Reinforcement;
using BioLearn.Experiments.Prospective.Supervised;

namespace BioLearn.Experiments;

/// <summary>The tasks of this library, a line each.</summary>
internal static class BuiltInTrials
{
    public static TrialCatalog AddTo(TrialCatalog catalog) => catalog
        .Add<AlignmentTrial>("alignment")
        .Add<AugmentedTrial>("augmented")
        .Add<ContinualTrial>("continual")
        .Add<ConvolutionTrial>("convolution")
        .Add<CreditTrial>("credit")
        .Add<DriftTrial>("drift")
        .Add<ErraticTrial>("erratic")
        .Add<FearConditioningTrial>("fear-conditioning")
        .Add<LinearToyTrial>("linear-toy")
        .Add<MotorAdaptationTrial>("motor-adaptation")
        .Add<ReinforcementTrial>("reinforcement")
        .Add<ReversalLearningTrial>("reversal-learning")
        .Add<SupervisedTrial>("supervised")
        .Add<TeacherTrial>("teacher");
}
