using BioLearn.Kernels.Spiking;
using BioLearn.ML.Spiking;

namespace BioLearn.ML.Tests.Spiking;

/// <summary>Steps of single layers, winners and weight changes against the original's kernels.</summary>
public class LayerFixtureTests
{
    [Fact]
    public void Convolution_steps_equal_the_original()
    {
        foreach (var item in Json.Cases("03_*.json"))
        {
            var input = new SpikePlane(item.Int("H"), item.Int("W"), item.Int("M"));
            using var convolution = new SpikeConvolution(input, item.Int("kernel"), 1, item.Int("D"), item.Floats("weights"));
            using var state = new ConvolutionState(convolution, item.Float("threshold"), inhibition: true, keepPotentials: true);
            using var fast = new ConvolutionState(convolution, item.Float("threshold"), inhibition: true, keepPotentials: false);
            var spikes = SpikeTrain.FromTimes(item.Ints("input_spike_time"), item.Int("T"));
            float[] potentials = new float[convolution.Output.Neurons];
            SpikeTrain output = new(), fastOutput = new();
            state.Begin();
            fast.Begin();
            foreach (var step in item.GetProperty("steps").EnumerateArray())
            {
                output.Clear();
                state.Step(spikes[step.Int("t") - 1], output);
                fastOutput.Clear();
                fast.Step(spikes[step.Int("t") - 1], fastOutput);

                state.Potentials.CopyTo(potentials);
                Assert.Equal(step.Floats("V"), potentials);
                Assert.Equal(On(step.Ints("fired")), state.Above.ToArray());
                Assert.Equal(On(step.Ints("spikes_after_inhibition")), output.Neurons.ToArray());
                Assert.Equal(output.Neurons.ToArray(), fastOutput.Neurons.ToArray());
                Assert.Equal(output.Neurons.ToArray().Select(n => potentials[n]), state.FiredPotentials.ToArray());
                Assert.Equal(state.FiredPotentials.ToArray(), fast.FiredPotentials.ToArray());
                Assert.Equal(step.Ints("free_after"), Enumerable.Range(0, convolution.Output.Positions).Select(p => state.IsFree(p) ? 1 : 0));
            }
        }
    }

    [Fact]
    public void Pooling_steps_equal_the_original()
    {
        foreach (var item in Json.Cases("04_*.json"))
        {
            var layer = SpikingLayer.Pooling(item.Int("kernel"), item.Int("stride"), item.GetProperty("lateral_inhibition").GetBoolean());
            var input = new SpikePlane(item.Int("H"), item.Int("W"), item.Int("D"));
            var plane = layer.PlaneOver(input);
            Assert.Equal((item.Int("out_height"), item.Int("out_width")), (plane.Height, plane.Width));
            using var state = new PoolingState(input, layer);
            var spikes = SpikeTrain.FromTimes(item.Ints("input_spike_time"), item.Int("T"));
            var output = new SpikeTrain();
            for (int twice = 0; twice < 2; twice++)
            {
                state.Begin();
                foreach (var step in item.GetProperty("steps").EnumerateArray())
                {
                    output.Clear();
                    state.Step(spikes[step.Int("t") - 1], output);
                    Assert.Equal(On(step.Ints("spikes")), output.Neurons.ToArray().Order());
                    if (layer.LateralInhibition)
                        Assert.Equal(step.Ints("free_after"), Enumerable.Range(0, plane.Positions).Select(p => state.IsFree(p) ? 1 : 0));
                }
            }
        }
    }

    [Fact]
    public void Winners_equal_the_original()
    {
        foreach (var item in Json.Cases("05_*.json"))
        {
            float[] valid = item.Floats("valid");
            var competition = new Competition(new(item.Int("H"), item.Int("W"), item.Int("D")), item.Int("max_winners"), item.Int("offset"));
            int[] fired = On(valid);

            competition.Step(fired, fired.Select(i => valid[i]).ToArray());

            Assert.Equal(
                item.GetProperty("winners_in_order").EnumerateArray().Select(w => new Winner(w.Int("map"), w.Int("y"), w.Int("x"), w.Float("potential"))),
                competition.Winners);
        }
    }

    [Fact]
    public void Weight_changes_equal_the_original()
    {
        foreach (var item in Json.Cases("06_*.json"))
        {
            var input = new SpikePlane(item.Int("H"), item.Int("W"), item.Int("M"));
            var plane = input with { Maps = item.Int("D") };
            float[] weights = item.Floats("weights_before");
            ushort[] counts = [.. item.Ints("pre_spike_counts").Select(c => (ushort)c)];
            var competition = new Competition(plane, int.MaxValue, item.Int("offset"));
            Winner[] winners = [.. item.GetProperty("winners").EnumerateArray().Select(w => new Winner(w.Int("map"), w.Int("y"), w.Int("x"), 1))];

            foreach (var winner in winners)
                StdpUpdate.Apply(weights, item.Int("kernel"), 1, input, counts, winner, plane.Maps, item.Float("a_plus"), item.Float("a_minus"));
            int[] fired = [.. winners.Select(w => (w.Row * plane.Width + w.Column) * plane.Maps + w.Map).Order()];
            competition.Step(fired, Enumerable.Repeat(1f, fired.Length).ToArray());

            float[] expected = item.Floats("weights_after");
            for (int i = 0; i < weights.Length; i++)
                Assert.True(Math.Abs(expected[i] - weights[i]) <= 1e-7, $"weight {i}: expected {expected[i]:R}, got {weights[i]:R}");
            // The fixture has some neurons barred before, anywhere; they stay so.
            int[] before = item.Ints("may_learn_before");
            Assert.Equal(item.Ints("may_learn_after"), Enumerable.Range(0, plane.Neurons).Select(n => competition.MayLearn(n) ? before[n] : 0));
        }
    }

    [Fact]
    public void Rates_follow_the_original_schedule()
    {
        var fixture = Json.Fixture("08_*.json");
        var changes = fixture.GetProperty("changes").EnumerateArray().ToArray();
        var layers = SpikingNetworkOptions.FaceMotor.Layers;
        int change = 0, iteration = 0;
        for (int layer = 0; layer < layers.Count; layer++)
        {
            if (layers[layer].Learning is not { } learning)
                continue;
            var rates = new LearningRates(learning);
            if (layer > 0)
                Check("switch", iteration, rates);
            for (int end = iteration + learning.Iterations; iteration < end; iteration++)
            {
                var before = rates;
                rates.After(iteration, learning);
                if (iteration % 500 == 0)
                    Check("doubling", iteration, rates);
                else
                    Assert.Equal(before, rates);
            }

            void Check(string what, int at, LearningRates now)
            {
                var expected = changes[change++];
                Assert.StartsWith(what, expected.GetProperty("event").GetString(), StringComparison.Ordinal);
                Assert.Equal((at, layer + 1), (expected.Int("iteration"), expected.Int("learning_layer")));
                Assert.Equal((expected.Float("a_plus"), expected.Float("a_minus")), (now.Potentiation, now.Depression));
            }
        }

        Assert.Equal((changes.Length, fixture.GetProperty("initial").Int("total")), (change, iteration));
    }

    private static int[] On<T>(T[] flags)
        where T : System.Numerics.INumber<T> => [.. Enumerable.Range(0, flags.Length).Where(i => flags[i] > T.Zero)];
}
