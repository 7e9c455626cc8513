using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML;

/// <summary>The learning rules that this library knows, and where a program adds its own.</summary>
public static class LearningRules
{
    private static readonly RuleEntry[] Entries =
    [
        new(typeof(Backpropagation), () => new Backpropagation(), "The yardstick: the error comes down through the transposed forward weights.", "Rumelhart, Hinton and Williams, \"Learning representations by back-propagating errors\", Nature 323 (1986)."),
        new(typeof(FeedbackAlignment), () => new FeedbackAlignment(), "The error comes down through fixed random weights, with which the forward weights come to align.", "Lillicrap, Cownden, Tweed and Akerman, \"Random synaptic feedback weights support error backpropagation for deep learning\", Nature Communications 7 (2016)."),
        new(typeof(DirectFeedbackAlignment), () => new DirectFeedbackAlignment(), "Every hidden layer gets the output error straight through its own fixed random weights.", "Nøkland, \"Direct feedback alignment provides learning in deep neural networks\", NIPS (2016)."),
        new(typeof(SignSymmetry), () => new SignSymmetry(), "The feedback weights share only the signs of the forward weights.", "Liao, Leibo and Poggio, \"How important is weight symmetry in backpropagation?\", AAAI (2016)."),
        new(typeof(KolenPollack), () => new KolenPollack(), "Forward and feedback weights get the same update and decay, and become each other's transpose.", "Akrout, Wilson, Humphreys, Lillicrap and Tweed, \"Deep learning without weight transport\", NeurIPS (2019)."),
        new(typeof(WeightMirror), () => new WeightMirror(), "The feedback weights learn the transpose of the forward weights from noise.", "Akrout, Wilson, Humphreys, Lillicrap and Tweed, \"Deep learning without weight transport\", NeurIPS (2019)."),
        new(typeof(NodePerturbation), () => new NodePerturbation(), "Each unit is credited with its noise times the change of the loss.", "Fiete and Seung, \"Gradient learning in spiking neural networks by dynamic perturbation of conductances\", PRL 97 (2006)."),
        new(typeof(WeightPerturbation), () => new WeightPerturbation(), "Weights move along a random direction by the change of the loss.", "Jabri and Flower, \"Weight perturbation\", IEEE Transactions on Neural Networks 3 (1992)."),
        new(typeof(EquilibriumPropagation), () => new EquilibriumPropagation(), "The network settles, is nudged towards the target and settles again; synapses learn the difference.", "Scellier and Bengio, \"Equilibrium propagation\", Frontiers in Computational Neuroscience 11 (2017)."),
        new(typeof(ContrastiveHebbian), () => new ContrastiveHebbian(), "The network settles free and clamped; synapses learn the difference of the two products.", "Xie and Seung, \"Equivalence of backpropagation and contrastive Hebbian learning\", Neural Computation 15 (2003)."),
        new(typeof(PredictiveCoding), () => new PredictiveCoding(), "Activities settle on an energy before the weights move.", "Whittington and Bogacz, \"An approximation of the error backpropagation algorithm in a predictive coding network\", Neural Computation 29 (2017)."),
        new(typeof(TargetPropagation), () => new TargetPropagation(), "Learned inverses carry targets down, and every layer learns to reach its own.", "Lee, Zhang, Fischer and Bengio, \"Difference target propagation\", ECML PKDD (2015)."),
        new(typeof(DirectDifferenceTargetPropagation), () => new DirectDifferenceTargetPropagation(), "Learned linear feedback gives every hidden layer its target straight from the output.", "Meulemans, Carzaniga, Suykens, Sacramento and Grewe, \"A theoretical framework for target propagation\", NeurIPS (2020)."),
        new(typeof(ForwardForward), () => new ForwardForward(), "Every layer learns by itself to be active for the right label and quiet for a wrong one.", "Hinton, \"The forward-forward algorithm: some preliminary investigations\", arXiv 2212.13345 (2022)."),
        new(typeof(Pepita), () => new Pepita(), "A second forward pass, its input modulated by the error, replaces the backward pass.", "Dellaferrera and Kreiman, \"Error-driven input modulation: solving the credit assignment problem without a backward pass\", ICML (2022)."),
        new(typeof(BurstDependentPlasticity), () => new BurstDependentPlasticity(), "Bursts carry credit down while events run up; synapses learn from the change of the burst probability.", "Payeur, Guerguiev, Zenke, Richards and Naud, \"Burst-dependent synaptic plasticity can coordinate learning in hierarchical circuits\", Nature Neuroscience 24 (2021)."),
        new(typeof(DendriticMicrocircuit), () => new DendriticMicrocircuit(), "Interneurons predict the layer above; what they miss stays in the apical dendrites and teaches the cells.", "Sacramento, Costa, Bengio and Senn, \"Dendritic cortical microcircuits approximate the backpropagation algorithm\", NeurIPS (2018)."),
    ];

    static LearningRules()
    {
        foreach (RuleEntry entry in Entries)
            RuleSerializer.Register(entry.Type);
    }

    /// <summary>All rules of the library with their defaults.</summary>
    public static IEnumerable<LearningRule> All => Entries.Select(e => e.Create());

    internal static IReadOnlyList<RuleEntry> Table => Entries;

    /// <summary>
    /// Lets saved models that your own rule taught be taught further, and be loaded where the rule predicts in a way of its own (a rule
    /// that predicts by the forward pass loads and scores without it). Needed only for a rule that this library does not bring, and in a
    /// process that has not made a trainer with it. Loading itself needs <c>mlContext.UseBioLearn()</c> or <see cref="BioLearnModel"/>.
    /// </summary>
    /// <typeparam name="TRule">Your rule.</typeparam>
    public static void Register<TRule>()
        where TRule : LearningRule => RuleSerializer.Register(typeof(TRule));

    /// <summary>Makes sure that the library's own rules are registered.</summary>
    internal static void EnsureRegistered()
    {
    }
}

/// <summary>A rule in a word, for tables.</summary>
/// <param name="Type">Its class.</param>
/// <param name="Create">Makes it with its defaults.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Reference">The paper.</param>
internal sealed record RuleEntry(Type Type, Func<LearningRule> Create, string Summary, string Reference);
