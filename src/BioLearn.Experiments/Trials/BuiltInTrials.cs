using BioLearn.Experiments.Credit;
using BioLearn.Experiments.Naming;
using BioLearn.Experiments.Prospective.Alignment;
using BioLearn.Experiments.Prospective.Behaviour;
using BioLearn.Experiments.Prospective.Reinforcement;
using BioLearn.Experiments.Prospective.Supervised;
using BioLearn.Experiments.Scaling;
using BioLearn.Experiments.Studies;

namespace BioLearn.Experiments;

/// <summary>The tasks of this library, a line each.</summary>
internal static class BuiltInTrials
{
    public static TrialCatalog AddTo(TrialCatalog catalog) => catalog
        .Add<AlignmentTrial>("alignment")
        .Add<AssociativeMemoryTrial>("associative-memory")
        .Add<AugmentedTrial>("augmented")
        .Add<ContinualTrial>("continual")
        .Add<ConvolutionTrial>("convolution")
        .Add<CostTrial>("cost")
        .Add<CreditTrial>("credit")
        .Add<DriftTrial>("drift")
        .Add<ErraticTrial>("erratic")
        .Add<FearConditioningTrial>("fear-conditioning")
        .Add<FeaturesTrial>("features")
        .Add<LinearToyTrial>("linear-toy")
        .Add<MazeTrial>("maze")
        .Add<MotorAdaptationTrial>("motor-adaptation")
        .Add<NamingTrial>("naming")
        .Add<OneShotTrial>("one-shot")
        .Add<PicturePairsTrial>("picture-pairs")
        .Add<FeedForwardTrial>("plastic-feedforward")
        .Add<RecurrentTrial>("recurrent")
        .Add<ReinforcementTrial>("reinforcement")
        .Add<ResidualTrial>("residual")
        .Add<ReversalLearningTrial>("reversal-learning")
        .Add<SupervisedTrial>("supervised")
        .Add<TeacherTrial>("teacher");
}
