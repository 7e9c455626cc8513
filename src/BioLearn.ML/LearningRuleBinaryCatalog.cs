using BioLearn.ML;
using BioLearn.ML.Energy;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace Microsoft.ML;

/// <summary>Learning rules of the brain as binary trainers: <c>mlContext.BinaryClassification.Trainers.FeedbackAlignment()</c>.</summary>
public static class LearningRuleBinaryCatalog
{
    /// <summary>A network taught by any learning rule, your own included; swap the rule in one line.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="rule">The learning rule with its hyper-parameters.</param>
    /// <param name="options">Columns, network, optimizer and training; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentException">An option is out of range, or the rule cannot train such a network (thrown by <c>Fit</c>).</exception>
    public static BioLearnTrainer<NetworkModelParameters> LearningRule(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, LearningRule rule, NetworkOptions? options = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule, options ?? new NetworkOptions());

    /// <summary>A network taught by backpropagation. The yardstick: the error comes down through the transposed forward weights.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors", Nature 323 (1986).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> Backpropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.Backpropagation(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by backpropagation, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> Backpropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, Backpropagation? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new Backpropagation(), options);

    /// <summary>A network taught by feedback alignment. The error comes down through fixed random weights, with which the forward weights come to align.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Lillicrap, Cownden, Tweed and Akerman, "Random synaptic feedback weights support error backpropagation for deep learning", Nature Communications 7 (2016).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> FeedbackAlignment(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.FeedbackAlignment(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by feedback alignment, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> FeedbackAlignment(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, FeedbackAlignment? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new FeedbackAlignment(), options);

    /// <summary>A network taught by direct feedback alignment. Every hidden layer gets the output error straight through its own fixed random weights.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Nøkland, "Direct feedback alignment provides learning in deep neural networks", NIPS (2016).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> DirectFeedbackAlignment(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.DirectFeedbackAlignment(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by direct feedback alignment, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> DirectFeedbackAlignment(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, DirectFeedbackAlignment? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new DirectFeedbackAlignment(), options);

    /// <summary>A network taught by sign symmetry. The feedback weights share only the signs of the forward weights.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Liao, Leibo and Poggio, "How important is weight symmetry in backpropagation?", AAAI (2016).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> SignSymmetry(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.SignSymmetry(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by sign symmetry, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> SignSymmetry(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, SignSymmetry? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new SignSymmetry(), options);

    /// <summary>A network taught by Kolen-Pollack learning. Forward and feedback weights get the same update and decay, and become each other's transpose.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Akrout, Wilson, Humphreys, Lillicrap and Tweed, "Deep learning without weight transport", NeurIPS (2019).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> KolenPollack(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.KolenPollack(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by Kolen-Pollack learning, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> KolenPollack(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, KolenPollack? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new KolenPollack(), options);

    /// <summary>A network taught by the weight mirror. The feedback weights learn the transpose of the forward weights from noise.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Akrout, Wilson, Humphreys, Lillicrap and Tweed, "Deep learning without weight transport", NeurIPS (2019).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> WeightMirror(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.WeightMirror(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by the weight mirror, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> WeightMirror(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, WeightMirror? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new WeightMirror(), options);

    /// <summary>A network taught by node perturbation. Each unit is credited with its noise times the change of the loss.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Fiete and Seung, "Gradient learning in spiking neural networks by dynamic perturbation of conductances", PRL 97 (2006).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> NodePerturbation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.NodePerturbation(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by node perturbation, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> NodePerturbation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, NodePerturbation? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new NodePerturbation(), options);

    /// <summary>A network taught by weight perturbation. Weights move along a random direction by the change of the loss.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Jabri and Flower, "Weight perturbation", IEEE Transactions on Neural Networks 3 (1992).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> WeightPerturbation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.WeightPerturbation(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by weight perturbation, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> WeightPerturbation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, WeightPerturbation? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new WeightPerturbation(), options);

    /// <summary>A network taught by equilibrium propagation. The network settles, is nudged towards the target and settles again; synapses learn the difference.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Scellier and Bengio, "Equilibrium propagation", Frontiers in Computational Neuroscience 11 (2017).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> EquilibriumPropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.EquilibriumPropagation(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by equilibrium propagation, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> EquilibriumPropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, EquilibriumPropagation? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new EquilibriumPropagation(), options);

