using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Credit;

/// <summary>
/// How far a rule gets on pictures with what people do to get far: pictures moved, mirrored, and with pixels left out, dropout, a residual stream at depth-µP's scale, weight decay, a learning rate that falls along half a
/// cosine, settings chosen on training pictures that are set aside.
/// </summary>
/// <remarks>
/// Rows, one an epoch, iterations from 1: <c>train-loss</c>, mean loss as met on the way; <c>error</c>, share of the pictures that were set aside
/// (<see cref="ValidationRows"/>), or of the test pictures, whose class was not found. A training that diverges is a failure.
/// </remarks>
public sealed class AugmentedTrial : ITrial
{
    private const int RowsAtOnce = 250;

    /// <summary>The pictures.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Units of the hidden layers. Default: 512, 512.</summary>
    public int[] HiddenUnits { get; init; } = [512, 512];

    /// <summary>
    /// Whether hidden layers, all of one width, add to a stream, and first weights and rates are depth-µP's instead of <see cref="Initializer"/>'s
    /// (<see cref="DepthScaling"/>); for rules that know additions. Default: no.
    /// </summary>
    public bool Residual { get; init; }

    /// <summary>Activation of the hidden layers. Default: the leaky rectifier.</summary>
    public Activation Activation { get; init; } = Activation.LeakyReLU;

    /// <summary>Output and loss. Default: softmax with cross-entropy.</summary>
    public OutputHead Head { get; init; } = OutputHead.SoftmaxCrossEntropy;

    /// <summary>How weights start. Default: He's uniform distribution.</summary>
    public Initializer Initializer { get; init; } = Initializer.HeUniform;

    /// <summary>How parameters move. Default: Adam with decoupled weight decay 0.1, rate 0.001.</summary>
    public OptimizerSettings Optimizer { get; init; } = new(OptimizerKind.AdamW, 1e-3) { WeightDecay = .1 };

    /// <summary>Pictures of a mini-batch; at least 1. Default: 128.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Epochs; at least 1. Default: 30.</summary>
    public int Epochs { get; init; } = 30;

    /// <summary>Most pixels that a picture is moved; 0 for none. Default: 0.</summary>
    public int Shift { get; init; }

    /// <summary>Whether half of the pictures are mirrored. Default: no.</summary>
    public bool Mirror { get; init; }

    /// <summary>Probability that a pixel is left out; from 0 to below 1. Default: 0.15.</summary>
    public double OmittedPixels { get; init; } = .15;

    /// <summary>
    /// Share of the hidden units that are silent in a step (<see cref="ML.Networks.Dropout"/>), for rules that know gates, error optimization among them; from 0 to below 1. Default: 0.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Training pictures that are set aside, the last ones, and tested in the place of the test pictures; 0 for none. Default: 0.</summary>
    public int ValidationRows { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        LabelledRows training = Data.Training, test = Data.Test;
        if (ValidationRows != 0)
            (training, test) = training.SetAside(ValidationRows);
        PictureAugmentation augmentation = new(Shift, Mirror, OmittedPixels);
        float[] features = new float[training.Features.Length];
        var samples = Samples<float>.OfClasses(features, training.Labels);
        using Network<float> network = new(Perceptron(training.Width, Data.Training.Classes), Rule, Initializer, context.Seed);
        if (Residual)
            DepthScaling.Apply(network, Optimizer.Kind);
        using NetworkTrainer<float> trainer = new(network, Rule, Optimizer, Math.Max(BatchSize, RowsAtOnce));
        context.TryRestore(trainer.LoadState);
        int[] order = new int[training.Count];
        int batches = (order.Length + BatchSize - 1) / BatchSize;
        for (int epoch = (int)(trainer.Steps / batches); epoch < Epochs; epoch++)
        {
            augmentation.Apply(training.Features.Span, Data.Shape, context.Stream($"augmentation/{epoch}"), features);
            context.Stream($"order/{epoch}").FillPermutation(order);
            double loss = 0;
            for (int batch = 0; batch < batches; batch++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                trainer.LearningRateFactor = .5 * (1 + Math.Cos(Math.PI * ((epoch * (double)batches) + batch) / ((double)Epochs * batches)));
                int start = batch * BatchSize, size = Math.Min(BatchSize, order.Length - start);
                loss += size * trainer.Step(samples, order.AsSpan(start, size));
            }
            context.Record(epoch + 1, ("train-loss", loss / order.Length), ("error", ClassificationError.Of(trainer, test, test.Count, RowsAtOnce, context.Cancellation)));
            context.Checkpoint(trainer.SaveState);
        }
    }

    private NetworkSpec Perceptron(int inputs, int classes)
    {
        if (!Residual)
        {
            return new NetworkSpec(
                new TensorShape(inputs),
                [.. HiddenUnits.SelectMany<int, LayerSpec>(units => Dropout == 0 ? [new Dense(units, Activation)] : [new Dense(units, Activation), new Dropout(Dropout)]), new Dense(classes, Activation.Linear)],
                Head);
        }
        if (HiddenUnits.Length == 0 || HiddenUnits.Any(units => units != HiddenUnits[0]) || Dropout != 0)
            throw new ArgumentException($"hidden-units is [{string.Join(", ", HiddenUnits)}] and dropout {Dropout}; residual: true takes at least one layer, all of one width, and no dropout.");
        return NetworkSpec.ResidualPerceptron(inputs, HiddenUnits[0], HiddenUnits.Length, classes, Activation, Head);
    }
}
