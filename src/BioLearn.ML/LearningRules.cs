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
    /// Lets saved models that your own rule taught be loaded and taught further. Needed only for a rule that this library does not
    /// bring, and in a process that has not made a trainer with it.
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
