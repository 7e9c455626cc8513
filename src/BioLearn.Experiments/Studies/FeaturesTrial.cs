using BioLearn.Experiments.Grids;
using BioLearn.ML;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Spiking;
using Microsoft.ML;

namespace BioLearn.Experiments.Studies;

/// <summary>
/// How much of what a picture shows is in features that were learned without labels: the transform and a readout, the same for all. By default that is a
/// normalizer and a linear readout by softmax regression.
/// </summary>
/// <remarks>One row, its iteration the epochs of the readout, or of the features where the readout has none: <c>error</c>, share of the test pictures, or of those set aside, whose class was not found.</remarks>
public sealed class FeaturesTrial : ITrial
{
    /// <summary>The pictures.</summary>
    public required DataSource Data { get; init; }

    /// <summary>Which features. Default: pixels.</summary>
    public FeatureKind Features { get; init; }

    /// <summary>Units of every layer; at least 2. Default: 500.</summary>
    public int Units { get; init; } = 500;

    /// <summary>Epochs of what learns features; at least 1. Default: 10.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>How classes are read from the features. Default: softmax regression.</summary>
    public FeatureReadout Readout { get; init; }

    /// <summary>Epochs of the readout, of a support vector machine at most; at least 1, without effect on one that has none. Default: 15.</summary>
    public int ReadoutEpochs { get; init; } = 15;

    /// <summary>How softmax regression is done. Default: Adam 1e-3 on normalized features, batches of 100.</summary>
    public SoftmaxReadout Softmax { get; init; } = new();

    /// <summary>Activation of competing units and of their control. Default: a power of what lies above 0.</summary>
    public CompetitiveActivation Activation { get; init; } = CompetitiveActivation.RectifiedPower;

    /// <summary>Power of that activation. Default: 1.</summary>
    public double Power { get; init; } = 1;

    /// <summary>Inverse temperature of SoftHebb; above 0. Default: 20.</summary>
    public double Temperature { get; init; } = 20;

    /// <summary>Largest change of a competing unit's weight in a step at the start. Default: 0.1.</summary>
    public double LearningRate { get; init; } = .1;

    /// <summary>Length of competing units' weights at the start. Default: 3.</summary>
    public double InitialLength { get; init; } = 3;

    /// <summary>SoftHebb's rate of a unit falls as this power of its distance from length 1. Default: 0, all the same.</summary>
    public double RadiusPower { get; init; }

    /// <summary>Competing units and their control whiten what they see with this ridge. Default: they do not.</summary>
    public double? Ridge { get; init; }

    /// <summary>Competing units and their control see square patches of this side, at every place of a picture. Default: whole pictures.</summary>
    public int? Patch { get; init; }

    /// <summary>Patches that are drawn to learn from. Default: 200,000.</summary>
    public int Patches { get; init; } = 200_000;

    /// <summary>How activations of neighbouring places become one. Default: their mean.</summary>
    public PatchPooling Pooling { get; init; } = PatchPooling.Average;

    /// <summary>Side of the windows of places that are pooled; they do not overlap. Default: 4.</summary>
    public int PoolingSize { get; init; } = 4;

    /// <summary>The layers of a competitive network and of its control, from the input up. Default: a network's are the published ones, and the control is a single layer.</summary>
    public CompetitiveConvolution[]? Layers { get; init; }

    /// <summary>How many of these layers there are, from the input up; 0 for all. Default: 0.</summary>
    public int Depth { get; init; }

    /// <summary>Factor on the units of each of these layers, above 0; numbers are rounded. Default: 1.</summary>
    public double Width { get; init; } = 1;

    /// <summary>In which order these layers learn. Default: one after the other.</summary>
    public CompetitiveSchedule Schedule { get; init; }

    /// <summary>Competing units and their control see so many Hebbian components of unit variance in the place of pixels. Default: pixels.</summary>
    public int? Whiten { get; init; }

    /// <summary>The network of the spiking convolution. Default: that of Kheradpisheh et al. for MNIST.</summary>
    public SpikingNetworkOptions Network { get; init; } = SpikingNetworkOptions.Digits;

    /// <summary>Pictures that each layer of the spiking convolution learns from; 0 leaves its weights as they were drawn, the control. Default: as many as the network says.</summary>
    public int? StdpPictures { get; init; }

    /// <summary>Rows and columns of regions of the spiking convolution's last layer, each with a feature a map. Default: 1, the whole layer.</summary>
    public int Regions { get; init; } = 1;

