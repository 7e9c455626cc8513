using System.Globalization;
using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Learns visual features from images without labels: a spiking convolutional network whose layers learn one after the other by
/// spike-timing-dependent plasticity.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and Output Columns
/// | | Column type |
/// | -- | -- |
/// | Input | Image ([MLImage](xref:Microsoft.ML.Data.MLImage)) of any size |
/// | Output | Vector of [Single](xref:System.Single), one an output map and region: the largest potential that a neuron of the map reaches there |
/// | Output on request | Vector of Single, height x width x maps of the last layer: number of steps at which the neuron's potential is at least `CountThreshold` |
/// | Output on request | Vector of Single, height x width x maps of a layer: step of the neuron's first spike, -1 if there is none |
///
/// A missing image (null) gives missing (NaN) values; `Fit` leaves it out with a warning.
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes, unless `NetworkPath` names a trained network |
/// | Exportable to ONNX | No |
///
/// ### Algorithm Details
/// [Kheradpisheh, Ganjtabesh, Thorpe and Masquelier 2018](https://arxiv.org/abs/1611.01421), with the dynamics of Perez's program. Pictures are
/// shown in the order of the rows, over and over. See `docs/naming.md`.
/// ]]></format>
/// </remarks>
public sealed class SpikingFeaturesEstimator : IEstimator<SpikingFeaturesTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly SpikingNetwork? _trained;

    internal SpikingFeaturesEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        ComponentManifest.Register(environment);
        ImageValues.Register();
        _host = environment.Register(nameof(SpikingFeaturesEstimator));
        _options = options;
        _trained = options.NetworkPath is { Length: > 0 } path ? SpikingNetwork.Load(path) : null;
        Columns.Validate(Network);
    }

    private SpikingNetworkOptions Network => _trained?.Options ?? _options.Network;

    private SpikingColumns Columns => SpikingColumns.Of(_options, Network);

    /// <summary>Trains the network on the images of <paramref name="input"/>, or takes the trained one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing, or is none of images.</exception>
    /// <exception cref="InvalidOperationException">There are no images.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is damaged, or of another training.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled. With a checkpoint, the next <c>Fit</c> goes on where it was.</exception>
    public SpikingFeaturesTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        PictureColumn.Of(_options.Input).CheckIn(input.Schema);
        var network = _trained ?? Train(input);
        if (_options.Thresholds is { } thresholds)
            network = network.WithThresholds(thresholds);
        WarnIfSilent(network, input);
        return new SpikingFeaturesTransformer(_host, network, Columns, _options.BatchSize, _options.Threads, _options.CancellationToken);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        PictureColumn.Of(_options.Input).CheckIn(inputSchema);
        return inputSchema.With(Columns.Added(Network));
    }

    private SpikingNetwork Train(IDataView input)
    {
        using var run = new TrainingRun(_host, "SpikingFeatures", _options.CancellationToken, progress: null);
        var training = new SpikingTraining
        {
            Threads = _options.Threads,
            CheckpointPath = string.IsNullOrEmpty(_options.CheckpointPath) ? null : _options.CheckpointPath,
            CheckpointInterval = _options.CheckpointInterval,
            ThrowIfCancelled = run.ThrowIfCancelled,
            Report = progress =>
            {
                run.Info(string.Create(CultureInfo.InvariantCulture,
                    $"Iteration {progress.Iteration} of {progress.Iterations}: layer {progress.Layer}, mean w(1-w) {progress.Convergence:G4}, {progress.SpikesPerPicture:F1} spikes and {progress.UpdatesPerPicture:F2} updates a picture"));
                _options.Progress?.Report(progress);
            },
        };
        return training.Train(_options.Network, Pictures(input, run));
    }

    /// <summary>A network that cannot fire gives rows of zeros, which no trainer behind it will complain of: the first pictures are tried.</summary>
    private void WarnIfSilent(SpikingNetwork network, IDataView input)
    {
        using var run = new TrainingRun(_host, "SpikingFeatures", _options.CancellationToken, progress: null);
        GrayPicture[] tried = [.. Pictures(input, run: null).Take(TriedForSilence)];
        var responses = network.Respond(tried, readOut: null, _options.Threads, _options.CancellationToken);
        if (tried.Length == 0 || !responses.All(response => response.IsSilent))
            return;
        var heard = Array.FindAll(responses, response => response.SpikesOfSteps[0].Sum() > 0);
        int layer = heard.Length == 0 ? 0 : Enumerable.Range(1, network.Structure.LayerCount).First(l => l == network.Structure.LayerCount || heard.All(response => response.SpikesOfSteps[l].Sum() == 0));
        run.Warning(heard.Length == 0
            ? $"None of the first {tried.Length} pictures makes an input neuron fire: they are blank, of one grey. All features of them are 0."
            : $"No neuron of layer {layer} fires on any of the first {tried.Length} pictures: its threshold is never reached, and all features are 0. Lower Thresholds, or train longer.");
    }

    private const int TriedForSilence = 8;

    private IEnumerable<GrayPicture> Pictures(IDataView input, TrainingRun? run)
    {
        int missing = 0;
        using var cursor = input.GetRowCursor([input.Schema[_options.Input]]);
        var read = PictureColumn.Reader(cursor, _options.Input);
        while (cursor.MoveNext())
        {
            if (read() is { } picture)
                yield return picture;
            else
                missing++;
        }

        if (missing > 0)
            run?.Warning($"Skipped {missing} rows without an image in column '{_options.Input}'");
    }

    /// <summary>Options of <see cref="SpikingFeaturesEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Name of the column of features, the largest potentials; null or empty for none.</summary>
        public string? OutputColumnName { get; set; } = "Features";

        /// <summary>
        /// Rows and columns of regions that the last layer is divided into, each with a largest potential of its own for every map, so that features keep where
        /// something was seen; 1, the whole layer, up to its sides.
        /// </summary>
        public int Regions { get; set; } = 1;

        /// <summary>Name of the column of images; null takes <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>Name of a column of counts: steps at which each neuron of the last layer has at least <see cref="CountThreshold"/>; or null.</summary>
        public string? CountsColumnName { get; set; }

        /// <summary>Potential from which a step counts, above 0.</summary>
        public float CountThreshold { get; set; } = 10;

        /// <summary>Name of a column of first spike times; or null.</summary>
        public string? SpikeTimesColumnName { get; set; }

        /// <summary>The layer whose spike times are given, 0 being the input; null for the last one.</summary>
        public int? SpikeTimesLayer { get; set; }

        /// <summary>The network and how its layers learn. Its <see cref="SpikingNetworkOptions.Seed"/> decides all random numbers.</summary>
        public SpikingNetworkOptions Network { get; set; } = SpikingNetworkOptions.FaceMotor;

        /// <summary>File of a trained network, which takes the place of <see cref="Network"/>; or null to train.</summary>
        public string? NetworkPath { get; set; }

        /// <summary>Thresholds for features, one for each convolution; null for those of the network.</summary>
        public IReadOnlyList<float>? Thresholds { get; set; }

        /// <summary>File that keeps the state of the training; a <c>Fit</c> that finds it goes on from there, to the same weights. Null for none.</summary>
        public string? CheckpointPath { get; set; }

        /// <summary>Iterations from checkpoint to checkpoint, at least 1.</summary>
        public int CheckpointInterval { get; set; } = 1000;

        /// <summary>Rows that are read ahead and computed together, at least 1.</summary>
        public int BatchSize { get; set; } = 16;

        /// <summary>Threads that work on a batch; null takes one a processor. Results do not depend on it.</summary>
        public int? NumberOfThreads { get; set; }

        /// <summary>Hears of the training, every 250 iterations.</summary>
        public IProgress<SpikingTrainingProgress>? Progress { get; set; }

        /// <summary>Stops <c>Fit</c> and cursors.</summary>
        public CancellationToken CancellationToken { get; set; }

        internal string Input => string.IsNullOrEmpty(InputColumnName) ? OutputColumnName ?? "" : InputColumnName;

        internal int Threads => NumberOfThreads ?? Environment.ProcessorCount;

        internal void Validate()
        {
            ArgumentException.ThrowIfNullOrEmpty(Input, nameof(InputColumnName));
            ArgumentNullException.ThrowIfNull(Network);
            Network.Validate();
            Guard.Between(BatchSize, 1, int.MaxValue);
            Guard.Between(NumberOfThreads ?? 1, 1, int.MaxValue, nameof(NumberOfThreads));
            Guard.Between(CheckpointInterval, 1, int.MaxValue);
        }
    }
}
