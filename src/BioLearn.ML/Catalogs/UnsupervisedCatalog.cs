using System.Runtime.CompilerServices;
using BioLearn.ML;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Spiking;

namespace Microsoft.ML;

/// <summary>What learns from features alone, as transforms: <c>mlContext.Transforms.HebbianComponents("Components", "Features")</c>.</summary>
public static class UnsupervisedCatalog
{
    /// <summary>
    /// Linear units taught by a Hebbian rule: with <see cref="Sanger"/>, the default, principal components in order; swap the rule
    /// for <see cref="Oja"/>, <see cref="OjaSubspace"/>, <see cref="Bcm"/>, <see cref="Hebb"/>, <see cref="Covariance"/> or your own.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the components, a vector of Single.</param>
    /// <param name="inputColumnName">The features, a vector of Single of known length; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="rank">Number of components; at least 1.</param>
    /// <param name="rule">The rule; null takes <see cref="Sanger"/>.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The estimator.</returns>
    public static UnsupervisedEstimator<HebbianComponents> HebbianComponents(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int rank = 20,
        HebbianRule? rule = null,
        int numberOfEpochs = 20)
        => HebbianComponents(catalog, new HebbianOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            NumberOfUnits = rank,
            Rule = rule ?? new Sanger(),
            NumberOfEpochs = numberOfEpochs,
        });

    /// <inheritdoc cref="HebbianComponents(TransformsCatalog, string, string, int, HebbianRule, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, rule and training.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static UnsupervisedEstimator<HebbianComponents> HebbianComponents(this TransformsCatalog catalog, HebbianOptions options)
        => Create(catalog, "HebbianComponents", options, [FeatureOutputKind.Vector], context => HebbianFit.Learn(options, context));

    /// <summary>
    /// A layer of soft competing units, SoftHebb: features for the trainer that follows. Put <c>NormalizeMeanVariance</c> between them.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the units' activations, a vector of Single.</param>
    /// <param name="inputColumnName">The features, a vector of Single of known length; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="numberOfUnits">Units; at least 2.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The estimator.</returns>
    /// <remarks>Moraitis et al., "SoftHebb: Bayesian inference in unsupervised Hebbian soft winner-take-all networks" (2022).</remarks>
    public static UnsupervisedEstimator<CompetitiveLayer> SoftHebb(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int numberOfUnits = 500, int numberOfEpochs = 20)
        => CompetitiveLayer(catalog, outputColumnName, inputColumnName, numberOfUnits, new SoftHebb(), numberOfEpochs);

    /// <summary>
    /// A layer of units that compete by rank, after Krotov and Hopfield: features for the trainer that follows. Put
    /// <c>NormalizeMeanVariance</c> between them.
    /// </summary>
    /// <inheritdoc cref="SoftHebb(TransformsCatalog, string, string, int, int)" path="/param"/>
    /// <returns>The estimator.</returns>
    /// <remarks>Krotov and Hopfield, "Unsupervised learning by competing hidden units", PNAS 116 (2019).</remarks>
    public static UnsupervisedEstimator<CompetitiveLayer> KrotovHopfield(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int numberOfUnits = 500, int numberOfEpochs = 20)
        => CompetitiveLayer(catalog, outputColumnName, inputColumnName, numberOfUnits, new KrotovHopfield(), numberOfEpochs);

    /// <summary>
    /// A layer of units that compete by any <see cref="CompetitiveRule"/>, your own included: features for the trainer that follows. Put
    /// <c>NormalizeMeanVariance</c> between them.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the units' activations, a vector of Single.</param>
    /// <param name="inputColumnName">The features, a vector of Single of known length; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="numberOfUnits">Units; at least 2.</param>
    /// <param name="rule">How units compete; null takes <see cref="BioLearn.ML.Hebbian.SoftHebb"/>.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The estimator.</returns>
    public static UnsupervisedEstimator<CompetitiveLayer> CompetitiveLayer(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int numberOfUnits = 500,
        CompetitiveRule? rule = null,
        int numberOfEpochs = 20)
        => CompetitiveLayer(catalog, new CompetitiveOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            NumberOfUnits = numberOfUnits,
            Rule = rule ?? new SoftHebb(),
            NumberOfEpochs = numberOfEpochs,
        });

    /// <inheritdoc cref="CompetitiveLayer(TransformsCatalog, string, string, int, CompetitiveRule, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, rule, units and training.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static UnsupervisedEstimator<CompetitiveLayer> CompetitiveLayer(this TransformsCatalog catalog, CompetitiveOptions options)
        => Create(catalog, "CompetitiveLayer", options, [FeatureOutputKind.Vector], context => CompetitiveFit.Learn(options, context));

    /// <summary>
    /// Deep SoftHebb: layers of units on one another that compete at every place of a picture, each layer for the patches of what the one below makes of it. Features for the trainer that follows.
    /// </summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the pools of the top layer, a vector of Single, unit by unit, row by row.</param>
    /// <param name="inputColumnName">The pictures, a vector of Single, channel by channel, row by row; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="picture">Channels, height and width of a picture.</param>
    /// <param name="layers">The layers, from the input up; null takes <see cref="CompetitiveConvolution.Journe2023"/>.</param>
    /// <param name="numberOfEpochs">Passes over the pictures for each layer; at least 1.</param>
    /// <returns>The estimator.</returns>
    /// <remarks>Journé, Garcia Rodriguez, Guo and Moraitis, "Hebbian deep learning without feedback", ICLR (2023).</remarks>
    public static UnsupervisedEstimator<CompetitiveNetwork> CompetitiveNetwork(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName, TensorShape picture, IReadOnlyList<CompetitiveConvolution>? layers = null, int numberOfEpochs = 1)
    {
        CompetitiveNetworkOptions options = new() { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, Picture = picture, NumberOfEpochs = numberOfEpochs };
        options.Layers = layers ?? options.Layers;
        return CompetitiveNetwork(catalog, options);
    }

    /// <inheritdoc cref="CompetitiveNetwork(TransformsCatalog, string, string, TensorShape, IReadOnlyList{CompetitiveConvolution}, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, pictures, layers and training.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static UnsupervisedEstimator<CompetitiveNetwork> CompetitiveNetwork(this TransformsCatalog catalog, CompetitiveNetworkOptions options)
        => Create(catalog, "CompetitiveNetwork", options, [FeatureOutputKind.Vector], context => CompetitiveNetworkFit.Learn(options, context));

    /// <summary>A restricted Boltzmann machine, taught by contrastive divergence: its hidden probabilities as features.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the hidden probabilities, a vector of Single.</param>
    /// <param name="inputColumnName">The features, from 0 to 1, a vector of Single of known length; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="numberOfHiddenUnits">Hidden units; at least 1.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The estimator.</returns>
    /// <remarks>Hinton, "Training products of experts by minimizing contrastive divergence", Neural Computation 14 (2002).</remarks>
    public static UnsupervisedEstimator<RestrictedBoltzmannMachine> RestrictedBoltzmannMachine(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int numberOfHiddenUnits = 100, int numberOfEpochs = 20)
        => RestrictedBoltzmannMachine(catalog, new RestrictedBoltzmannMachineOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            NumberOfUnits = numberOfHiddenUnits,
            NumberOfEpochs = numberOfEpochs,
        });

    /// <inheritdoc cref="RestrictedBoltzmannMachine(TransformsCatalog, string, string, int, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, units and training.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static UnsupervisedEstimator<RestrictedBoltzmannMachine> RestrictedBoltzmannMachine(this TransformsCatalog catalog, RestrictedBoltzmannMachineOptions options)
        => Create(catalog, "RestrictedBoltzmannMachine", options, [FeatureOutputKind.Vector, FeatureOutputKind.Vector, FeatureOutputKind.Number], context =>
        {
            (FeatureScale scale, BoltzmannLayer<float>[] layers) = BoltzmannFit.Learn(options, [options.NumberOfUnits], context);
            return new RestrictedBoltzmannMachine(scale, layers[0]);
        });

    /// <summary>Restricted Boltzmann machines on one another, learned layer by layer: the top layer's probabilities as features.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the probabilities of the top layer, a vector of Single.</param>
    /// <param name="inputColumnName">The features, from 0 to 1, a vector of Single of known length; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="hiddenUnits">Units of each hidden layer, from the input up; null takes 200, 100.</param>
    /// <param name="numberOfEpochs">Passes over the data for each layer; at least 1.</param>
    /// <returns>The estimator.</returns>
    /// <remarks>Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets", Neural Computation 18 (2006).</remarks>
    public static UnsupervisedEstimator<DeepBeliefNetwork> DeepBeliefNetwork(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, IReadOnlyList<int>? hiddenUnits = null, int numberOfEpochs = 20)
    {
        DeepBeliefNetworkOptions options = new() { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, NumberOfEpochs = numberOfEpochs };
        options.HiddenUnits = hiddenUnits ?? options.HiddenUnits;
        return DeepBeliefNetwork(catalog, options);
    }

    /// <inheritdoc cref="DeepBeliefNetwork(TransformsCatalog, string, string, IReadOnlyList{int}, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, units and training.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static UnsupervisedEstimator<DeepBeliefNetwork> DeepBeliefNetwork(this TransformsCatalog catalog, DeepBeliefNetworkOptions options)
        => Create(catalog, "DeepBeliefNetwork", options, [FeatureOutputKind.Vector, FeatureOutputKind.Vector], context =>
        {
            (FeatureScale scale, BoltzmannLayer<float>[] layers) = BoltzmannFit.Learn(options, options.HiddenUnits, context);
            return new DeepBeliefNetwork(scale, layers);
        });

    /// <summary>A Helmholtz machine, taught by wake-sleep: what its hidden layers recognize as features.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the recognition probabilities of all hidden layers, the lowest first, a vector of Single.</param>
    /// <param name="inputColumnName">The features, from 0 to 1, a vector of Single of known length; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="hiddenUnits">Units of each hidden layer, from the input up; null takes 100, 30.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The estimator.</returns>
    /// <remarks>Hinton, Dayan, Frey and Neal, "The wake-sleep algorithm for unsupervised neural networks", Science 268 (1995).</remarks>
    public static UnsupervisedEstimator<HelmholtzMachine> HelmholtzMachine(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, IReadOnlyList<int>? hiddenUnits = null, int numberOfEpochs = 50)
    {
        HelmholtzOptions options = new() { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, NumberOfEpochs = numberOfEpochs };
        options.HiddenUnits = hiddenUnits ?? options.HiddenUnits;
        return HelmholtzMachine(catalog, options);
    }

    /// <inheritdoc cref="HelmholtzMachine(TransformsCatalog, string, string, IReadOnlyList{int}, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, units and training.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static UnsupervisedEstimator<HelmholtzMachine> HelmholtzMachine(this TransformsCatalog catalog, HelmholtzOptions options)
        => Create(catalog, "HelmholtzMachine", options, [FeatureOutputKind.Vector, FeatureOutputKind.Vector], context => BioLearn.ML.Memories.HelmholtzMachine.Learn(options, context));

    /// <summary>A Hopfield memory: stores the rows that it is fitted on, and completes the rows that it transforms.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the completed patterns, a vector of Single.</param>
    /// <param name="inputColumnName">
    /// The patterns, a vector of Single of known length: above 0 is +1, below −1, and 0 or NaN unknown; null takes <paramref name="outputColumnName"/>.
    /// </param>
    /// <param name="rule">How patterns are stored.</param>
    /// <returns>The estimator.</returns>
    /// <remarks>Hopfield, "Neural networks and physical systems with emergent collective computational abilities", PNAS 79 (1982).</remarks>
    public static UnsupervisedEstimator<HopfieldMemory> HopfieldMemory(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, HopfieldRule rule = HopfieldRule.PseudoInverse)
        => HopfieldMemory(catalog, new HopfieldOptions { OutputColumnName = outputColumnName, InputColumnName = inputColumnName, Rule = rule });

    /// <inheritdoc cref="HopfieldMemory(TransformsCatalog, string, string, HopfieldRule)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, rule and recall.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static UnsupervisedEstimator<HopfieldMemory> HopfieldMemory(this TransformsCatalog catalog, HopfieldOptions options)
        => Create(catalog, "HopfieldMemory", options, [FeatureOutputKind.Vector, FeatureOutputKind.Number, FeatureOutputKind.Flag], context => BioLearn.ML.Memories.HopfieldMemory.Store(options, context));

    /// <inheritdoc cref="DeepBeliefNetwork.CreateClassifier(LearningRule, int, int)"/>
    /// <param name="network">The trained network.</param>
    /// <param name="classCount">Classes of the label, at least 2.</param>
    /// <param name="seed">Decides the output layer.</param>
    public static NetworkModelParameters CreateClassifier(this DeepBeliefNetwork network, int classCount, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.CreateClassifier(new Backpropagation(), classCount, seed);
    }

    /// <summary>Spiking neurons that compete for rows and learn by spike-timing-dependent plasticity; how often each fires as features.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">Column for the numbers of spikes, a vector of Single.</param>
    /// <param name="inputColumnName">The features, from 0 to 1, a vector of Single of known length; null takes <paramref name="outputColumnName"/>.</param>
    /// <param name="numberOfUnits">Excitatory neurons; at least 2.</param>
    /// <param name="numberOfEpochs">Passes over the data; at least 1.</param>
    /// <returns>The estimator.</returns>
    /// <remarks>Diehl and Cook, "Unsupervised learning of digit recognition using spike-timing-dependent plasticity", Frontiers in Computational Neuroscience 9 (2015).</remarks>
    public static UnsupervisedEstimator<SpikingCompetition> SpikingCompetition(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int numberOfUnits = 400, int numberOfEpochs = 1)
        => SpikingCompetition(catalog, new SpikingCompetitionOptions
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            NumberOfUnits = numberOfUnits,
            NumberOfEpochs = numberOfEpochs,
        });

    /// <inheritdoc cref="SpikingCompetition(TransformsCatalog, string, string, int, int)"/>
    /// <param name="catalog">The transforms.</param>
    /// <param name="options">Columns, neurons and training.</param>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static UnsupervisedEstimator<SpikingCompetition> SpikingCompetition(this TransformsCatalog catalog, SpikingCompetitionOptions options)
        => Create(catalog, "SpikingCompetition", options, [FeatureOutputKind.Vector], context => BioLearn.ML.Spiking.SpikingCompetition.Learn(options, context));

    private static UnsupervisedEstimator<TModel> Create<TModel>(
        TransformsCatalog catalog, string name, UnsupervisedOptions options, FeatureOutputKind[] outputs, Func<UnsupervisedContext, TModel> learn)
        where TModel : class, IFeatureModel<TModel>
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new(MlNetInterop.Environment(catalog), new(name, options, outputs, learn));
    }
}