    /// <summary>Penalty C of the linear support vector machine; above 0. Default: 2.4.</summary>
    public double Penalty { get; init; } = 2.4;

    /// <summary>Training pictures, the first of the set; 0 for all. Default: 0.</summary>
    public int TrainingPictures { get; init; }

    /// <summary>Training pictures that are set aside, the last ones, and tested in the place of the test pictures; 0 for none. Default: 0.</summary>
    public int ValidationRows { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Units, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReadoutEpochs, 1);
        if (Patch is not null && Whiten is not null)
            throw new ArgumentException("patch looks at pictures, whiten makes components of them: expected one of the two");
        ArgumentOutOfRangeException.ThrowIfNegative(Depth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Width);
        if (Layers is not null && Depth > Layers.Length)
            throw new ArgumentException($"depth is {Depth}; expected at most the number of layers, {Layers.Length}");
        if (Layers is not null && Features is not (FeatureKind.CompetitiveNetwork or FeatureKind.Random))
            throw new ArgumentException($"layers are those of competitive-network, or of random as its control; {SettingName.Of(Features.ToString())} has none");
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        (LabelledRows training, LabelledRows test) = ValidationRows == 0 ? (Data.Training, Data.Test) : Data.Training.SetAside(ValidationRows);
        int classes = training.Classes;
        training = training.First(TrainingPictures);
        if (Features == FeatureKind.SpikingConvolution)
        {
            SpikingNetwork network = SpikingPictures.Learn(Network, StdpPictures, training, Data.Shape, context.SeedNumber, context.Cancellation);
            (training, test) = (SpikingPictures.Features(network, Regions, training, Data.Shape, context.Cancellation), SpikingPictures.Features(network, Regions, test, Data.Shape, context.Cancellation));
        }
        // The components have a context of their own, so that what they draw changes nothing of what is measured.
        MLContext first = new(context.SeedNumber), mlContext = new(context.SeedNumber);
        IDataView learned = PictureRows.Numbered(first, training), held = PictureRows.Numbered(first, test);
        if (Whiten is { } rank)
        {
            ITransformer whitening = FeatureTransforms.Whitening(first, rank, context.Cancellation).Fit(learned);
            (learned, held) = (first.Data.Cache(whitening.Transform(learned)), first.Data.Cache(whitening.Transform(held)));
        }
        ITransformer? features = Learned(context, mlContext, learned);
        context.Cancellation.ThrowIfCancellationRequested();
        string column = features is null ? FeatureTransforms.Pixels : FeatureTransforms.Made;
        // Kept where normalizer and trainer each pass over them.
        IDataView made = features is null ? learned : Passes == 1 ? features.Transform(learned) : mlContext.Data.Cache(features.Transform(learned), column, "Label");
        double error = Readout switch
        {
            FeatureReadout.AssignedUnits => AssignedUnits.Error(mlContext, made, features?.Transform(held) ?? held, column, classes),
            FeatureReadout.LinearSvm => LinearSvmReadout.Error(mlContext, made, features?.Transform(held) ?? held, column, classes, Penalty, ReadoutEpochs, context.Cancellation),
            _ => Softmax.Error(mlContext, made, features?.Transform(held) ?? held, column, ReadoutEpochs, context.Cancellation),
        };
        context.Record(Readout == FeatureReadout.AssignedUnits ? Epochs : ReadoutEpochs, ("error", error));
    }

    /// <summary>What made features learn, or what a run that was stopped kept of it; null for rows that are features as they are.</summary>
    private ITransformer? Learned(TrialContext context, MLContext mlContext, IDataView rows)
    {
        // Made in either case: the readout's seed comes after the one that it takes from the context.
        IEstimator<ITransformer>? estimator = FeatureTransforms.Of(this, mlContext, context.Cancellation);
        if (estimator is null)
            return null;
        ITransformer? features = null;
        context.TryRestore(reader => features = BioLearnModel.Load(new MLContext(), new MemoryStream(reader.ReadBytes(reader.ReadInt32())), out _));
        if (features is not null)
            return features;
        features = estimator.Fit(rows);
        context.Checkpoint(writer =>
        {
            using MemoryStream file = new();
            new MLContext().Model.Save(features, rows.Schema, file);
            writer.Write((int)file.Length);
            writer.Write(file.GetBuffer(), 0, (int)file.Length);
        });
        return features;
    }

    /// <summary>How often the readout passes over the features before it has them in memory.</summary>
    private int Passes => Readout == FeatureReadout.AssignedUnits || (Readout == FeatureReadout.Softmax && !Softmax.Normalize) ? 1 : 2;
}
