using System.Text.Json;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Recurrent;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Tests.Plasticity;

/// <summary>Whole training traces of the original programs, with their patterns given.</summary>
public class TrainingTraceFixtureTests
{
    public static TheoryData<string> MiconiTraces => BohpFixture.Names("train_n*.json");
    public static TheoryData<string> UberTraces => BohpFixture.Names("simple*_train_*.json");

    [Theory]
    [MemberData(nameof(MiconiTraces))]
    public void Adam_as_coded_on_the_orthogonal_task_follows_the_original(string file)
    {
        var fixture = BohpFixture.Load(file);
        int n = fixture.Int("N"), patternSize = fixture.Int("P");
        var episodes = fixture.List("episodes");
        var shown = episodes[0].GetProperty("cycle_patterns");
        var task = AssociativeMemoryTask.Orthogonal28 with { PatternSize = patternSize, Cycles = shown.GetArrayLength(), Patterns = shown[0].GetArrayLength() };
        var network = new PlasticRecurrentNetwork<double>(new() { Neurons = n, Rate = 1 - fixture.Double("eta_decay"), SelfPlasticity = false });
        network.Weights.Set<double>(fixture.Array("w0"));
        network.Alpha.Set<double>(fixture.Array("alpha0"));
        var optimizer = new ParameterOptimizer<double>(network.Parameters, new()
        {
            Kind = PlasticOptimizer.AdamAsCoded,
            LearningRate = fixture.Double("adam_lr"),
            Beta1 = fixture.Double("beta1"),
            Beta2 = fixture.Double("beta2"),
            Epsilon = fixture.Double("eps"),
        });
        var learner = new EpisodeLearner<double>(network, task, GradientEngine.BackpropagationThroughTime, TraceStorage.Automatic, direct: true);
        foreach (var expected in episodes)
        {
            var result = Learn(network, learner, Drawn(task, expected));
            Near.Output<double>(BohpFixture.Flatten(expected.GetProperty("y_last")), learner.LastOutput, "y_last");
            Near.Output<double>([expected.GetProperty("sum_abs_err").GetDouble(), expected.GetProperty("half_sq_err").GetDouble()], [result.AbsoluteError, result.Loss], "errors");
            Assert.Equal(expected.GetProperty("wrong_signs").GetInt32(), result.WrongSigns);
            if (expected.TryGetProperty("dw", out var dw))
            {
                Near.Gradient<double>(BohpFixture.Flatten(dw), network.Weights.GradientToDense(), "dw");
                Near.Gradient<double>(BohpFixture.Flatten(expected.GetProperty("dalpha")), network.Alpha.GradientToDense(), "dalpha");
            }

            optimizer.Step();
            network.Refresh();
        }

        Near.Trained<double>(fixture.Array("w_final"), network.Weights.ToDense(), "w_final");
        Near.Trained<double>(fixture.Array("alpha_final"), network.Alpha.ToDense(), "alpha_final");
    }

    [Theory]
    [MemberData(nameof(UberTraces))]
    public void Adam_on_binary_completion_follows_the_original(string file)
    {
        var fixture = BohpFixture.Load(file);
        bool simplest = fixture.Flag("simplest");
        var task = new AssociativeMemoryTask
        {
            PatternSize = fixture.Int("P"),
            Patterns = fixture.Int("npat"),
            Cycles = fixture.Int("cycles"),
            PresentationSteps = fixture.Int("prestime"),
            DelaySteps = fixture.Int("delay"),
            TestSteps = fixture.Int("T") - fixture.Int("cycles") * fixture.Int("npat") * (fixture.Int("prestime") + fixture.Int("delay")),
            BiasStrength = fixture.Int("N") > fixture.Int("P") ? 20 : 0,
            LossWeight = 1,
        };
        var network = new PlasticRecurrentNetwork<double>(new() { Neurons = fixture.Int("N"), Rate = fixture.Double("eta0"), LearnRate = !simplest });
        network.Weights.Set<double>(fixture.Transposed("w0"));
        network.Alpha.Set<double>(fixture.Transposed("alpha0"));
        var optimizer = new ParameterOptimizer<double>(network.Parameters, new());
        var learner = new EpisodeLearner<double>(network, task, GradientEngine.BackpropagationThroughTime, TraceStorage.Automatic, direct: false);
        foreach (var expected in fixture.List("episodes"))
        {
            Near.Trained<double>([expected.GetProperty("eta").GetDouble()], [network.Rate], "eta");
            var result = Learn(network, learner, Drawn(task, expected));
            Near.Output<double>(BohpFixture.Flatten(expected.GetProperty("y_last")), learner.LastOutput, "y_last");
            Near.Output<double>([expected.GetProperty("loss").GetDouble()], [result.Loss], "loss");
            Assert.Equal(expected.GetProperty("wrong_signs").GetInt32(), result.WrongSigns);
            if (expected.TryGetProperty("grad_w", out var gradient))
            {
                Near.Gradient<double>(BohpFixture.Transpose(gradient), network.Weights.GradientToDense(), "grad_w");
                Near.Gradient<double>(BohpFixture.Transpose(expected.GetProperty("grad_alpha")), network.Alpha.GradientToDense(), "grad_alpha");
                if (!simplest)
                    Near.Gradient<double>([expected.GetProperty("grad_eta").GetDouble()], network.Eta.Gradient[..1], "grad_eta");
            }

            optimizer.Step();
            network.Refresh();
        }

        Near.Trained<double>(fixture.Transposed("w_final"), network.Weights.ToDense(), "w_final");
        Near.Trained<double>(fixture.Transposed("alpha_final"), network.Alpha.ToDense(), "alpha_final");
        Near.Trained<double>([fixture.Double("eta_final")], [network.Rate], "eta_final");
    }

    private static EpisodeResult Learn(PlasticRecurrentNetwork<double> network, EpisodeLearner<double> learner, AssociativeMemoryEpisode<double> drawn)
    {
        network.ClearGradients();
        var result = learner.Learn(drawn, share: 1);
        learner.Gradients.Flush();
        return result;
    }

    /// <summary>Each cycle shows the same patterns in its own order.</summary>
    private static AssociativeMemoryEpisode<double> Drawn(AssociativeMemoryTask task, JsonElement expected)
    {
        var drawn = new AssociativeMemoryEpisode<double>(task);
        double[] shown = BohpFixture.Flatten(expected.GetProperty("cycle_patterns"));
        for (int p = 0; p < task.Patterns; p++)
            shown.AsSpan(p * task.PatternSize, task.PatternSize).CopyTo(drawn.Pattern(p));
        for (int slot = 0; slot < task.Cycles * task.Patterns; slot++)
            drawn.Order[slot] = IndexOf(drawn, task, shown.AsSpan(slot * task.PatternSize, task.PatternSize));
        drawn.TestIndex = IndexOf(drawn, task, BohpFixture.Flatten(expected.GetProperty("target")));
        BohpFixture.Flatten(expected.GetProperty("preserved")).CopyTo(drawn.Preserved, 0);
        return drawn;
    }

    private static int IndexOf(AssociativeMemoryEpisode<double> drawn, AssociativeMemoryTask task, ReadOnlySpan<double> pattern)
    {
        for (int p = 0; p < task.Patterns; p++)
        {
            if (drawn.Pattern(p).SequenceEqual(pattern))
                return p;
        }

        throw new InvalidDataException("a pattern of a later cycle is none of the first cycle's");
    }
}
