using BioLearn.ML.Energy;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Instructed;
using BioLearn.ML.Memories;
using BioLearn.ML.Naming;
using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using BioLearn.ML.Rules;
using BioLearn.ML.Spiking;
using static BioLearn.ML.RuleFamily;

namespace BioLearn.ML;

/// <summary>
/// Every learning rule of the library, a row each. Saved models, ML.NET's catalogs, the tool and the docs take their facts from here; to
/// add a rule, write its class, a row and a passage of the docs, and print the catalogs (<c>dotnet run --project eng/Catalogs</c>).
/// </summary>
public static class RuleTable
{
    private const RuleTasks Labels = RuleTasks.Multiclass | RuleTasks.Binary | RuleTasks.Regression;
    private const RuleTasks Classes = RuleTasks.Multiclass | RuleTasks.Binary;
    private const RuleNetworks Dense = RuleNetworks.Dense;
    private const RuleNetworks Strided = RuleNetworks.Dense | RuleNetworks.Convolutions;
    private const RuleNetworks Images = Strided | RuleNetworks.Pooling;
    private const RuleNetworks Graphs = Images | RuleNetworks.Residual;

    /// <summary>The rules, family by family.</summary>
    public static IReadOnlyList<RuleRow> Rows { get; } =
    [
        Rule<Backpropagation>("backpropagation", ErrorRouting, Labels, Graphs, "The yardstick: the error comes down through the transposed forward weights.", "Rumelhart, Hinton and Williams, \"Learning representations by back-propagating errors\", Nature 323 (1986)."),
        Rule<FeedbackAlignment>("feedback-alignment", ErrorRouting, Labels, Graphs, "The error comes down through fixed random weights, with which the forward weights come to align.", "Lillicrap, Cownden, Tweed and Akerman, \"Random synaptic feedback weights support error backpropagation for deep learning\", Nature Communications 7 (2016)."),
        Rule<DirectFeedbackAlignment>("direct-feedback-alignment", ErrorRouting, Labels, Graphs, "Every hidden layer gets the output error straight through its own fixed random weights.", "Nøkland, \"Direct feedback alignment provides learning in deep neural networks\", NIPS (2016)."),
        Rule<SignSymmetry>("sign-symmetry", ErrorRouting, Labels, Graphs, "The feedback weights share only the signs of the forward weights.", "Liao, Leibo and Poggio, \"How important is weight symmetry in backpropagation?\", AAAI (2016)."),
        Rule<KolenPollack>("kolen-pollack", ErrorRouting, Labels, Graphs, "Forward and feedback weights get the same update and decay, and become each other's transpose.", "Akrout, Wilson, Humphreys, Lillicrap and Tweed, \"Deep learning without weight transport\", NeurIPS (2019).") with { Title = "Kolen-Pollack learning" },
        Rule<WeightMirror>("weight-mirror", ErrorRouting, Labels, Graphs, "The feedback weights learn the transpose of the forward weights from noise.", "Akrout, Wilson, Humphreys, Lillicrap and Tweed, \"Deep learning without weight transport\", NeurIPS (2019).") with { Title = "the weight mirror" },
        Rule<CounterHebb>("counter-hebb", ErrorRouting, Labels, Images, "The error comes down a top-down network whose synapses learn by the same products as those of the bottom-up network.", "Abel and Ullman, \"Biologically inspired learning model for instructed vision\", NeurIPS (2024).") with { Title = "counter-Hebb learning" },
        Rule<NodePerturbation>("node-perturbation", Perturbation, Labels, Graphs, "Each unit is credited with its noise times the change of the loss.", "Fiete and Seung, \"Gradient learning in spiking neural networks by dynamic perturbation of conductances\", PRL 97 (2006)."),
        Rule<WeightPerturbation>("weight-perturbation", Perturbation, Labels, Images, "Weights move along a random direction by the change of the loss.", "Jabri and Flower, \"Weight perturbation\", IEEE Transactions on Neural Networks 3 (1992)."),
        Rule<EquilibriumPropagation>("equilibrium-propagation", Relaxation, Labels, Images, "The network settles, is nudged towards the target and settles again; synapses learn the difference.", "Scellier and Bengio, \"Equilibrium propagation\", Frontiers in Computational Neuroscience 11 (2017)."),
        Rule<ContrastiveHebbian>("contrastive-hebbian", Relaxation, Labels, Dense, "The network settles free and clamped; synapses learn the difference of the two products.", "Xie and Seung, \"Equivalence of backpropagation and contrastive Hebbian learning\", Neural Computation 15 (2003).") with { Title = "contrastive Hebbian learning" },
        Rule<RecurrentBackpropagation>("recurrent-backpropagation", Relaxation, Labels, Dense, "The network settles; errors then settle in its linear twin, and synapses learn the exact gradient at the fixed point.", "Almeida, \"A learning rule for asynchronous perceptrons with feedback in a combinatorial environment\", ICNN (1987); Pineda, \"Generalization of back-propagation to recurrent neural networks\", PRL 59 (1987)."),
        Rule<PredictiveCoding>("predictive-coding", Relaxation, Labels, Graphs, "Activities settle on an energy before the weights move.", "Whittington and Bogacz, \"An approximation of the error backpropagation algorithm in a predictive coding network\", Neural Computation 29 (2017)."),
        Rule<ErrorOptimization>("error-optimization", Relaxation, Labels, Graphs, "Predictive coding whose errors settle instead of its activities: signals reach all layers in one step.", "Goemaere, Oliviers, Bogacz and Demeester, \"Error optimization: overcoming exponential signal decay in deep predictive coding networks\", arXiv 2505.20137 (2025)."),
        Rule<TargetPropagation>("target-propagation", Targets, Labels, Strided, "Learned inverses carry targets down, and every layer learns to reach its own.", "Lee, Zhang, Fischer and Bengio, \"Difference target propagation\", ECML PKDD (2015)."),
        Rule<DirectDifferenceTargetPropagation>("direct-difference-target-propagation", Targets, Labels, Dense, "Learned linear feedback gives every hidden layer its target straight from the output.", "Meulemans, Carzaniga, Suykens, Sacramento and Grewe, \"A theoretical framework for target propagation\", NeurIPS (2020)."),
        Rule<ForwardForward>("forward-forward", Local, Classes, Images, "Every layer learns by itself to be active for the right label and quiet for a wrong one.", "Hinton, \"The forward-forward algorithm: some preliminary investigations\", arXiv 2212.13345 (2022).") with { Title = "forward-forward" },
        Rule<Pepita>("pepita", Local, Labels, Images, "A second forward pass, its input modulated by the error, replaces the backward pass.", "Dellaferrera and Kreiman, \"Error-driven input modulation: solving the credit assignment problem without a backward pass\", ICML (2022).") with { Title = "PEPITA" },
        Rule<BurstDependentPlasticity>("burst-dependent-plasticity", ErrorRouting, Classes, Strided, "Bursts carry credit down while events run up; synapses learn from the change of the burst probability.", "Payeur, Guerguiev, Zenke, Richards and Naud, \"Burst-dependent synaptic plasticity can coordinate learning in hierarchical circuits\", Nature Neuroscience 24 (2021).") with { Title = "burst-dependent plasticity" },
        Rule<DendriticMicrocircuit>("dendritic-microcircuit", Relaxation, Labels, Dense, "Interneurons predict the layer above; what they miss stays in the apical dendrites and teaches the cells.", "Sacramento, Costa, Bengio and Senn, \"Dendritic cortical microcircuits approximate the backpropagation algorithm\", NeurIPS (2018).") with { Title = "the dendritic microcircuit" },
        Rule<LocalErrorSignals>("local-error-signals", Local, Classes, Graphs, "Every hidden layer learns from losses of its own: a classifier that reads it, and how alike the samples of a class look in it.", "Nøkland and Eidnes, \"Training neural networks with local error signals\", ICML (2019).") with { Title = "local error signals" },

        Sequences("random-feedback-local-online", typeof(RandomFeedbackLocalOnline<>), "RandomFeedbackLocalOnline(new RecurrentOptions { TimeSteps = 28 })", "RFLO: a recurrent network learns online from eligibility traces and the error that fixed random weights bring.", "Murray, \"Local online learning in recurrent networks with random feedback\", eLife 8 (2019)."),
        Sequences("eligibility-propagation", typeof(EligibilityPropagation<>), "EligibilityPropagation(new EligibilityPropagationOptions { TimeSteps = 28 })", "e-prop: eligibility traces as a readout that remembers sees them, times a symmetric, random or adaptive learning signal.", "Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein and Maass, \"A solution to the learning dilemma for recurrent networks of spiking neurons\", Nature Communications 11 (2020)."),
        Sequences("echo-state-network", typeof(EchoStateOptions), "EchoStateNetwork(new EchoStateOptions { TimeSteps = 28 })", "A fixed random recurrent network keeps an echo of the sequence; ridge regression reads the label from it.", "Jaeger, \"The echo state approach to analysing and training recurrent neural networks\", GMD Report 148 (2001)."),

        Components<Hebb>("hebb", "Synapses grow with the product of what meets at them; rows are kept at length 1.", "Hebb, \"The organization of behavior\", Wiley (1949)."),
        Components<Covariance>("covariance", "Hebb's product of the deviations from the means, so that synapses also weaken.", "Sejnowski, \"Storing covariance with nonlinearly interacting neurons\", Journal of Mathematical Biology 4 (1977)."),
        Components<Oja>("oja", "Hebb's product less a decay by the squared output: the first principal component, at length 1.", "Oja, \"A simplified neuron model as a principal component analyzer\", Journal of Mathematical Biology 15 (1982)."),
        Components<OjaSubspace>("oja-subspace", "Units share what they explain: a basis of the space of the first principal components.", "Oja, \"Neural networks, principal components, and subspaces\", International Journal of Neural Systems 1 (1989)."),
        Components<Sanger>("sanger", "Each unit learns what those before it left unexplained: the first principal components, in order.", "Sanger, \"Optimal unsupervised learning in a single-layer linear feedforward neural network\", Neural Networks 2 (1989)."),
        Components<Bcm>("bcm", "A threshold that slides with the activity decides between growth and weakening: units become selective.", "Bienenstock, Cooper and Munro, \"Theory for the development of neuron selectivity\", Journal of Neuroscience 2 (1982)."),
        Transform<CompetitiveLayer>("competitive-layer", "CompetitiveLayer(\"Units\", \"Features\", rule: new SoftHebb { AntiHebbianLosers = true })", "Units compete for each row by any CompetitiveRule, your own included, and turn to what they win.", "Competitive learning: Rumelhart and Zipser, \"Feature discovery by competitive learning\", Cognitive Science 9 (1985)."),
        Transform<SoftHebb>("soft-hebb", "SoftHebb(\"Units\", \"Features\")", "Units compete softly, by a softmax of their currents, and turn to what they win.", "Moraitis, Toichkin, Journé, Chua and Guo, \"SoftHebb: Bayesian inference in unsupervised Hebbian soft winner-take-all networks\", Neuromorphic Computing and Engineering 2 (2022)."),
        Transform<CompetitiveNetwork>("competitive-network", "CompetitiveNetwork(\"Units\", \"Features\", new(3, 32, 32))", "Deep SoftHebb: layers of softly competing units on one another, each taught at every place of what the one below makes of pictures, with no feedback between them.", "Journé, Garcia Rodriguez, Guo and Moraitis, \"Hebbian deep learning without feedback\", ICLR (2023)."),
        Transform<KrotovHopfield>("krotov-hopfield", "KrotovHopfield(\"Units\", \"Features\")", "Units compete by rank: the first turns to the row, one further down away from it.", "Krotov and Hopfield, \"Unsupervised learning by competing hidden units\", PNAS 116 (2019)."),
        Transform<RestrictedBoltzmannMachine>("restricted-boltzmann-machine", "RestrictedBoltzmannMachine(\"Hidden\", \"Features\")", "Synapses learn the correlations of the data less those of the machine's own samples: contrastive divergence, or with Persistent = true persistent chains.", "Hinton, \"Training products of experts by minimizing contrastive divergence\", Neural Computation 14 (2002); Tieleman, \"Training restricted Boltzmann machines using approximations to the likelihood gradient\", ICML (2008)."),
        Transform<DeepBeliefNetwork>("deep-belief-network", "DeepBeliefNetwork(\"Hidden\", \"Features\")", "Boltzmann machines on one another, each taught the hidden probabilities of the one below.", "Hinton, Osindero and Teh, \"A fast learning algorithm for deep belief nets\", Neural Computation 18 (2006)."),
        Transform<HelmholtzMachine>("helmholtz-machine", "HelmholtzMachine(\"Hidden\", \"Features\")", "Wake-sleep: recognition teaches generation on data, generation teaches recognition on dreams.", "Hinton, Dayan, Frey and Neal, \"The wake-sleep algorithm for unsupervised neural networks\", Science 268 (1995)."),
        Memory("hopfield-hebb", HopfieldRule.Hebb, "A memory that completes patterns; synapses hold the sum of their products.", "Hopfield, \"Neural networks and physical systems with emergent collective computational abilities\", PNAS 79 (1982)."),
        Memory("hopfield-storkey", HopfieldRule.Storkey, "Patterns are stored one after the other, each less what the network already expects.", "Storkey, \"Increasing the capacity of a Hopfield network without sacrificing functionality\", ICANN (1997)."),
        Memory("hopfield-pseudo-inverse", HopfieldRule.PseudoInverse, "The projection onto the patterns: keeps correlated ones apart.", "Personnaz, Guyon and Dreyfus, \"Information storage and retrieval in spin-glass like neural networks\", Journal de Physique Lettres 46 (1985)."),
        Memory("hopfield-modern", HopfieldRule.Modern, "A softmax over the stored patterns, which may hold any numbers: exponentially many.", "Ramsauer et al., \"Hopfield networks is all you need\", arXiv 2008.02217 (2020)."),

        new("pair-stdp", typeof(PairStdp<>), RuleFamily.Spiking, RuleTasks.None, RuleNetworks.None, "Spike-timing-dependent plasticity: every pair of spikes counts, growth if the input fired first, loss if it fired after.", "Song, Miller and Abbott, \"Competitive Hebbian learning through spike-timing-dependent synaptic plasticity\", Nature Neuroscience 3 (2000).", "docs/unsupervised.md", "new PairStdp<float>(presynaptic: 100, postsynaptic: 10)"),
        new("spiking-features", typeof(SpikingNetwork), RuleFamily.Spiking, RuleTasks.Features, RuleNetworks.None, "Convolutions of integrate-and-fire cells find visual features: the first cells to fire learn by spike-timing-dependent plasticity and silence the others.", "Kheradpisheh, Ganjtabesh, Thorpe and Masquelier, \"STDP-based spiking deep convolutional neural networks for object recognition\", Neural Networks 99 (2018).", "docs/naming.md", "mlContext.Transforms.SpikingFeatures(\"Features\", \"Image\")"),
        Transform<SpikingCompetition>("spiking-competition", "SpikingCompetition(\"Spikes\", \"Features\")", "Spiking neurons inhibit one another, tire by their thresholds, and learn by the traces of spikes what they fire for.", "Diehl and Cook, \"Unsupervised learning of digit recognition using spike-timing-dependent plasticity\", Frontiers in Computational Neuroscience 9 (2015).") with { Family = RuleFamily.Spiking },
        new("one-shot-naming", typeof(NamingModelParameters), Local, RuleTasks.Multiclass, RuleNetworks.None, "A concept cell for each name takes a picture's features at one sight: novelty raises the learning rate.", "\"Recollection hypothesis\", arXiv 2101.04137 and bioRxiv 2024.02.05.578854.", "docs/naming.md", "mlContext.MulticlassClassification.Trainers.OneShotNaming()"),
    ];

