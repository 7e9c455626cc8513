using System.Text.Json;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.FeedForward;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Tests.Plasticity;

public class FeedForwardFixtureTests
{
    public static TheoryData<string> Files => BohpFixture.Names("ff_*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Training_as_coded_reproduces_responses_errors_gradients_and_final_parameters(string file)
    {
        var fixture = BohpFixture.Load(file);
        var config = fixture.Element("cfg");
        var (network, pass) = Start(fixture, file, FeedForwardGradient.AsCoded);
        var optimizer = new ParameterOptimizer<double>(network.Parameters, new()
        {
            Kind = PlasticOptimizer.ClippedRmsProp,
            LearningRate = config.GetProperty("ETA").GetDouble(),
            LargestStep = config.GetProperty("MAXDW").GetDouble(),
            L1 = config.GetProperty("WPEN").GetDouble(),
            L2 = config.TryGetProperty("WPEN2", out var l2) ? l2.GetDouble() : 0,
        });
        foreach (var expected in fixture.List("episodes"))
        {
            var episode = Episode(network, expected);
            pass.Forward(episode);
            Near.Output<double>(BohpFixture.Flatten(expected.GetProperty("errors")), episode.Errors, "errors");
            Near.Output<double>([expected.GetProperty("mean_error").GetDouble()], [episode.Errors.Skip(config.GetProperty("LEARNPERIOD").GetInt32()).Average()], "mean error");
            Clear(network);
            pass.Backward(episode);
            if (expected.TryGetProperty("dwxy", out _))
            {
                for (int step = 0; step < episode.Steps; step++)
                {
                    Near.Output<double>(BohpFixture.Flatten(expected.GetProperty("y")[step]), episode.Hidden(step), $"y({step})");
                    Near.Output<double>(BohpFixture.Flatten(expected.GetProperty("z")[step]), episode.Output(step), $"z({step})");
                }

                foreach (var parameter in Trained(network))
                    Near.Gradient<double>(BohpFixture.Flatten(expected.GetProperty($"d{parameter.Name}")), parameter.GradientToDense(), $"d{parameter.Name}");
            }

            optimizer.Step();
        }

        foreach (var parameter in Trained(network))
            Near.Trained<double>(fixture.Array($"{parameter.Name}_final"), parameter.ToDense(), $"{parameter.Name}_final");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Exact_gradients_of_the_first_episode_equal_autograd(string file)
    {
        var fixture = BohpFixture.Load(file);
        var (network, pass) = Start(fixture, file, FeedForwardGradient.Exact);
        var expected = fixture.List("episodes")[0];
        var episode = Episode(network, expected);
        double loss = pass.Forward(episode);
        Near.Output<double>([expected.GetProperty("exact_loss").GetDouble()], [loss], "exact loss");
        pass.Backward(episode);
        foreach (var parameter in Trained(network))
            Near.Gradient<double>(BohpFixture.Flatten(expected.GetProperty($"exact_d{parameter.Name}")), parameter.GradientToDense(), $"exact_d{parameter.Name}");
    }

    private static (FeedForwardNetwork<double> Network, FeedForwardPass<double> Pass) Start(BohpFixture fixture, string file, FeedForwardGradient gradient)
    {
        int inputs = fixture.Shape("wxy0")[1], hidden = fixture.Shape("wxy0")[0], outputs = fixture.Shape("wyz0")[0];
        var network = new FeedForwardNetwork<double>(inputs, hidden, outputs, IsCompletion(file) ? FeedForwardOutput.Identity : FeedForwardOutput.Softmax);
        foreach (var parameter in network.Parameters)
            parameter.Set<double>(fixture.Array($"{parameter.Name}0"));
        var config = fixture.Element("cfg");
        return (network, new(network, config.GetProperty("NBITER").GetInt32(), config.GetProperty("ALPHATRACE").GetDouble(), gradient));
    }

    private static FeedForwardEpisode<double> Episode(FeedForwardNetwork<double> network, JsonElement expected)
    {
        double[] inputs = BohpFixture.Flatten(expected.GetProperty("inputs")), targets = BohpFixture.Flatten(expected.GetProperty("targets"));
        double[] errors = BohpFixture.Flatten(expected.GetProperty("errors"));
        var episode = new FeedForwardEpisode<double>(network, errors.Length);
        for (int step = 0; step < errors.Length; step++)
        {
            inputs.AsSpan(step * network.Inputs, network.Inputs).CopyTo(episode.Input(step));
            targets.AsSpan(step * network.Outputs, network.Outputs).CopyTo(episode.Target(step));
            episode.IsScored[step] = errors[step] != 0;
        }

        return episode;
    }

    private static void Clear(FeedForwardNetwork<double> network)
    {
        foreach (var parameter in network.Parameters)
            parameter.Gradient.Clear();
    }

    /// <summary>In the completion task V is the identity at every step: its stored values mean nothing.</summary>
    private static IEnumerable<ParameterTensor<double>> Trained(FeedForwardNetwork<double> network)
        => network.Parameters.Where(p => network.Output != FeedForwardOutput.Identity || p.Name != "wyz");

    private static bool IsCompletion(string file) => file.StartsWith("ff_completion", StringComparison.Ordinal);
}
