namespace BioLearn.Cli.Learning;

/// <summary>
/// A rule that the tool lists and does not train: it is no <see cref="ML.Networks.LearningRule"/> of a layered network but an
/// estimator of its own on ML.NET's catalogs, or a class.
/// </summary>
/// <param name="Name">As the list names it.</param>
/// <param name="Call">What a program calls on its <c>MLContext</c>, or makes.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Reference">The paper.</param>
internal sealed record CatalogRule(string Name, string Call, string Summary, string Reference)
{
    /// <summary>Trained with labels, on sequences.</summary>
    public static IReadOnlyList<CatalogRule> Recurrent { get; } =
    [
        new("random-feedback-local-online", "MulticlassClassification.Trainers.RandomFeedbackLocalOnline(new RecurrentOptions { TimeSteps = 28 }), also on BinaryClassification and Regression", "RFLO: a recurrent network learns online from eligibility traces and the error that fixed random weights bring.", "Murray, \"Local online learning in recurrent networks with random feedback\", eLife 8 (2019)."),
        new("echo-state-network", "MulticlassClassification.Trainers.EchoStateNetwork(new EchoStateOptions { TimeSteps = 28 }), also on BinaryClassification and Regression", "A fixed random recurrent network keeps an echo of the sequence; ridge regression reads the label from it.", "Jaeger, \"The echo state approach to analysing and training recurrent neural networks\", GMD Report 148 (2001)."),
    ];

    /// <summary>Learn from two populations' spike trains, as a simulation runs.</summary>
    public static IReadOnlyList<CatalogRule> Spiking { get; } =
    [
        new("pair-stdp", "new PairStdp<float>(presynaptic: 100, postsynaptic: 10)", "Spike-timing-dependent plasticity: every pair of spikes counts, growth if the input fired first, loss if it fired after.", "Song, Miller and Abbott, \"Competitive Hebbian learning through spike-timing-dependent synaptic plasticity\", Nature Neuroscience 3 (2000)."),
    ];

    /// <summary>Learn from features alone.</summary>
    public static IReadOnlyList<CatalogRule> Unsupervised { get; } =
    [
        new("hebb", Components("Hebb"), "Synapses grow with the product of what meets at them; rows are kept at length 1.", "Hebb, \"The organization of behavior\", Wiley (1949)."),
        new("covariance", Components("Covariance"), "Hebb's product of the deviations from the means, so that synapses also weaken.", "Sejnowski, \"Storing covariance with nonlinearly interacting neurons\", Journal of Mathematical Biology 4 (1977)."),
        new("oja", Components("Oja"), "Hebb's product less a decay by the squared output: the first principal component, at length 1.", "Oja, \"A simplified neuron model as a principal component analyzer\", Journal of Mathematical Biology 15 (1982)."),
        new("oja-subspace", Components("OjaSubspace"), "Units share what they explain: a basis of the space of the first principal components.", "Oja, \"Neural networks, principal components, and subspaces\", International Journal of Neural Systems 1 (1989)."),
        new("sanger", Components("Sanger"), "Each unit learns what those before it left unexplained: the first principal components, in order.", "Sanger, \"Optimal unsupervised learning in a single-layer linear feedforward neural network\", Neural Networks 2 (1989)."),
        new("bcm", Components("Bcm"), "A threshold that slides with the activity decides between growth and weakening: units become selective.", "Bienenstock, Cooper and Munro, \"Theory for the development of neuron selectivity\", Journal of Neuroscience 2 (1982)."),
        new("competitive-layer", Transform("CompetitiveLayer", "\"Units\", \"Features\", rule: new SoftHebb { AntiHebbianLosers = true }"), "Units compete for each row by any CompetitiveRule, your own included, and turn to what they win.", "Competitive learning: Rumelhart and Zipser, \"Feature discovery by competitive learning\", Cognitive Science 9 (1985)."),
        new("soft-hebb", Transform("SoftHebb", "\"Units\", \"Features\""), "Units compete softly, by a softmax of their currents, and turn to what they win.", "Moraitis, Toichkin, Journé, Chua and Guo, \"SoftHebb: Bayesian inference in unsupervised Hebbian soft winner-take-all networks\", Neuromorphic Computing and Engineering 2 (2022)."),
        new("krotov-hopfield", Transform("KrotovHopfield", "\"Units\", \"Features\""), "Units compete by rank: the first turns to the row, one further down away from it.", "Krotov and Hopfield, \"Unsupervised learning by competing hidden units\", PNAS 116 (2019)."),
        new("restricted-boltzmann-machine", Transform("RestrictedBoltzmannMachine", "\"Hidden\", \"Features\""), "Synapses learn the correlations of the data less those of the machine's own samples: contrastive divergence, or with Persistent = true persistent chains.", "Hinton, \"Training products of experts by minimizing contrastive divergence\", Neural Computation 14 (2002); Tieleman, \"Training restricted Boltzmann machines using approximations to the likelihood gradient\", ICML (2008)."),
        new("deep-belief-network", Transform("DeepBeliefNetwork", "\"Hidden\", \"Features\""), "Boltzmann machines on one another, each taught the hidden probabilities of the one below.", "Hinton, Osindero and Teh, \"A fast learning algorithm for deep belief nets\", Neural Computation 18 (2006)."),
        new("helmholtz-machine", Transform("HelmholtzMachine", "\"Hidden\", \"Features\""), "Wake-sleep: recognition teaches generation on data, generation teaches recognition on dreams.", "Hinton, Dayan, Frey and Neal, \"The wake-sleep algorithm for unsupervised neural networks\", Science 268 (1995)."),
        new("hopfield-hebb", Memory("Hebb"), "A memory that completes patterns; synapses hold the sum of their products.", "Hopfield, \"Neural networks and physical systems with emergent collective computational abilities\", PNAS 79 (1982)."),
        new("hopfield-storkey", Memory("Storkey"), "Patterns are stored one after the other, each less what the network already expects.", "Storkey, \"Increasing the capacity of a Hopfield network without sacrificing functionality\", ICANN (1997)."),
        new("hopfield-pseudo-inverse", Memory("PseudoInverse"), "The projection onto the patterns: keeps correlated ones apart.", "Personnaz, Guyon and Dreyfus, \"Information storage and retrieval in spin-glass like neural networks\", Journal de Physique Lettres 46 (1985)."),
        new("hopfield-modern", Memory("Modern"), "A softmax over the stored patterns, which may hold any numbers: exponentially many.", "Ramsauer et al., \"Hopfield networks is all you need\", arXiv 2008.02217 (2020)."),
    ];

    /// <summary>The page of the docs about it.</summary>
    public string Guide => Recurrent.Contains(this) ? "docs/learning-rules.md" : "docs/unsupervised.md";

    /// <summary>What stands in a program.</summary>
    public string InProgram => Spiking.Contains(this) ? Call : $"mlContext.{Call}";

    /// <summary>The rule of that name, or null.</summary>
    public static CatalogRule? Find(string name) => Recurrent.Concat(Unsupervised).Concat(Spiking).FirstOrDefault(r => r.Name == name);

    private static string Components(string rule) => Transform("HebbianComponents", $"\"Components\", \"Features\", rule: new {rule}()");

    private static string Memory(string rule) => Transform("HopfieldMemory", $"\"Completed\", \"Pattern\", HopfieldRule.{rule}");

    private static string Transform(string method, string arguments) => $"Transforms.{method}({arguments})";
}