    /// <summary>The rule of a name.</summary>
    /// <param name="name">A stable name.</param>
    /// <returns>Its row, or null.</returns>
    public static RuleRow? Find(string name) => Rows.FirstOrDefault(r => r.Name == name);

    private static RuleRow Rule<TRule>(string name, RuleFamily family, RuleTasks tasks, RuleNetworks networks, string summary, string reference)
        where TRule : LearningRule, new() =>
        new(name, typeof(TRule), family, tasks, networks, summary, reference, "docs/learning-rules.md", $"mlContext.MulticlassClassification.Trainers.{typeof(TRule).Name}()");

    private static RuleRow Sequences(string name, Type type, string call, string summary, string reference) =>
        new(name, type, RuleFamily.Recurrent, Labels, RuleNetworks.None, summary, reference, "docs/learning-rules.md", $"mlContext.MulticlassClassification.Trainers.{call}");

    private static RuleRow Components<TRule>(string name, string summary, string reference)
        where TRule : HebbianRule => Transform<TRule>(name, $"HebbianComponents(\"Components\", \"Features\", rule: new {typeof(TRule).Name}())", summary, reference);

    private static RuleRow Memory(string name, HopfieldRule rule, string summary, string reference) =>
        Transform<HopfieldMemory>(name, $"HopfieldMemory(\"Completed\", \"Pattern\", HopfieldRule.{rule})", summary, reference) with { Tasks = RuleTasks.Completion };

    private static RuleRow Transform<T>(string name, string call, string summary, string reference) =>
        new(name, typeof(T), Unsupervised, RuleTasks.Features, RuleNetworks.None, summary, reference, "docs/unsupervised.md", $"mlContext.Transforms.{call}");
}
