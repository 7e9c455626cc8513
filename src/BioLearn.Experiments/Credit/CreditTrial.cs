using System.Diagnostics;
using BioLearn.Experiments.Grids;
using BioLearn.ML;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Experiments.Credit;

/// <summary>
/// A network of any depth and width is taught classes by any learning rule, as an ML.NET trainer does it: what is not given is what suits the rule.
/// For comparisons of credit assignment: rules x depths x widths x rates on the same rows, in the same order, from the same weights.
/// </summary>
/// <remarks>
/// Rows, one an epoch, iterations from 1: <c>train-loss</c>, mean loss as met on the way; <c>test-loss</c>, mean loss on the test pictures after the epoch;
/// <c>test-error</c>, share of the test pictures whose class was not found; and with <see cref="Angles"/> those. A training that diverges keeps the rows of its good epochs.
/// </remarks>
public sealed class CreditTrial : ITrial
{
    /// <summary>The pictures, or rows of a table, whose features the trainer scales as it does by itself.</summary>
    public required DataSource Data { get; init; }

    /// <summary>The rule. Default: backpropagation.</summary>
    public LearningRule Rule { get; init; } = RuleTable.Find("backpropagation")!.CreateRule();

    /// <summary>Hidden layers; at least 0. Default: 1.</summary>
    public int HiddenLayers { get; init; } = 1;

    /// <summary>Units of each hidden layer; at least 1. Default: 256.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Units of each hidden layer, in the place of <see cref="HiddenLayers"/> and <see cref="Width"/>. Default: those two.</summary>
    [InPlaceOf(nameof(HiddenLayers), nameof(Width))]
    public int[]? HiddenUnits { get; init; }

    /// <summary>
    /// A network for pictures by its name (<see cref="NetworkSpec.Named"/>: lenet, vgg11, vgg16, resnet18, resnet20), in the place of <see cref="HiddenLayers"/>. Default: none.
    /// </summary>
    [InPlaceOf(nameof(HiddenLayers), nameof(Width), nameof(HiddenUnits), nameof(Layers))]
    public string? Network { get; init; }

    /// <summary>Channels of the first stage of <see cref="Network"/>; 0 for the paper's. Default: 0.</summary>
    public int Channels { get; init; }

    /// <summary>The hidden layers one by one, such as <c>{kind: convolution-2d, channels: 6, kernel-size: 5}</c>; the output layer is added. Default: none.</summary>
    [InPlaceOf(nameof(HiddenLayers), nameof(Width), nameof(HiddenUnits))]
    public LayerSpec[]? Layers { get; init; }

    /// <summary>How pictures are changed anew in every epoch, such as <c>{shift: 2, mirror: true}</c>. Default: not at all.</summary>
    public PictureAugmentation? Augmentation { get; init; }

    /// <summary>Activation of the hidden layers, where these are given by their numbers of units alone. Default: what suits the rule.</summary>
    public Activation? Activation { get; init; }

    /// <summary>Output and loss. Default: what suits the rule.</summary>
    public OutputHead? Head { get; init; }

    /// <summary>How weights start. Default: Glorot's uniform distribution.</summary>
    public Initializer Initializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>How biases start. Default: at 0.</summary>
    public Initializer? BiasInitializer { get; init; }

    /// <summary>How parameters move. Default: what suits the rule.</summary>
    public OptimizerSettings? Optimizer { get; init; }

    /// <summary>Factor on the learning rate after every epoch; above 0. Default: 1.</summary>
    public double LearningRateDecay { get; init; } = 1;

    /// <summary>Epochs after which the learning rate falls to a tenth. Default: none.</summary>
    public int[] LearningRateSteps { get; init; } = [];

    /// <summary>Epochs in which the learning rate falls to 0 along half a cosine, from where on it rises again; 0 for not at all. Default: 0.</summary>
    public int LearningRateAnnealing { get; init; }

    /// <summary>Factors on the learning rate of the layers, first to output. Default: 1 for all.</summary>
    public double[] LearningRateScales { get; init; } = [];

    /// <summary>Whether biases learn. Default: yes.</summary>
    public bool LearnBiases { get; init; } = true;

    /// <summary>Pictures of a mini-batch; at least 1. Default: 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Epochs; at least 1. Default: 20.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Steps of an epoch; 0 for all rows. Default: 0.</summary>
    public int StepsPerEpoch { get; init; }

