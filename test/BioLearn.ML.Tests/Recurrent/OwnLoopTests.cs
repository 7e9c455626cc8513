using BioLearn.Kernels.Random;
using BioLearn.ML.Recurrent;

namespace BioLearn.ML.Tests.Recurrent;

/// <summary>What docs/learning-rules.md promises to who drives a recurrent network herself.</summary>
public class OwnLoopTests
{
    [Fact]
    public void LearnsToHoldItsFirstInput()
    {
        using LeakyRecurrentNetwork<double> network = new(inputs: 1, units: 20, outputs: 1, leak: 0.2, readoutDecay: 0.5);
        network.Draw(seed: 1);
        EligibilityPropagation<double> rule = new(network, LearningSignal.Random);
        double first = 0, last = 0;
        for (int episode = 0; episode < 1000; episode++)
        {
            rule.ClearGradients();
            rule.Start();
            double shown = episode % 2 == 0 ? 1 : -1, loss = 0;
            for (int t = 0; t < 10; t++)
            {
                rule.Advance([t == 0 ? shown : 0], learning: true);
                rule.Learn([(rule.State.Output[0] - shown) / 10]);
                loss += Math.Pow(rule.State.Output[0] - shown, 2) / 10;
            }
            Descend(network.Weights.Values, rule.Gradient, 0.2);
            Descend(network.Readout.Values, rule.ReadoutGradient, 0.2);
            if (episode < 20)
                first += loss / 20;
            if (episode >= 980)
                last += loss / 20;
        }
        Assert.True(last < 0.2 * first, $"loss {first} at first, {last} in the end");
        Assert.Contains(rule.EligibilityTrace.ToArray(), e => Math.Abs(e) > 1e-3);

        static void Descend(Span<double> values, ReadOnlySpan<double> gradient, double rate)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] -= rate * gradient[i];
        }
    }

    [Fact]
    public void Reservoir_and_readout_of_ones_own_loop_recall_what_was_three_steps_ago()
    {
        using LeakyRecurrentNetwork<double> network = new(inputs: 1, units: 60, outputs: 1, leak: 1);
        Reservoir.Draw(network, new EchoStateOptions { NumberOfUnits = 60, SpectralRadius = 0.9, InputScale = 0.3 }, seed: 1);
        double[] x = new double[600];
        new RandomStream(2, "x").FillUniform<double>(x, -1, 1);
        LeakyRecurrentState<double> state = new(network);
        RidgeReadout readout = new(61, 1);
        state.Start();
        for (int t = 0; t < 500; t++)
        {
            state.Advance([x[t]]);
            if (t >= 50)
                readout.Add(state.Read, [x[t - 3]], 1);
        }
        readout.Solve(1e-6, out double loss).CopyTo(network.Readout.Values);
        double test = 0;
        for (int t = 500; t < 600; t++)
        {
            state.Advance([x[t]]);
            test += 0.5 * Math.Pow(state.ReadOut()[0] - x[t - 3], 2) / 100;
        }
        Assert.True(loss < 0.01 && test < 0.02, $"½ mean square {loss} in training, {test} in the test; 0.17 is chance");
        Assert.Contains("must have 1 numbers, one an input, got 2", Assert.Throws<ArgumentException>(() => state.Advance([1, 2])).Message, StringComparison.Ordinal);
    }
}