    /// <summary>A network taught by contrastive Hebbian learning. The network settles free and clamped; synapses learn the difference of the two products.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Xie and Seung, "Equivalence of backpropagation and contrastive Hebbian learning", Neural Computation 15 (2003).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> ContrastiveHebbian(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.ContrastiveHebbian(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by contrastive Hebbian learning, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> ContrastiveHebbian(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, ContrastiveHebbian? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new ContrastiveHebbian(), options);

    /// <summary>A network taught by predictive coding. Activities settle on an energy before the weights move.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Whittington and Bogacz, "An approximation of the error backpropagation algorithm in a predictive coding network", Neural Computation 29 (2017).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> PredictiveCoding(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.PredictiveCoding(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by predictive coding, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> PredictiveCoding(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, PredictiveCoding? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new PredictiveCoding(), options);

    /// <summary>A network taught by target propagation. Learned inverses carry targets down, and every layer learns to reach its own.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Lee, Zhang, Fischer and Bengio, "Difference target propagation", ECML PKDD (2015).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> TargetPropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.TargetPropagation(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by target propagation, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> TargetPropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, TargetPropagation? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new TargetPropagation(), options);

    /// <summary>A network taught by direct difference target propagation. Learned linear feedback gives every hidden layer its target straight from the output.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Meulemans, Carzaniga, Suykens, Sacramento and Grewe, "A theoretical framework for target propagation", NeurIPS (2020).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> DirectDifferenceTargetPropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.DirectDifferenceTargetPropagation(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by direct difference target propagation, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> DirectDifferenceTargetPropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, DirectDifferenceTargetPropagation? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new DirectDifferenceTargetPropagation(), options);

    /// <summary>A network taught by forward-forward. Every layer learns by itself to be active for the right label and quiet for a wrong one.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Hinton, "The forward-forward algorithm: some preliminary investigations", arXiv 2212.13345 (2022).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> ForwardForward(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.ForwardForward(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by forward-forward, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> ForwardForward(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, ForwardForward? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new ForwardForward(), options);

    /// <summary>A network taught by PEPITA. A second forward pass, its input modulated by the error, replaces the backward pass.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Dellaferrera and Kreiman, "Error-driven input modulation: solving the credit assignment problem without a backward pass", ICML (2022).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> Pepita(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.Pepita(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by PEPITA, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> Pepita(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, Pepita? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new Pepita(), options);

    /// <summary>A network taught by burst-dependent plasticity. Bursts carry credit down while events run up; synapses learn from the change of the burst probability.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Payeur, Guerguiev, Zenke, Richards and Naud, "Burst-dependent synaptic plasticity can coordinate learning in hierarchical circuits", Nature Neuroscience 24 (2021).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> BurstDependentPlasticity(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.BurstDependentPlasticity(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network taught by burst-dependent plasticity, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> BurstDependentPlasticity(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, BurstDependentPlasticity? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new BurstDependentPlasticity(), options);

    /// <summary>A network of dendritic microcircuits. Interneurons predict the layer above; what they miss stays in the apical dendrites and teaches the cells.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="labelColumnName">The label, a Boolean column.</param>
    /// <param name="featureColumnName">The features, a vector of Single of known length; normalize them.</param>
    /// <param name="exampleWeightColumnName">Weight of each example, a Single column, or null.</param>
    /// <param name="hiddenUnits">Units of each hidden layer; null takes one of 128.</param>
    /// <param name="learningRate">Learning rate of Adam; above 0.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Sacramento, Costa, Bengio and Senn, "Dendritic cortical microcircuits approximate the backpropagation algorithm", NeurIPS (2018).</remarks>
    public static BioLearnTrainer<NetworkModelParameters> DendriticMicrocircuit(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        string? exampleWeightColumnName = null,
        IReadOnlyList<int>? hiddenUnits = null,
        double learningRate = 1e-3,
        int numberOfEpochs = 20) =>
        trainers.DendriticMicrocircuit(LearningRuleTrainer.Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenUnits, learningRate, numberOfEpochs));

    /// <summary>A network of dendritic microcircuits, with all options.</summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns, network, optimizer and training.</param>
    /// <param name="rule">Hyper-parameters of the rule; null takes the defaults.</param>
    /// <returns>The trainer.</returns>
    public static BioLearnTrainer<NetworkModelParameters> DendriticMicrocircuit(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, NetworkOptions options, DendriticMicrocircuit? rule = null) =>
        LearningRuleTrainer.Create(trainers, PredictionTask.Binary, rule ?? new DendriticMicrocircuit(), options);
}