    /// <summary>What is taken from every pixel. Default: 0.</summary>
    public double PixelMean { get; init; }

    /// <summary>What every pixel is divided by, after that; above 0. Default: 1.</summary>
    public double PixelDeviation { get; init; } = 1;

    /// <summary>
    /// Whether each row also has the angles between the rule's credit and backpropagation's on the same weights, in degrees, and of the feedback weights to what they stand for:
    /// <c>credit-angle-L</c> and <c>feedback-angle-L</c> of layer L, counted from 1 at the input; an angle that is undefined is left out. Default: no.
    /// </summary>
    public bool Angles { get; init; }

    /// <summary>Training rows, the first of the set; 0 for all. Default: 0.</summary>
    public int TrainingRows { get; init; }

    /// <summary>Training pictures of each class, of those; 0 for all. Default: 0.</summary>
    public int TrainPerClass { get; init; }

    /// <summary>Test pictures of each class; 0 for all. Default: 0.</summary>
    public int TestPerClass { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(HiddenLayers);
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        foreach (int units in HiddenUnits ?? [])
            ArgumentOutOfRangeException.ThrowIfLessThan(units, 1, nameof(HiddenUnits));
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Channels);
        ArgumentOutOfRangeException.ThrowIfNegative(StepsPerEpoch);
        ArgumentOutOfRangeException.ThrowIfNegative(LearningRateAnnealing);
        ArgumentOutOfRangeException.ThrowIfNegative(TrainingRows);
        ArgumentOutOfRangeException.ThrowIfNegative(TrainPerClass);
        ArgumentOutOfRangeException.ThrowIfNegative(TestPerClass);
        SettingRange.AboveZero(PixelDeviation);
        SettingRange.AboveZero(LearningRateDecay);
        if (Optimizer is { } optimizer)
            SettingRange.AboveZero(optimizer.LearningRate, $"{nameof(Optimizer)}.{nameof(optimizer.LearningRate)}");
        if (Network is not null && !NetworkSpec.Names.Contains(Network))
            throw new ArgumentException(NearestName.Unknown("network", Network, NetworkSpec.Names), nameof(Network));
        if (Network is not null && Layers is not null)
            throw new ArgumentException("network and layers both describe the hidden layers; expected one of them");
        if (Activation is not null && (Network is not null || Layers is not null))
            throw new ArgumentException($"activation {Activation} is for hidden-layers and hidden-units; {(Network is null ? "layers" : "network")} describes the hidden layers in full, expected none beside it");
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        MLContext mlContext = new(seed: 0);
        int classes = Data.Training.Classes;
        LabelledRows learned = Chosen(Data.Training.First(Math.Min(TrainingRows, Data.Training.Count)), TrainPerClass, context, "training pictures"), tested = Chosen(Data.Test, TestPerClass, context, "test pictures");
        // Rows of other classes are left out by the trainer, and cannot be right.
        double known = (double)tested.Labels.ToArray().Count(label => label < classes) / tested.Count;
        IDataView training = PictureRows.View(mlContext, learned, classes), test = PictureRows.View(mlContext, tested, classes);
        PredictionTransformer<NetworkModelParameters>? model = null;
        context.TryRestore(reader => model = Read(mlContext, reader.ReadBytes(reader.ReadInt32())));
        try
        {
            Learn(mlContext, training, test, model, context, learned.Count, known);
        }
        finally
        {
            model?.Model.Dispose();
        }
    }

    private void Learn(MLContext mlContext, IDataView training, IDataView test, PredictionTransformer<NetworkModelParameters>? model, TrialContext context, int rows, double known)
    {
        // In how many pieces a network is taught changes no bit of it: the first epoch tells how many a piece may have.
        int piece = 1;
        for (int done = model?.Model.Epochs ?? 0; done < Epochs;)
        {
            var clock = Stopwatch.StartNew();
            NetworkOptions options = Options(context, Math.Min(piece, Epochs - done), rows);
            Note(options, context, rows, known);
            PredictionTransformer<NetworkModelParameters> next = mlContext.MulticlassClassification.Trainers.LearningRule(Rule, options).Fit(training, test, model?.Model);
            model?.Model.Dispose();
            model = next;
            int learned = model.Model.Epochs - done;
            if (learned < options.NumberOfEpochs)
                throw new InvalidOperationException($"the training ended after {model.Model.Epochs} of {Epochs} epochs: its numbers left the finite ones");
            done = model.Model.Epochs;
            piece = (int)Math.Clamp(context.CheckpointEvery.TotalSeconds * learned / Math.Max(clock.Elapsed.TotalSeconds, 1e-9), 1, Epochs);
            if (done < Epochs)
                context.Checkpoint(writer => Write(mlContext, model, training.Schema, writer));
        }
        model?.Model.Dispose();
    }

    private NetworkOptions Options(TrialContext context, int epochs, int rows) => new()
    {
        HiddenUnits = HiddenUnits ?? [.. Enumerable.Repeat(Width, HiddenLayers)],
        Layers = Network is { } name ? [.. NetworkSpec.Named(name, Data.Shape, Data.Training.Classes, Channels).Layers.SkipLast(1)] : Layers,
        InputShape = Network is not null || Layers is not null || Augmentation is not null ? Data.Shape : null,
        Augmentation = Augmentation,
        Activation = Activation,
        Head = Head,
        Initializer = Initializer,
        BiasInitializer = BiasInitializer,
        Optimizer = Optimizer,
        LearningRateDecay = LearningRateDecay,
        LearningRateSteps = LearningRateSteps,
        LearningRateAnnealing = LearningRateAnnealing,
        LearningRateScales = LearningRateScales,
        StepsPerEpoch = StepsPerEpoch,
        LearnBiases = LearnBiases,
        BatchSize = Math.Min(BatchSize, rows),
        NumberOfEpochs = epochs,
        NumberOfThreads = 1, // the others are other trials'
        NormalizeFeatures = Data.IsTable ? default : NormalizeFeatures.No, // pixels have one scale, from 0 to 1
        Seed = context.SeedNumber,
        CancellationToken = context.Cancellation,
    };

    /// <summary>Has a training note its epochs, with the angles that were measured last.</summary>
    private void Note(NetworkOptions options, TrialContext context, int rows, double known)
    {
        Dictionary<string, double> angles = [];
        int steps = (rows + options.BatchSize - 1) / options.BatchSize;
        if (Angles)
            options.Diagnostics = new LearningDiagnostics { Every = StepsPerEpoch > 0 ? Math.Min(steps, StepsPerEpoch) : steps, Progress = new Listener<DiagnosticRecord>(Keep) };
        options.Progress = new Listener<TrainingProgress>(epoch => context.Record(
            epoch.Epoch,
            [("train-loss", epoch.Loss), ("test-loss", epoch.ValidationLoss ?? double.NaN), ("test-error", 1 - (known * epoch.ValidationAccuracy ?? double.NaN)), .. angles.Select(angle => (angle.Key, angle.Value))]));

        void Keep(DiagnosticRecord record)
        {
            string? column = record.Metric switch { DiagnosticMetric.CreditAngle => "credit-angle", DiagnosticMetric.FeedbackAngle => "feedback-angle", _ => null };
            if (column is not null && double.IsFinite(record.Value))
                angles[$"{column}-{record.Layer}"] = record.Value;
        }
    }

    private LabelledRows Chosen(LabelledRows rows, int perClass, TrialContext context, string stream)
    {
        LabelledRows chosen = perClass == 0 ? rows : rows.Take(ClassSubset.PerClass(rows.Labels.Span, perClass, context.Stream(stream)));
        return PixelMean == 0 && PixelDeviation == 1 ? chosen : chosen.Scaled((float)PixelMean, 1 / (float)PixelDeviation);
    }

    private static void Write(MLContext mlContext, ITransformer model, DataViewSchema schema, BinaryWriter writer)
    {
        using MemoryStream file = new();
        mlContext.Model.Save(model, schema, file);
        writer.Write((int)file.Length);
        writer.Write(file.GetBuffer(), 0, (int)file.Length);
    }

    private static PredictionTransformer<NetworkModelParameters> Read(MLContext mlContext, byte[] file) => BioLearnModel.Load(mlContext, new MemoryStream(file), out _).Parts().OfType<PredictionTransformer<NetworkModelParameters>>().Single();

    private sealed class Listener<T>(Action<T> listen) : IProgress<T>
    {
        public void Report(T value) => listen(value);
    }
}
