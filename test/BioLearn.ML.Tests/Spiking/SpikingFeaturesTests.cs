using System.Globalization;
using BioLearn.ML.Spiking;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Spiking;

/// <summary>Spiking features in ML.NET pipelines.</summary>
public sealed class SpikingFeaturesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-spiking-").FullName;
    private readonly MLContext _mlContext = new(seed: 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Features_learned_without_labels_tell_bars_apart()
    {
        var rows = Grating.Rows(_mlContext, 60);
        var pipeline = _mlContext.Transforms.SpikingFeatures("Features", "Image", Grating.Network)
            .Append(_mlContext.BinaryClassification.Trainers.LbfgsLogisticRegression("Upright"));

        var predictions = pipeline.Fit(rows).Transform(Grating.Rows(_mlContext, 100));

        Assert.True(_mlContext.BinaryClassification.EvaluateNonCalibrated(predictions, "Upright").Accuracy > .9);
    }

    [Fact]
    public void Columns_are_those_of_single_pictures_for_every_batch_and_thread_count()
    {
        var rows = Grating.Rows(_mlContext, 11, missing: 3);
        string? first = null;
        foreach (var (batch, threads) in new[] { (1, 1), (4, 3), (16, 2) })
        {
            var options = Options();
            (options.BatchSize, options.NumberOfThreads) = (batch, threads);
            var model = _mlContext.Transforms.SpikingFeatures(options).Fit(rows);
            string text = Describe(model.Transform(rows));
            Assert.Equal(first ??= text, text);
            if (threads > 1)
                continue;

            var features = model.Transform(rows).GetColumn<float[]>("Features").ToArray();
            var counts = model.Transform(rows).GetColumn<float[]>("Counts").ToArray();
            var times = model.Transform(rows).GetColumn<float[]>("Times").ToArray();
            for (int i = 0; i < 11; i++)
            {
                if (i == 3)
                {
                    Assert.All(features[i].Concat(counts[i]).Concat(times[i]), value => Assert.True(float.IsNaN(value)));
                    continue;
                }

                var response = model.Network.Respond(Grating.Picture(i), new() { CountThreshold = options.CountThreshold, SpikeTimeLayers = [1] });
                Assert.Equal(response.MaximumPotentials, features[i]);
                Assert.Equal(response.Counts.Select(count => (float)count), counts[i]);
                Assert.Equal(response.SpikeTimes[0], times[i]);
                Assert.Contains(times[i], time => time > 0);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Regions_have_the_largest_potential_of_their_own_places(int regions)
    {
        var options = Options();
        options.Regions = regions;
        var rows = Grating.Rows(_mlContext, 5);
        var model = _mlContext.Transforms.SpikingFeatures(options).Fit(rows);
        string path = Path.Combine(_folder, "regions.zip");
        _mlContext.Model.Save(model, rows.Schema, path);
        var features = _mlContext.Model.Load(path, out _).Transform(rows).GetColumn<float[]>("Features").ToArray();
        for (int i = 0; i < 5; i++)
        {
            var network = model.Network;
            var response = network.Respond(Grating.Picture(i), new() { KeepPotentials = true });
            float[] expected = new float[regions * regions * network.Maps];
            for (int at = 0; at < response.Potentials.Length; at++)
            {
                int place = at % network.Neurons / network.Maps, y = place / network.Width, x = place % network.Width;
                ref float most = ref expected[((y * regions / network.Height * regions) + (x * regions / network.Width)) * network.Maps + at % network.Maps];
                most = Math.Max(most, response.Potentials[at]);
            }
            Assert.Equal(expected, features[i]);
            Assert.Contains(expected, potential => potential > 0);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Network.Respond(Grating.Picture(0), new() { Regions = model.Network.Height + 1 }));
    }

    [Theory]
    [InlineData(1e6f, "No neuron of layer 1 fires")]
    [InlineData(0f, null)]
    public void Network_whose_threshold_is_never_reached_is_warned_of(float threshold, string? expected)
    {
        List<string> warnings = [];
        _mlContext.Log += (_, line) =>
        {
            if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warnings.Add(line.RawMessage);
        };
        var options = Options();
        options.Thresholds = [threshold, 1e4f];
        _mlContext.Transforms.SpikingFeatures(options).Fit(Grating.Rows(_mlContext, 6));
        if (expected is null)
            Assert.Empty(warnings);
        else
            Assert.Contains(expected, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Pipeline_gives_the_same_in_a_fresh_process()
    {
        var rows = Grating.Rows(_mlContext, 8, missing: 2);
        var options = Options();
        options.Thresholds = [5, 1e4f];
        var model = _mlContext.Transforms.SpikingFeatures(options).Fit(rows);
        string path = Path.Combine(_folder, "model.zip");
        _mlContext.Model.Save(model, rows.Schema, path);

        Assert.Equal(Describe(model.Transform(rows)), ChildProcess.Run("spiking-features", path));
    }

    [Fact]
    public void Cancelled_training_goes_on_to_the_same_weights()
    {
        var rows = Grating.Rows(_mlContext, 12);
        var whole = _mlContext.Transforms.SpikingFeatures("Features", "Image", Grating.Network).Fit(rows).Network;

        var reports = new List<SpikingTrainingProgress>();
        using var cancellation = new CancellationTokenSource();
        var options = Options();
        options.CheckpointPath = Path.Combine(_folder, "training.blsn");
        options.CancellationToken = cancellation.Token;
        options.Progress = new Reports(report =>
        {
            reports.Add(report);
            cancellation.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => _mlContext.Transforms.SpikingFeatures(options).Fit(rows));
        Assert.Equal(60, reports.Single().Iteration);

        options.CancellationToken = default;
        options.Progress = new Reports(reports.Add);
        var resumed = _mlContext.Transforms.SpikingFeatures(options).Fit(rows).Network;

        Assert.Equal([60, 120], reports.Select(report => report.Iteration));
        Assert.Equal([1, 3], reports.Select(report => report.Layer));
        Assert.All(reports, report => Assert.InRange(report.Convergence, 1e-9, .25));
        AssertSameWeights(whole, resumed);

        // Done: another fit reads the file, and a network can be loaded from it.
        AssertSameWeights(whole, _mlContext.Transforms.SpikingFeatures(options).Fit(rows).Network);
        AssertSameWeights(whole, SpikingNetwork.Load(options.CheckpointPath));
        Assert.Equal(2, reports.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(60)]
    [InlineData(97)]
    public void Killed_training_goes_on_to_the_same_weights(int killedAt)
    {
        string path = Path.Combine(_folder, "killed.blsn");
        var training = new SpikingTraining { CheckpointPath = path, CheckpointInterval = 1 };
        var whole = new SpikingTraining().Train(Grating.Network, Grating.Pictures(7));

        // A kill runs no handler: the file is what the last checkpoint left.
        int iterations = 0;
        Assert.Throws<InvalidOperationException>(() => (training with
        {
            ThrowIfCancelled = () =>
            {
                if (File.Exists(path) && ++iterations == killedAt)
                    throw new InvalidOperationException("killed");
            },
        }).Train(Grating.Network, Grating.Pictures(7)));
        var resumed = (training with { Threads = 3 }).Train(Grating.Network, Grating.Pictures(7));

        AssertSameWeights(whole, resumed);
    }

    [Fact]
    public void Foreign_checkpoints_are_refused()
    {
        string path = Path.Combine(_folder, "other.blsn");
        var training = new SpikingTraining { CheckpointPath = path };
        training.Train(Grating.Network, Grating.Pictures(4));

        Assert.Contains("other pictures", Assert.Throws<InvalidDataException>(() => training.Train(Grating.Network, Grating.Pictures(5))).Message, StringComparison.Ordinal);
        Assert.Contains("other options", Assert.Throws<InvalidDataException>(() => training.Train(Grating.Network with { Seed = 6 }, Grating.Pictures(4))).Message, StringComparison.Ordinal);

        SpikingNetwork.Load(path).Save(path);
        Assert.Contains("without the state of its training", Assert.Throws<InvalidDataException>(() => training.Train(Grating.Network, Grating.Pictures(4))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_named()
    {
        string path = Path.Combine(_folder, "damaged.blsn");
        new SpikingTraining { CheckpointPath = path }.Train(Grating.Network, Grating.Pictures(2));
        byte[] good = File.ReadAllBytes(path);

        Check(good[..^30], "it is cut off or damaged");
        Check([.. good[..100], (byte)~good[100], .. good[101..]], "its checksum differs");

        // Files of version 1 had neither length nor checksum.
        good = [.. good[..4], 1, 0, 0, 0, .. good[16..^32]];
        File.WriteAllBytes(path, good);
        Assert.Equal(Grating.Network.Seed, SpikingNetwork.Load(path).Options.Seed);
        Check(good[..^15], "byte");
        Check(good[..200], "options");
        Check([.. good[..2000]], "bytes left where the weights need");
        Check([.. "BLPN"u8, .. good[4..]], "does not begin with BLSN");
        byte[] infinite = [.. good];
        int weights = good.AsSpan().IndexOf("\"Seed\":5}"u8) + 9;
        BitConverter.TryWriteBytes(infinite.AsSpan(weights), float.NaN);
        Check(infinite, "a weight of layer 1 is not finite");

        void Check(byte[] bytes, string expected)
        {
            File.WriteAllBytes(path, bytes);
            string message = Assert.Throws<InvalidDataException>(() => SpikingNetwork.Load(path)).Message;
            Assert.Contains(expected, message, StringComparison.Ordinal);
            Assert.Contains(path, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Wrong_columns_and_options_are_refused()
    {
        var rows = _mlContext.Data.LoadFromEnumerable([new { Image = 1f }]);
        Assert.Contains(
            "Schema mismatch for input column 'Image'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _mlContext.Transforms.SpikingFeatures("Features", "Image").Fit(rows)).Message, StringComparison.Ordinal);
        var none = Grating.Network with { Layers = [.. Grating.Network.Layers.Take(2)] };
        Assert.Contains("last layer must be a convolution", Refused(none), StringComparison.Ordinal);
        var window = Grating.Network with { Layers = [SpikingLayer.Convolution(2, 0, 3)] };
        Assert.Contains("layer 1: must be between 1 and 255 (Parameter 'KernelSize')", Refused(window), StringComparison.Ordinal);
        Assert.Contains("TimeSteps", Refused(Grating.Network with { TimeSteps = 4 }), StringComparison.Ordinal);
        Assert.Contains("one for each convolution, got 1, 2, 3", Assert.Throws<ArgumentException>(() => new SpikingNetwork(new SpikingStructure(Grating.Network)).WithThresholds(1, 2, 3)).Message, StringComparison.Ordinal);

        string Refused(SpikingNetworkOptions network) => Assert.ThrowsAny<ArgumentException>(() => _mlContext.Transforms.SpikingFeatures("Features", "Image", network)).Message;
    }

    [Fact]
    public void Spike_times_are_those_of_the_network_s_input()
    {
        var rows = Grating.Rows(_mlContext, 3, missing: 1);
        var input = Grating.Network.Input with { Filters = [ContrastFilter.DifferenceOfGaussians(), ContrastFilter.DifferenceOfGaussians(offCenter: true)] };
        var model = _mlContext.Transforms.SpikeLatencyCode(new SpikeLatencyCodeEstimator.Options
        {
            OutputColumnName = "Times",
            InputColumnName = "Image",
            ContrastColumnName = "Contrasts",
            GrayColumnName = "Gray",
            Input = input,
            Bins = 6,
        }).Fit(rows);
        string path = Path.Combine(_folder, "code.zip");
        _mlContext.Model.Save(model, rows.Schema, path);

        foreach (var transformer in new[] { model, _mlContext.Model.Load(path, out _) })
        {
            var coded = transformer.Transform(rows);
            var times = coded.GetColumn<float[]>("Times").ToArray();
            var spikes = new SpikeTrain();
            new SpikeEncoder(input, 7, 6).Encode(Grating.Picture(2), spikes);
            float[] expected = new float[input.Plane.Neurons];
            spikes.FirstTimes(expected);
            Assert.Equal(expected, times[2]);
            Assert.All(times[1], time => Assert.True(float.IsNaN(time)));
            Assert.Equal(times[2].Select(time => time >= 0), coded.GetColumn<float[]>("Contrasts").ElementAt(2).Select(contrast => contrast > 0));
            Assert.Equal(Grating.Picture(0).Pixels.ToArray().Select(pixel => (float)pixel), coded.GetColumn<float[]>("Gray").First());
        }
    }

    /// <summary>Runs in the child process.</summary>
    internal static void Transform(string path)
    {
        var mlContext = new MLContext().UseBioLearn();
        Console.Write(Describe(mlContext.Model.Load(path, out _).Transform(Grating.Rows(mlContext, 8, missing: 2))));
    }

    private static SpikingFeaturesEstimator.Options Options() => new()
    {
        OutputColumnName = "Features",
        InputColumnName = "Image",
        CountsColumnName = "Counts",
        CountThreshold = 3,
        SpikeTimesColumnName = "Times",
        SpikeTimesLayer = 1,
        Network = Grating.Network,
    };

    private static void AssertSameWeights(SpikingNetwork expected, SpikingNetwork actual)
    {
        Assert.Equal(expected.Weights(1).ToArray(), actual.Weights(1).ToArray());
        Assert.Equal(expected.Weights(3).ToArray(), actual.Weights(3).ToArray());
    }

    private static string Describe(IDataView rows) => string.Join('\n', new[] { "Features", "Counts", "Times" }.SelectMany(column =>
        rows.GetColumn<float[]>(column).Select(row => string.Join(' ', row.Select(x => x.ToString("R", CultureInfo.InvariantCulture))))));

    private sealed class Reports(Action<SpikingTrainingProgress> report) : IProgress<SpikingTrainingProgress>
    {
        public void Report(SpikingTrainingProgress value) => report(value);
    }
}
