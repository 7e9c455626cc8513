using BioLearn.ML.Networks;

[assembly: NamedRules<BioLearn.ML.LibraryRuleNames>]

namespace BioLearn.ML;

/// <summary>The names of the table's rules for saved models.</summary>
internal sealed class LibraryRuleNames : INamedRules
{
    /// <summary>The CLR names under which models of version 0.1 know the rules of that time. It never grows: since then models carry names.</summary>
    private static readonly Dictionary<string, string> Former = new()
    {
        ["backpropagation"] = "BioLearn.ML.Rules.Backpropagation",
        ["burst-dependent-plasticity"] = "BioLearn.ML.Rules.BurstDependentPlasticity",
        ["contrastive-hebbian"] = "BioLearn.ML.Energy.ContrastiveHebbian",
        ["dendritic-microcircuit"] = "BioLearn.ML.Rules.DendriticMicrocircuit",
        ["direct-difference-target-propagation"] = "BioLearn.ML.Rules.DirectDifferenceTargetPropagation",
        ["direct-feedback-alignment"] = "BioLearn.ML.Rules.DirectFeedbackAlignment",
        ["equilibrium-propagation"] = "BioLearn.ML.Energy.EquilibriumPropagation",
        ["feedback-alignment"] = "BioLearn.ML.Rules.FeedbackAlignment",
        ["forward-forward"] = "BioLearn.ML.Rules.ForwardForward",
        ["kolen-pollack"] = "BioLearn.ML.Rules.KolenPollack",
        ["node-perturbation"] = "BioLearn.ML.Rules.NodePerturbation",
        ["pepita"] = "BioLearn.ML.Rules.Pepita",
        ["predictive-coding"] = "BioLearn.ML.Energy.PredictiveCoding",
        ["sign-symmetry"] = "BioLearn.ML.Rules.SignSymmetry",
        ["target-propagation"] = "BioLearn.ML.Rules.TargetPropagation",
        ["weight-mirror"] = "BioLearn.ML.Rules.WeightMirror",
        ["weight-perturbation"] = "BioLearn.ML.Rules.WeightPerturbation",
    };

    static IEnumerable<(Type Type, string Name, string? FormerName)> INamedRules.Rules =>
        RuleTable.Rows.Where(r => r.IsLearningRule).Select(r => (r.Type, r.Name, Former.GetValueOrDefault(r.Name)));
}
