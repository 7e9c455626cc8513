using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Networks;

/// <summary>Options of the trainers that teach a network by a learning rule.</summary>
public class NetworkOptions : TrainerOptions
{
    /// <summary>Units of each hidden layer. Default: one layer of 128. Ignored where <see cref="Layers"/> is set.</summary>
    public IReadOnlyList<int> HiddenUnits { get; set; } = [128];

    /// <summary>Activation of the hidden layers; null takes what the rule prefers, else tanh. Default: null.</summary>
    public Activation? Activation { get; set; }

    /// <summary>Hidden layers in full, for convolutions; the output layer is added. Default: none.</summary>
    public IReadOnlyList<LayerSpec>? Layers { get; set; }

    /// <summary>Shape of one row for convolutional layers; its size must be that of the feature vector. Default: a plain vector.</summary>
    public TensorShape? InputShape { get; set; }

    /// <summary>Output non-linearity and loss; null takes softmax (multiclass), sigmoid (binary) cross-entropy or squared error (regression), or what the rule needs.</summary>
    public OutputHead? Head { get; set; }

    /// <summary>How weights start. Default: Glorot uniform.</summary>
    public Initializer Initializer { get; set; } = Initializer.GlorotUniform;

    /// <summary>How biases start, with the fan-in of their layer; null for 0, PyTorch's default is <see cref="Initializer.UniformByFanIn"/>. Default: null.</summary>
    public Initializer? BiasInitializer { get; set; }

    /// <summary>How parameters move; null takes what the rule prefers, else Adam at 1e-3. Default: null.</summary>
    public OptimizerSettings? Optimizer { get; set; }

    /// <summary>Rows a step; at least 1. Default: 32.</summary>
    public int BatchSize { get; set; } = 32;

    /// <summary>
    /// Passes over the data; at least 1. Default: null, which counts steps, since these are what a network learns by: 20 passes, but as many
    /// more as make 2,000 steps on a small table, and as many fewer as make 20,000 on a large one; one at least.
    /// </summary>
    public int? NumberOfEpochs { get; set; }

    /// <summary>
    /// Whether features are brought to one scale inside: by mean and standard deviation, or by an eighth of the range where that is more, and what is mostly zero by twice its largest value;
    /// where most values are zero, about zero. The map is part of the model. Default: <see cref="Networks.NormalizeFeatures.Auto"/>.
    /// </summary>
    public NormalizeFeatures NormalizeFeatures { get; set; }

    /// <summary>
    /// Regression: whether the label is brought to mean 0 and standard deviation 1 for the network, or into the range of its output where
    /// that has one, and the score back. Losses are then those of the standardized label. Default: yes.
    /// </summary>
    public bool StandardizeLabel { get; set; } = true;

    /// <summary>Ends an epoch after so many steps, each epoch shuffling all rows anew; 0 takes all rows. Default: 0.</summary>
    public int StepsPerEpoch { get; set; }

    /// <summary>
    /// Training rows that are held in memory at a time, rounded up to whole batches, for data larger than memory: every epoch then reads them
    /// anew from the data, in its order, and shuffles within so many. Rows should come mixed (<c>mlContext.Data.ShuffleRows</c>). Where it is at least
    /// the number of rows, training is that of rows all in memory, to the last bit. What features and
    /// label are scaled by is found on the first of them. 0 reads all rows once. Default: 0.
    /// </summary>
    public int RowsInMemory { get; set; }

    /// <summary>Factor on the learning rate after every epoch, in (0, 1]. Default: 1.</summary>
    public double LearningRateDecay { get; set; } = 1;

    /// <summary>Epochs, counted from 1, after which the learning rate falls by <see cref="LearningRateStepFactor"/>, such as 60 and 90. Default: none.</summary>
    public IReadOnlyList<int> LearningRateSteps { get; set; } = [];

    /// <summary>Factor on the learning rate at each of the <see cref="LearningRateSteps"/>, in (0, 1]. Default: 0.1.</summary>
    public double LearningRateStepFactor { get; set; } = 0.1;

    /// <summary>
    /// Epochs E in which the learning rate falls to 0 along half a cosine: after e epochs it has the factor ½ (1 + cos(π e / E)) (cosine annealing, Loshchilov and Hutter 2017); it
    /// rises again along the cosine where there are more epochs than these. 0 for none. Default: 0.
    /// </summary>
    public int LearningRateAnnealing { get; set; }

    /// <summary>
    /// Factors on the learning rate of every layer with weights, from the first hidden one to the output, each at least 0; feedback weights
    /// that learn as a layer's weights do share its factor. Default: none, all layers learn at the same rate.
    /// </summary>
    public IReadOnlyList<double> LearningRateScales { get; set; } = [];

    /// <summary>Whether biases learn; they start at 0. Default: yes.</summary>
    public bool LearnBiases { get; set; } = true;

    /// <summary>
    /// Stops when the validation loss has not fallen for so many epochs, and keeps the best parameters; 0 never stops. Needs
    /// validation data: given to <c>Fit</c>, or a <see cref="ValidationFraction"/>. Default: 0.
    /// </summary>
    public int EarlyStoppingPatience { get; set; }

