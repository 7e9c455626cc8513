using BioLearn.Kernels.Spiking;
using BioLearn.Kernels.Tests.Simd;

namespace BioLearn.Kernels.Tests.Spiking;

[EveryWidth]
public class SpikeConvolutionTests
{
    [Theory]
    [InlineData(9, 11, 2, 3, 1, 3)]
    [InlineData(7, 5, 1, 5, 1, 4)]
    [InlineData(13, 10, 3, 7, 6, 2)]
    [InlineData(12, 12, 2, 4, 1, 5)]
    [InlineData(11, 9, 1, 6, 2, 3)]
    [InlineData(10, 10, 2, 2, 3, 1)]
    [InlineData(6, 40, 1, 1, 1, 9)]
    [InlineData(5, 5, 4, 11, 1, 20)]
    public void Potentials_are_the_sums_of_the_weights_that_spikes_reach(int height, int width, int inputs, int kernel, int stride, int maps)
    {
        var random = new System.Random(3);
        float[] weights = [.. Enumerable.Range(0, kernel * kernel * inputs * maps).Select(_ => random.NextSingle())];
        var input = new SpikePlane(height, width, inputs);
        using var convolution = new SpikeConvolution(input, kernel, stride, maps, weights);
        using var potentials = new MembranePotentials(convolution);
        var output = convolution.Output;
        float[] expected = new float[output.Neurons], actual = new float[output.Neurons];
        int[] neurons = new int[output.Neurons];
        float[] above = new float[output.Neurons];

        for (int step = 0; step < 3; step++)
        {
            int[] spikes = [.. Enumerable.Range(0, input.Neurons).Where(_ => random.Next(4) == 0)];
            int found = potentials.Step(spikes, 2, neurons, above);
            for (int i = 0; i < expected.Length; i++)
                expected[i] = (float)(expected[i] + Drive(i, spikes));

            potentials.CopyTo(actual);
            Assert.Equal(expected, actual);
            Assert.Equal(Enumerable.Range(0, expected.Length).Where(i => expected[i] > 2), neurons[..found]);
            Assert.Equal(neurons[..found].Select(i => expected[i]), above[..found]);
            foreach (int neuron in neurons.AsSpan(0, found))
            {
                potentials.Reset(neuron);
                expected[neuron] = 0;
            }
        }

        // A map's weights change; a place is silenced and stays so, a neuron is reset.
        for (int i = 0; i < weights.Length; i += maps)
            weights[i] = random.NextSingle();
        convolution.Pack(weights, 0);
        potentials.Silence(output.Positions - 1);
        potentials.Reset(0);
        int[] more = [.. Enumerable.Range(0, input.Neurons)];
        int count = potentials.Step(more, 0, neurons, above);
        potentials.CopyTo(actual);
        for (int i = 0; i < expected.Length; i++)
        {
            bool silent = i >= expected.Length - maps;
            Assert.Equal(silent ? float.NegativeInfinity : (float)((i == 0 ? 0 : expected[i]) + Drive(i, more)), actual[i], 1e-5f);
            Assert.Equal(!silent && Drive(i, more) > 0, neurons.AsSpan(0, count).Contains(i));
        }

        potentials.Clear();
        potentials.CopyTo(actual);
        Assert.All(actual, v => Assert.Equal(0, v));

        double Drive(int neuron, int[] spikes)
        {
            int map = neuron % maps, x = neuron / maps % output.Width, y = neuron / maps / output.Width;
            double sum = 0;
            foreach (int spike in spikes)
            {
                int m = spike % inputs, kx = spike / inputs % width - x * stride + kernel / 2, ky = spike / inputs / width - y * stride + kernel / 2;
                if (kx >= 0 && kx < kernel && ky >= 0 && ky < kernel)
                    sum += weights[((ky * kernel + kx) * inputs + m) * maps + map];
            }

            return sum;
        }
    }
}
