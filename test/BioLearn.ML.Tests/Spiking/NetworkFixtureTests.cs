using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using BioLearn.ML.Spiking;

namespace BioLearn.ML.Tests.Spiking;

/// <summary>Whole networks against the original: a small one that learns, and the full one on two photographs.</summary>
public class NetworkFixtureTests
{
    [Fact]
    public void Small_network_learns_as_the_original()
    {
        var fixture = Json.Fixture("07_*.json");
        var options = MiniOptions(fixture);
        SpikeTrain[] pictures = [.. fixture.GetProperty("image_spike_time").EnumerateArray().Select(
            times => SpikeTrain.FromTimes([.. Json.Leaves(times).Select(t => t.GetInt32())], options.TimeSteps))];
        var trainer = new SpikingTrainer(new SpikingStructure(options, Weights(fixture.GetProperty("initial_weights"), options)), pictures, threads: 1);
        var log = new List<string>();
        trainer.Watch = (iteration, step, winners) => log.Add($"{iteration} {step} {string.Join(' ', winners.Select(w => $"{w.Map},{w.Row},{w.Column}"))}");

        trainer.Train();

        Assert.Equal(fixture.GetProperty("log").EnumerateArray().SelectMany(i => i.GetProperty("updates").EnumerateArray().Select(u =>
            $"{i.Int("iteration")} {u.Int("t")} {string.Join(' ', u.GetProperty("winners").EnumerateArray().Select(w => $"{w[0]},{w[1]},{w[2]}"))}")), log);
        float[]?[] expected = Weights(fixture.GetProperty("final_weights"), options);
        foreach (int layer in trainer.Structure.Convolutions)
            Assert.All(expected[layer]!.Zip(trainer.Structure.Weights(layer)), pair => Assert.Equal(pair.First, pair.Second, 1e-7f));

        var network = new SpikingNetwork(trainer.Structure);
        foreach (var item in fixture.GetProperty("propagation_after_training").EnumerateArray())
        {
            var response = network.Respond(pictures[item.Int("image")], new SpikingReadOut { KeepPotentials = true });
            Assert.Equal(item.Ints("spike_count_per_layer"), response.SpikesOfSteps.Select(steps => steps.Sum()));
            Near(item.Floats("features"), response.MaximumPotentials, 1e-5);
            Near(item.Floats("last_potential_final"), response.Potentials[^network.Neurons..], 1e-5);
            double[] sums = item.Doubles("last_potential_sum_per_step");
            for (int step = 0; step < options.TimeSteps; step++)
                Assert.Equal(sums[step], response.Potentials.AsSpan(step * network.Neurons, network.Neurons).ToArray().Sum(v => (double)v), 1e-3);
        }
    }