    /// <summary>
    /// Changes the rows to learn from anew in every epoch: pictures moved, mirrored, pixels left out. What is moved or mirrored needs an <see cref="InputShape"/>
    /// with height and width; all rows are held in memory, twice. Rows of the validation stay as they are. Default: none.
    /// </summary>
    public PictureAugmentation? Augmentation { get; set; }

    /// <summary>Share of the training rows to hold out for validation where none are given to <c>Fit</c>, in [0, 1). Default: 0.</summary>
    public double ValidationFraction { get; set; }

    /// <summary>
    /// Whether saved models have what the optimizer remembers, so that <c>Fit(train, validation, model)</c> goes on from a loaded model to the
    /// last bit: 8 bytes a parameter for Adam, AdamW (weights have 4), 4 for momentum, Nesterov and RMSprop, none for plain descent. Without
    /// it a loaded model goes on with its counts of epochs and steps, and an optimizer that begins anew. Default: yes.
    /// </summary>
    public bool SaveOptimizerState { get; set; } = true;

    /// <summary>
    /// Threads that may work on one step; at least 1, null for as many as there are cores. The result does not depend on it, and work too small
    /// to share stays on one thread whatever is allowed. Default: null.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>Watches the training: <c>LearningDiagnostics</c> for alignment with backpropagation, feedback weights, update norms, or an observer of your own. Default: none.</summary>
    public TrainingObserver? Diagnostics { get; set; }

    /// <summary>The hidden layers for an input of some shape, where those of <see cref="HiddenUnits"/> have an activation.</summary>
    internal virtual IReadOnlyList<LayerSpec> HiddenLayers(TensorShape input, Activation activation) => Layers ?? HiddenUnits.Select(LayerSpec (units) => new Dense(units, activation)).ToArray();

    /// <summary>The last layer of a network that may be asked something.</summary>
    internal virtual LayerSpec OutputLayer(int outputs, InstructionForm? instruction) => new Dense(outputs, Activation.Linear);

    internal int Threads => NumberOfThreads ?? Environment.ProcessorCount;

    internal int WholeBatchesInMemory => (int)Math.Min(Array.MaxLength, ((long)RowsInMemory + BatchSize - 1) / BatchSize * BatchSize);

    /// <summary>The passes that a training on so many rows makes: <see cref="NumberOfEpochs"/>, or what its default comes to.</summary>
    /// <param name="rows">Rows to learn from; at least 1.</param>
    /// <returns>Passes; at least 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is less than 1.</exception>
    public int EpochsFor(long rows)
    {
        Guard.AtLeast(rows, 1);
        long steps = (rows + BatchSize - 1) / BatchSize;
        return NumberOfEpochs ?? DefaultEpochs.For(StepsPerEpoch > 0 ? Math.Min(steps, StepsPerEpoch) : steps);
    }

    internal virtual void Validate()
    {
        if (Layers is null)
            Guard.Units(HiddenUnits);
        else
            Guard.Holds(Layers.All(layer => layer is not null), "null", "must have no layer that is null", nameof(Layers));
        RefuseWhatCannotBeSaved();
        ArgumentNullException.ThrowIfNull(Initializer);
        ArgumentNullException.ThrowIfNull(LearningRateSteps);
        ArgumentNullException.ThrowIfNull(LearningRateScales);
        Guard.AboveZero(BatchSize);
        if (NumberOfEpochs is { } epochs)
            Guard.AboveZero(epochs, nameof(NumberOfEpochs));
        Guard.Defined(NormalizeFeatures);
        Guard.AtLeast(NumberOfThreads ?? 1, 1, nameof(NumberOfThreads));
        Guard.AtLeastZero(StepsPerEpoch);
        Guard.AtLeastZero(RowsInMemory);
        Guard.Holds(RowsInMemory == 0 || ValidationFraction == 0, ValidationFraction, "must be 0 where RowsInMemory is set: give Fit a validation set instead", nameof(ValidationFraction));
        Guard.AtLeastZero(EarlyStoppingPatience);
        Guard.Share(LearningRateDecay);
        Guard.Share(LearningRateStepFactor);
        foreach (int epoch in LearningRateSteps)
            Guard.AboveZero(epoch, nameof(LearningRateSteps));
        Guard.AtLeastZero(LearningRateAnnealing);
        foreach (double scale in LearningRateScales)
            Guard.AtLeastZero(scale, nameof(LearningRateScales));
        Guard.Fraction(ValidationFraction);
        Optimizer?.Validate();
        Augmentation?.Validate();
        Diagnostics?.Validate();
    }

    /// <summary>Layers, activations and heads without a name are refused before an hour of training, not after it.</summary>
    private void RefuseWhatCannotBeSaved()
    {
        foreach (LayerSpec layer in Layers ?? [])
            LayerKinds.RequireSavable(layer);
        if (Activation is { } activation && Networks.Activation.Find(activation.Name) is null)
            throw new InvalidOperationException($"The activation {activation} has no name in saved models; give it one by Activation.Register.");
        if (Head is { } head && OutputHead.Find(head.Name) is null)
            throw new InvalidOperationException($"The output head {head} has no name in saved models; give it one by OutputHead.Register.");
    }
}
