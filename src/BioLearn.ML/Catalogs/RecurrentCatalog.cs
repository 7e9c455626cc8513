using BioLearn.ML.Hosting;
using BioLearn.ML.Recurrent;

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
    public static BioLearnTrainer<RecurrentModelParameters> RandomFeedbackLocalOnline(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, RecurrentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(MlNetInterop.Environment(trainers), new("random feedback local online learning", PredictionTask.Multiclass, options, context => RecurrentTraining.Train(PredictionTask.Multiclass, options, context)));
    }

    /// <summary>
    /// A leaky recurrent network taught online by random feedback: the feature vector is a sequence of time steps, and synapses learn
    /// from their own eligibility traces and the error that fixed random weights bring them.
    /// </summary>
    /// <param name="trainers">The binary trainers.</param>
    /// <param name="options">Columns (a Boolean column as label), time steps, units and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Murray, "Local online learning in recurrent networks with random feedback", eLife 8 (2019).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static BioLearnTrainer<RecurrentModelParameters> RandomFeedbackLocalOnline(
        this BinaryClassificationCatalog.BinaryClassificationTrainers trainers, RecurrentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(MlNetInterop.Environment(trainers), new("random feedback local online learning", PredictionTask.Binary, options, context => RecurrentTraining.Train(PredictionTask.Binary, options, context)));
    }

    /// <summary>
    /// A leaky recurrent network taught online by random feedback: the feature vector is a sequence of time steps, and synapses learn
    /// from their own eligibility traces and the error that fixed random weights bring them.
    /// </summary>
    /// <param name="trainers">The regression trainers.</param>
    /// <param name="options">Columns (a Single column as label), time steps, units and training.</param>
    /// <returns>The trainer.</returns>
    /// <remarks>Murray, "Local online learning in recurrent networks with random feedback", eLife 8 (2019).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static BioLearnTrainer<RecurrentModelParameters> RandomFeedbackLocalOnline(
        this RegressionCatalog.RegressionTrainers trainers, RecurrentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(MlNetInterop.Environment(trainers), new("random feedback local online learning", PredictionTask.Regression, options, context => RecurrentTraining.Train(PredictionTask.Regression, options, context)));
    }

    /// <summary>
    /// An echo-state network: the feature vector is a sequence of time steps, a fixed random recurrent network (the reservoir) keeps their
    /// echo, and ridge regression reads the label from it.
    /// </summary>
    /// <param name="trainers">The multiclass trainers.</param>
    /// <param name="options">Columns (a key column as label), time steps, reservoir and ridge.</param>
    /// <returns>The trainer; one pass over the rows fits it.</returns>
    /// <remarks>Jaeger, "The echo state approach to analysing and training recurrent neural networks", GMD Report 148 (2001).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
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
    public static BioLearnTrainer<RecurrentModelParameters> EchoStateNetwork(
        this RegressionCatalog.RegressionTrainers trainers, EchoStateOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(MlNetInterop.Environment(trainers), new("echo-state network", PredictionTask.Regression, options, context => EchoStateTraining.Train(PredictionTask.Regression, options, context)));
    }
}
