using System.Numerics;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Neuromodulation;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Tests.Plasticity;

public class ModulatedNetworkFixtureTests
{
    public static TheoryData<string> Mazes => [.. BohpFixture.Names("maze_*.json"), .. BohpFixture.Names("simplemaze_*.json")];

    [Theory]
    [MemberData(nameof(Mazes))]
    public void States_traces_losses_and_gradients_equal_the_originals(string file)
    {
        var fixture = BohpFixture.Load(file);
        foreach (var baseline in Enum.GetValues<Baseline>())
        {
            string suffix = baseline == Baseline.Own ? "fixed" : "coded";
            var run = Run<double>(fixture, baseline);
            int batch = run.Episodes.Length, steps = run.Episodes[0].Steps, n = run.Network.Neurons;
            Near.Output<double>([fixture.Double($"loss_{suffix}")], [run.Loss], "loss");
            Near.Output<double>(fixture.Array("logits"), run.Logits, "logits");
            Near.Output<double>(fixture.Array("values"), run.Values, "values");
            double[] hidden = fixture.Array("hidden_last"), traces = FromColumnConvention(fixture, fixture.Array("trace_last"), n);
            for (int b = 0; b < batch; b++)
            {
                Near.Output<double>(hidden.AsSpan(b * n, n), run.Episodes[b].State(steps)[..n], $"hidden({b})");
                var trace = new ParameterTensor<double>("trace", n, n);
                run.Episodes[b].Trace.CopyTo(trace.Values);
                Near.Output<double>(traces.AsSpan(b * n * n, n * n), trace.ToDense(), $"trace({b})");
            }

            foreach (var parameter in run.Parameters)
                Near.Gradient<double>(Values(fixture, $"grad{suffix}_{parameter.Name}", n), parameter.GradientToDense(), $"{suffix}: {parameter.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Mazes))]
    public void Float_gradients_are_within_1e4(string file)
    {
        var fixture = BohpFixture.Load(file);
        var run = Run<float>(fixture, Baseline.Own);
        foreach (var parameter in run.Parameters)
            Near.MaxNorm<float>(Values(fixture, $"gradfixed_{parameter.Name}", run.Network.Neurons), parameter.GradientToDense(), 1e-4, parameter.Name);
    }

    private sealed record Result<T>(ModulatedNetwork<T> Network, ModulatedEpisode<T>[] Episodes, ParameterTensor<T>[] Parameters, T Loss, T[] Logits, T[] Values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private static Result<T> Run<T>(BohpFixture fixture, Baseline baseline)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int batch = fixture.Int("B"), n = fixture.Int("hs"), steps = fixture.Int("E");
        int inputs = fixture.Shape("inputs")[^1], actions = fixture.Shape("logits")[^1];
        var network = new ModulatedNetwork<T>(new()
        {
            Inputs = inputs,
            Neurons = n,
            Modulation = fixture.Text("kind") switch { "plastic" => Modulation.None, "modul" => Modulation.Retroactive, _ => Modulation.Simple },
            FanOut = fixture.Text("kind") == "simplemaze",
            ClipValue = fixture.Text("kind") == "simplemaze" ? 2 : 1,
        });
        var heads = new ActorCritic<T>(n, actions, new() { Baseline = baseline });
        ParameterTensor<T>[] parameters = [.. network.Parameters, .. heads.Parameters];
        foreach (var parameter in parameters)
            parameter.Set<double>(Values(fixture, $"param_{parameter.Name}", n));

        double[] given = fixture.Array("inputs");
        var logits = new T[steps * batch * actions];
        var values = new T[steps * batch];
        var pass = new ModulatedPass<T>(network, steps);
        var episodes = new ModulatedEpisode<T>[batch];
        for (int b = 0; b < batch; b++)
        {
            episodes[b] = new(network, steps);
            episodes[b].Begin();
            for (int step = 1; step <= steps; step++)
            {
                int at = (step - 1) * batch + b;
                FixtureNetworks.Copy(given.AsSpan(at * inputs, inputs), episodes[b].Input(step));
                pass.Step(episodes[b], step);
                values[at] = heads.Evaluate(episodes[b].State(step), logits.AsSpan(at * actions, actions));
            }
        }

        var rewards = new T[steps * batch];
        FixtureNetworks.Copy(fixture.Array("rewards"), rewards);
        T loss = heads.Backward(episodes, fixture.Array("actions").Select(a => (int)a).ToArray(), rewards);
        foreach (var episode in episodes)
            pass.Backward(episode);
        return new(network, episodes, parameters, loss, logits, values);
    }

    private static double[] Values(BohpFixture fixture, string key, int n)
        => key.EndsWith("_w", StringComparison.Ordinal) || key.EndsWith("_alpha", StringComparison.Ordinal)
            ? FromColumnConvention(fixture, fixture.Array(key), n)
            : fixture.Array(key);

    /// <summary>simplemaze keeps the column = target convention of its original.</summary>
    private static double[] FromColumnConvention(BohpFixture fixture, double[] matrices, int n)
        => fixture.Text("kind") == "simplemaze" ? BohpFixture.Transpose(matrices, n, n) : matrices;
}