    [Fact]
    public void Full_network_runs_photographs_as_the_original()
    {
        var fixture = Json.Fixture("13_*.json");
        var weights = Json.FixtureOrOwn("13a_*.json");
        float[]?[] layers = [.. SpikingNetworkOptions.FaceMotor.Layers.Select((_, i) => weights.TryGetProperty($"conv{i + 1}", out var raw) ? Raw(raw) : null)];
        var network = new SpikingNetwork(new SpikingStructure(SpikingNetworkOptions.FaceMotor, layers));
        foreach (var image in fixture.GetProperty("images").EnumerateArray())
        {
            int[] times = [.. image.Inflate("spike_time_int8_zlib").Select(t => (int)(sbyte)t)];
            var spikes = SpikeTrain.FromTimes(times, network.Options.TimeSteps);
            var runs = image.EnumerateObject().Where(p => p.Name.Contains("_thresholds_", StringComparison.Ordinal)).ToArray();
            Assert.NotEmpty(runs);
            foreach (var run in runs)
            {
                float[] thresholds = [.. run.Name.Split('_')[2..].Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
                Check(run.Value, network.WithThresholds([.. thresholds, 1e5f]), spikes);
            }
        }
    }

    private static void Check(JsonElement expected, SpikingNetwork network, SpikeTrain spikes)
    {
        string counts = expected.EnumerateObject().Single(p => p.Name.StartsWith("counts_TR", StringComparison.Ordinal) && !p.Name.EndsWith("_sum", StringComparison.Ordinal)).Name;
        float threshold = float.Parse(counts["counts_TR".Length..], CultureInfo.InvariantCulture);
        var response = network.Respond(spikes, new SpikingReadOut { CountThreshold = threshold, KeepPotentials = true });

        Assert.Equal(expected.Ints("spikes_per_layer_per_step"), response.SpikesOfSteps.SelectMany(steps => steps));
        Near(expected.Floats("features"), response.MaximumPotentials, 1e-5);
        Assert.Equal(expected.GetProperty("last_potential_final_sum").GetDouble(), response.Potentials[^network.Neurons..].Sum(v => (double)v), 1e-4);
        Assert.Equal(expected.Int($"{counts}_sum"), response.Counts.Sum());
        Assert.Equal(expected.Inflate(counts).Select(c => (int)c), response.Counts);
        double[] sums = new double[network.Neurons];
        for (int i = 0; i < response.Potentials.Length; i++)
            sums[i % network.Neurons] += response.Potentials[i] >= threshold ? response.Potentials[i] : 0;
        Assert.Equal(sums, response.PotentialSums);
    }

    internal static SpikingNetworkOptions MiniOptions(JsonElement fixture)
    {
        var schedule = fixture.GetProperty("schedule");
        int[] most = schedule.Ints("max_learn_iter"), winners = schedule.Ints("stdp_per_layer"), radii = schedule.Ints("offset");
        float[] up = schedule.Floats("a_plus"), down = schedule.Floats("a_minus");
        int left = schedule.Int("max_iter");
        var layers = fixture.GetProperty("layers").EnumerateArray().Select((item, i) => new SpikingLayer
        {
            Kind = item.GetProperty("type").GetString() == "conv" ? SpikingLayerKind.Convolution : SpikingLayerKind.Pooling,
            Maps = item.Int("maps"),
            KernelSize = item.Int("kernel"),
            Stride = item.Int("stride"),
            Threshold = item.Float("threshold"),
            FeatureThreshold = fixture.GetProperty("feature_thresholds").TryGetProperty($"conv{i + 1}", out var threshold) ? threshold.GetSingle() : null,
            LateralInhibition = item.GetProperty("lateral_inhibition").GetBoolean(),
            Learning = most[i + 1] == 0 ? null : new()
            {
                // The counter's test is "above the maximum": one iteration more, as far as there are any left.
                Iterations = Math.Min(most[i + 1] + 1, left),
                Potentiation = up[i + 1],
                Depression = down[i + 1],
                Winners = winners[i + 1],
                InhibitionRadius = radii[i + 1],
            },
        }).ToArray();
        foreach (ref var layer in layers.AsSpan())
        {
            if (layer.Learning is { } learning)
            {
                layer = layer with { Learning = learning with { Iterations = Math.Min(learning.Iterations, left) } };
                left -= layer.Learning!.Iterations;
            }
        }

        var options = new SpikingNetworkOptions
        {
            Input = new() { Width = fixture.Int("W"), Height = fixture.Int("H") },
            TimeSteps = fixture.Int("T"),
            Layers = layers,
        };
        options.Validate();
        return options;
    }

    private static float[]?[] Weights(JsonElement item, SpikingNetworkOptions options) =>
        [.. options.Layers.Select((_, i) => item.TryGetProperty($"conv{i + 1}", out var _) ? item.Floats($"conv{i + 1}") : null)];

    private static float[] Raw(JsonElement item) => MemoryMarshal.Cast<byte, float>(item.GetProperty("data").GetBytesFromBase64()).ToArray();

    private static void Near(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"element {i}: expected {expected[i]:R}, got {actual[i]:R}");
    }
}
