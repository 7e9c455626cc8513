using System.Runtime.CompilerServices;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Recurrent;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Trainers of recurrent networks: <c>mlContext.MulticlassClassification.Trainers.EchoStateNetwork(options)</c>.</summary>
public static class RecurrentCatalog
{
    /// <summary>
    /// A leaky recurrent network taught online by random feedback: the feature vector is a sequence of time steps, and synapses learn
    /// from their own eligibility traces and the error that fixed random weights bring them.
    /// </summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns (a key column as label), time steps, units and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Murray, "Local online learning in recurrent networks with random feedback", eLife 8 (2019).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> RandomFeedbackLocalOnline(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, RecurrentOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Multiclass, options);

    /// <summary>
    /// A leaky recurrent network taught online by random feedback: the feature vector is a sequence of time steps, and synapses learn
    /// from their own eligibility traces and the error that fixed random weights bring them.
    /// </summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns (a Boolean column as label), time steps, units and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Murray, "Local online learning in recurrent networks with random feedback", eLife 8 (2019).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> RandomFeedbackLocalOnline(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, RecurrentOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Binary, options);

    /// <summary>
    /// A leaky recurrent network taught online by random feedback: the feature vector is a sequence of time steps, and synapses learn
    /// from their own eligibility traces and the error that fixed random weights bring them.
    /// </summary>
    /// <param name="trainers">The regression trainers.</param>
    /// <param name="options">Columns (a Single column as label), time steps, units and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Murray, "Local online learning in recurrent networks with random feedback", eLife 8 (2019).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> RandomFeedbackLocalOnline(
        this RegressionCatalog.RegressionTrainers trainers, RecurrentOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Regression, options);

    /// <summary>
    /// A leaky recurrent network taught online by eligibility propagation (e-prop): the feature vector is a sequence of time steps, and
    /// synapses learn from their own eligibility traces and a learning signal, symmetric, random or adaptive, of a readout that remembers.
    /// </summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns (a key column as label), time steps, units and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein and Maass, "A solution to the learning dilemma for recurrent networks of spiking neurons", Nature Communications 11 (2020).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> EligibilityPropagation(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, EligibilityPropagationOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Multiclass, options);

    /// <summary>
    /// A leaky recurrent network taught online by eligibility propagation (e-prop): the feature vector is a sequence of time steps, and
    /// synapses learn from their own eligibility traces and a learning signal, symmetric, random or adaptive, of a readout that remembers.
    /// </summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns (a Boolean column as label), time steps, units and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein and Maass, "A solution to the learning dilemma for recurrent networks of spiking neurons", Nature Communications 11 (2020).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> EligibilityPropagation(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, EligibilityPropagationOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Binary, options);

    /// <summary>
    /// A leaky recurrent network taught online by eligibility propagation (e-prop): the feature vector is a sequence of time steps, and
    /// synapses learn from their own eligibility traces and a learning signal, symmetric, random or adaptive, of a readout that remembers.
    /// </summary>
    /// <param name="trainers">The regression trainers.</param>
    /// <param name="options">Columns (a Single column as label), time steps, units and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Bellec, Scherr, Subramoney, Hajek, Salaj, Legenstein and Maass, "A solution to the learning dilemma for recurrent networks of spiking neurons", Nature Communications 11 (2020).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> EligibilityPropagation(
        this RegressionCatalog.RegressionTrainers trainers, EligibilityPropagationOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Regression, options);

    /// <summary>
    /// A leaky recurrent network taught online by a rule of your own, which the options make: the feature vector is a sequence of time
    /// steps, and the rule sees every step and its error.
    /// </summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns (a key column as label), time steps, units, training and the rule.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> OnlineRecurrent(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, OnlineRecurrentOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Multiclass, options);

    /// <summary>
    /// A leaky recurrent network taught online by a rule of your own, which the options make: the feature vector is a sequence of time
    /// steps, and the rule sees every step and its error.
    /// </summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns (a Boolean column as label), time steps, units, training and the rule.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> OnlineRecurrent(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, OnlineRecurrentOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Binary, options);

    /// <summary>
    /// A leaky recurrent network taught online by a rule of your own, which the options make: the feature vector is a sequence of time
    /// steps, and the rule sees every step and its error.
    /// </summary>
    /// <param name="trainers">The regression trainers.</param>
    /// <param name="options">Columns (a Single column as label), time steps, units, training and the rule.</param>
    /// <returns>The trainer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> OnlineRecurrent(
        this RegressionCatalog.RegressionTrainers trainers, OnlineRecurrentOptions options) =>
        Online(MlNetInterop.Environment(trainers), PredictionTask.Regression, options);

    /// <summary>
    /// An echo-state network: the feature vector is a sequence of time steps, a fixed random recurrent network (the reservoir) keeps their
    /// echo, and ridge regression reads the label from it.
    /// </summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns (a key column as label), time steps, reservoir and ridge.</param>
    /// <returns>The trainer; one pass over the rows fits it.</returns>
    /// <remarks>Jaeger, "The echo state approach to analysing and training recurrent neural networks", GMD Report 148 (2001).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> EchoStateNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, EchoStateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(MlNetInterop.Environment(trainers), new("echo-state network", PredictionTask.Multiclass, options, context => EchoStateTraining.Train(PredictionTask.Multiclass, options, context)));
    }

    /// <summary>
    /// An echo-state network: the feature vector is a sequence of time steps, a fixed random recurrent network (the reservoir) keeps their
    /// echo, and ridge regression reads the label from it.
    /// </summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns (a Boolean column as label), time steps, reservoir and ridge.</param>
    /// <returns>The trainer; one pass over the rows fits it.</returns>
    /// <remarks>Jaeger, "The echo state approach to analysing and training recurrent neural networks", GMD Report 148 (2001).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> EchoStateNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, EchoStateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(MlNetInterop.Environment(trainers), new("echo-state network", PredictionTask.Binary, options, context => EchoStateTraining.Train(PredictionTask.Binary, options, context)));
    }

    /// <summary>
    /// An echo-state network: the feature vector is a sequence of time steps, a fixed random recurrent network (the reservoir) keeps their
    /// echo, and ridge regression reads the label from it.
    /// </summary>
    /// <param name="trainers">The regression trainers.</param>
    /// <param name="options">Columns (a Single column as label), time steps, reservoir and ridge.</param>
    /// <returns>The trainer; one pass over the rows fits it.</returns>
    /// <remarks>Jaeger, "The echo state approach to analysing and training recurrent neural networks", GMD Report 148 (2001).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    [OverloadResolutionPriority(1)] // new() { ... } means the options
    public static BioLearnTrainer<RecurrentModelParameters> EchoStateNetwork(
        this RegressionCatalog.RegressionTrainers trainers, EchoStateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(MlNetInterop.Environment(trainers), new("echo-state network", PredictionTask.Regression, options, context => EchoStateTraining.Train(PredictionTask.Regression, options, context)));
    }

    private static BioLearnTrainer<RecurrentModelParameters> Online(IHostEnvironment environment, PredictionTask task, OnlineRecurrentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(environment, new(options.RuleName, task, options, context => RecurrentTraining.Train(task, options, context)));
    }
}
