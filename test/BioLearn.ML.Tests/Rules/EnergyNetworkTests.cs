using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Networks of any energy, with energies of the library and one of these tests' own.</summary>
public class EnergyNetworkTests
{
    public static TheoryData<string, int> AnyEnergyCases() => FixtureFiles.Cases("prospective", "other_rules*.json", "any_energy");

    [Theory]
    [MemberData(nameof(AnyEnergyCases))]
    public void Any_energy_on_fixture_gives_states_and_weights(string file, int index)
    {
        CreditFixture f = new(FixtureFiles.Case("prospective", file, index, "any_energy"));
        int[] sizes = [.. f.Numbers("ns").Select(n => (int)n)];
        bool layered = f.At("connectivity").GetString()!.StartsWith("Layered", StringComparison.Ordinal);
        Assert.Contains(f.At("connectivity").GetString(), new[] { "Layered Feedforward none", "Fully-connected None-self-recurrent Symmetric" });
        Assert.Equal("['inference','learning']", f.At("learning_do").GetString());
        IConnectionEnergy energy = f.At("energy").GetString() switch
        {
            "((x_post-torch.sigmoid(x_pre).matmul(w))**2).sum()*0.5" => new PredictionEnergy(Activation.Sigmoid),
            "-(torch.tanh(x_pre).matmul(w)*torch.tanh(x_post)).sum()+0.25*(x_pre**2).sum()+0.25*(x_post**2).sum()" => new HeldInteraction(Activation.Tanh, 0.5),
            var other => throw new NotSupportedException(other),
        };
        int samples = f.Shape("xs_init/0")[0], units = sizes.Sum();
        EnergyNetwork network = layered ? EnergyNetwork.Layered(samples, sizes, energy) : EnergyNetwork.FullyConnected(samples, units, energy);
        for (int c = 0; c < f.Layers("W_init").Length; c++)
            Transposed(f.Layers("W_init")[c], layered ? sizes[c] : units).CopyTo(network.Weights(c));
        for (int g = 0; g < network.Groups.Count; g++)
            f.Layers("xs_init")[g].CopyTo(network.States(g));
        DescentRate inference = new(f.Number("inference_lr"), f.Number("inference_rate_discount"), f.Number("inference_rate_amplifier"));
        DescentRate learning = new(f.Number("learning_lr"), f.Number("learning_rate_discount"), f.Number("learning_rate_amplifier"));
        int steps = (int)f.Number("inference_duration"), updates = (int)f.Number("learning_duration");
        // Near its minimum the energy falls by less than rounding: whether a rate then falls or rises is the order of the sums.
        double tolerance = inference is { Discount: 1, Amplifier: 1 } ? 1e-10 : 1e-8;
        (int output, int first) = layered ? (sizes.Length - 1, 0) : (0, units - sizes[^1]);
        for (int i = 0; i < f.At("iterations").GetArrayLength(); i++)
        {
            network.Release();
            network.Clamp(0, f.Numbers($"iterations/{i}/input"));
            network.Infer(steps, inference);
            Close.To<double>(f.Numbers($"iterations/{i}/prediction"), Columns(network.States(output), samples, first, sizes[^1]), tolerance, $"prediction {i}");
            if (f.At("is_with_negative_phase").GetBoolean())
                network.Learn(updates, learning with { Rate = -learning.Rate });
            network.Clamp(output, f.Numbers($"iterations/{i}/target"), first);
            network.Infer(steps, inference);
            network.Learn(updates, learning);
            for (int g = 0; g < network.Groups.Count; g++)
                Close.To<double>(f.Layers($"iterations/{i}/xs_after")[g], network.States(g), tolerance, $"x_{g} after {i}");
            for (int c = 0; c < f.Layers("W_init").Length; c++)
                Close.To<double>(Transposed(f.Layers($"iterations/{i}/W_after")[c], layered ? sizes[c] : units), network.Weights(c), tolerance, $"W_{c} after {i}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Slopes_are_differences_of_the_energy(bool interaction)
    {
        IConnectionEnergy energy = interaction ? new InteractionEnergy(Activation.Tanh) : new PredictionEnergy(Activation.Tanh, 0.7);
        foreach (EnergyNetwork network in new[]
        {
            EnergyNetwork.Layered(2, [3, 4, 2], energy, recurrent: true), EnergyNetwork.FullyConnected(2, 5, energy),
            new EnergyNetwork(2, [3, 2], [new EnergyConnection(0, 1, energy), new EnergyConnection(1, 1, energy)]) { Leak = 0.3 },
        })
        {
            RandomStream numbers = new(1, "numbers");
            int connections = network.Groups.Count == 3 ? 4 : network.Groups.Count;
            for (int g = 0; g < network.Groups.Count; g++)
                numbers.FillNormal(network.States(g), 0, 1);
            for (int c = 0; c < connections; c++)
                numbers.FillNormal(network.Weights(c), 0, 1);
            for (int g = 0; g < network.Groups.Count; g++)
            {
                double[] slope = network.StateSlope(g);
                for (int i = 0; i < slope.Length; i++)
                    Assert.Equal(Difference(network, network.States(g), i), slope[i], 1e-7);
            }
            for (int c = 0; c < connections; c++)
            {
                double[] slope = network.WeightSlope(c);
                for (int i = 0; i < slope.Length; i++)
                    Assert.Equal(Difference(network, network.Weights(c), i), slope[i], 1e-7);
            }
        }
    }

    [Fact]
    public void Clamped_units_stay_and_free_ones_go_down_the_energy()
    {
        EnergyNetwork network = EnergyNetwork.Layered(2, [3, 4, 2], new PredictionEnergy(Activation.Tanh));
        RandomStream numbers = new(1, "numbers");
        for (int c = 0; c < 2; c++)
            numbers.FillNormal(network.Weights(c), 0, 1);
        network.Clamp(0, [1, 2, 3, 4, 5, 6]);
        network.Clamp(2, [7, 8], first: 1);
        double[] energies = network.Infer(200, 0.1);
        Assert.Equal([1, 2, 3, 4, 5, 6], network.States(0).ToArray());
        Assert.Equal([7, 8], Columns(network.States(2), 2, 1, 1));
        Assert.All(energies.Zip(energies.Skip(1)), e => Assert.InRange(e.Second, 0, e.First + 1e-12));
        Assert.All(network.StateSlope(1), slope => Assert.Equal(0, slope, 1e-3));
        network.Release();
        network.Infer(2000, 0.1);
        Assert.Equal(0, network.Energy(), 1e-6);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        PredictionEnergy energy = new(Activation.Tanh);
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyNetwork.Layered(0, [2, 2], energy));
        Assert.Contains("[2, 0]", Assert.Throws<ArgumentException>(() => EnergyNetwork.Layered(1, [2, 0], energy)).Message);
        Assert.Contains("group 0 to 3", Assert.Throws<ArgumentException>(() => new EnergyNetwork(1, [2, 2], [new(0, 3, energy)])).Message);
        Assert.Contains("symmetric", Assert.Throws<ArgumentException>(() => new EnergyNetwork(1, [2, 2], [new(0, 1, energy) { IsSymmetric = true }])).Message);
        EnergyNetwork network = EnergyNetwork.Layered(2, [3, 2], energy);
        Assert.Contains("5 states", Assert.Throws<ArgumentException>(() => network.Clamp(0, [1, 2, 3, 4, 5])).Message);
        Assert.Throws<ArgumentException>(() => network.Clamp(0, [1, 2, 3, 4], first: 2));
    }

    /// <summary>−f(pre) W' · f(post) + λ/2 (‖pre‖² + ‖post‖²): states are held by every connection that they have.</summary>
    private sealed class HeldInteraction(Activation activation, double held) : IConnectionEnergy
    {
        private readonly InteractionEnergy _interaction = new(activation);

        public double Evaluate(in ConnectionStates connection) => _interaction.Evaluate(connection) + Hold(connection.Pre, connection.PreSlope) + Hold(connection.Post, connection.PostSlope);

        private double Hold(ReadOnlySpan<double> states, Span<double> slope)
        {
            double energy = 0;
            for (int i = 0; i < states.Length; i++)
            {
                energy += 0.5 * held * states[i] * states[i];
                slope[i] += held * states[i];
            }
            return energy;
        }
    }

    private static double Difference(EnergyNetwork network, Span<double> of, int i)
    {
        const double step = 1e-5;
        double kept = of[i];
        of[i] = kept + step;
        double up = network.Energy();
        of[i] = kept - step;
        double down = network.Energy();
        of[i] = kept;
        return (up - down) / (2 * step);
    }

    private static double[] Columns(Span<double> states, int samples, int first, int count)
    {
        int width = states.Length / samples;
        double[] columns = new double[samples * count];
        for (int b = 0; b < samples; b++)
            states.Slice((b * width) + first, count).CopyTo(columns.AsSpan(b * count));
        return columns;
    }

    /// <summary>[pre, post] as [post, pre].</summary>
    private static double[] Transposed(double[] weights, int pre)
    {
        int post = weights.Length / pre;
        return [.. Enumerable.Range(0, post).SelectMany(o => Enumerable.Range(0, pre).Select(i => weights[(i * post) + o]))];
    }
}
