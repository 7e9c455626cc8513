using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.FeedForward;
using BioLearn.ML.Plasticity.Neuromodulation;
using BioLearn.ML.Plasticity.Recurrent;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Tests.Plasticity;

/// <summary>What docs/plasticity.md promises to who drives a network herself: own rule, own episode, own loss, everything readable.</summary>
public class OwnLoopTests
{
    private const int Inputs = 3, Neurons = 6, Steps = 7;

    [Fact]
    public void Gradients_of_a_recurrent_network_are_the_slopes_of_a_loss_of_ones_own()
    {
        foreach (var sharing in Enum.GetValues<PlasticitySharing>())
        {
            var network = new PlasticRecurrentNetwork<double>(new() { Neurons = Neurons, Rate = .2, LearnRate = true, Sharing = sharing });
            Fill(network.Parameters.Take(2));
            network.Refresh();
            var pass = new PlasticRecurrentPass<double>(network, Steps);
            var episode = new PlasticEpisode<double>(Neurons, Steps);
            for (int step = 1; step <= Steps; step++)
                new RandomStream(1, $"u/{step}").FillNormal(episode.Input(step)[..Neurons], 0, 1);

            // Σ_t Σ_k y_k(t)⁴, a loss that no trainer of the library has.
            double Loss()
            {
                network.Refresh();
                pass.Forward(episode);
                return Enumerable.Range(1, Steps).Sum(step => episode.Output(step)[..Neurons].ToArray().Sum(y => Math.Pow(y, 4)));
            }

            Loss();
            for (int step = 1; step <= Steps; step++)
            {
                for (int k = 0; k < Neurons; k++)
                    episode.OutputGradient(step)[k] = 4 * Math.Pow(episode.Output(step)[k], 3);
            }

            pass.Backward(episode);
            Assert.Throws<InvalidOperationException>(() => pass.Backward(episode));
            Slopes(network.Parameters, Loss);
            Assert.Throws<ArgumentException>(() => pass.Forward(new PlasticEpisode<double>(Neurons, Steps + 1)));
        }
    }

    [Fact]
    public void Network_that_writes_into_its_trace_learns_to_answer()
    {
        const int neurons = 8, steps = 6;
        var network = new PlasticRecurrentNetwork<double>(new() { Neurons = neurons, Rate = .1, LearnRate = true });
        for (int i = 0; i < neurons; i++)
        {
            new RandomStream(1, $"w/{i}").FillNormal(network.Weights.Row(i), 0, .3);
            new RandomStream(1, $"alpha/{i}").FillNormal(network.Alpha.Row(i), 0, .3);
        }

        network.Refresh();
        var pass = new PlasticRecurrentPass<double>(network, steps);
        var optimizer = new ParameterOptimizer<double>(network.Parameters, new() { LearningRate = .01 });
        var episode = new PlasticEpisode<double>(neurons, steps);
        double first = 0, last = 0;
        for (int n = 0; n < 600; n++)
        {
            double sign = n % 2 == 0 ? 1 : -1;
            episode.Inputs.Clear();
            episode.OutputGradients.Clear();
            episode.Input(1)[0] = 2 * sign;
            episode.Input(steps)[1] = 2;
            pass.Forward(episode);
            double error = episode.Output(steps)[2] - (.8 * sign);
            episode.OutputGradient(steps)[2] = error;
            pass.Backward(episode);
            optimizer.Step();
            optimizer.ClearGradients();
            network.Refresh();
            if (n < 20)
                first += error * error / 20;
            if (n >= 580)
                last += error * error / 20;
        }

        Assert.True(last < .1 * first, $"squared error {first} at first, {last} in the end");
        Assert.NotEqual(.1, network.Rate);
    }

    [Fact]
    public void State_follows_the_same_outputs_step_by_step_and_shows_its_trace()
    {
        var network = new PlasticRecurrentNetwork<double>(new() { Neurons = Neurons, Rate = .3, Rule = PlasticityRule.Oja });
        Fill(network.Parameters);
        network.Refresh();
        var episode = new PlasticEpisode<double>(Neurons, Steps);
        var state = new PlasticState<double>(network);
        for (int step = 1; step <= Steps; step++)
            new RandomStream(1, $"u/{step}").FillNormal(episode.Input(step)[..Neurons], 0, 1);
        new PlasticRecurrentPass<double>(network, Steps).Forward(episode);
        double[] trace = new double[Neurons * Neurons];
        for (int step = 1; step <= Steps; step++)
        {
            for (int i = 0; i < Neurons && step > 1; i++)
            {
                for (int j = 0; j < Neurons; j++)
                {
                    double post = episode.Output(step - 1)[i], pre = episode.Output(step - 2)[j];
                    trace[(i * Neurons) + j] += .3 * post * (pre - (post * trace[(i * Neurons) + j]));
                }
            }

            state.Step(episode.Input(step)[..Neurons]);
            Near.Output<double>(episode.Output(step)[..Neurons].ToArray(), state.Output[..Neurons], $"y({step})");
            for (int i = 0; i < Neurons; i++)
                Near.Output(trace.AsSpan(i * Neurons, Neurons), state.Trace.Slice(i * network.Stride, Neurons), $"H({step}), row {i}");
        }
    }

    [Theory]
    [InlineData(Modulation.None)]
    [InlineData(Modulation.Simple)]
    [InlineData(Modulation.Retroactive)]
    public void Gradients_through_a_rule_of_ones_own_are_slopes_in_a_modulated_network(Modulation modulation)
    {
        var network = new ModulatedNetwork<double>(
            new() { Inputs = Inputs, Neurons = Neurons, Modulation = modulation, FanOut = modulation != Modulation.None, Bound = TraceBound.None, Rate = .2 },
            TraceRule<double>.Of(new Outstar<double>()));
        Fill(network.Parameters);
        var pass = new ModulatedPass<double>(network, Steps);
        var episode = new ModulatedEpisode<double>(network, Steps);

        double Loss()
        {
            episode.Begin();
            double loss = 0;
            for (int step = 1; step <= Steps; step++)
            {
                new RandomStream(1, $"u/{step}").FillNormal(episode.Input(step)[..Inputs], 0, 1);
                pass.Step(episode, step);
                loss += episode.State(step)[0] * episode.State(step)[1];
            }

            return loss;
        }

        Loss();
        for (int step = 1; step <= Steps; step++)
        {
            episode.StateGradient(step)[0] = episode.State(step)[1];
            episode.StateGradient(step)[1] = episode.State(step)[0];
        }

        for (int step = 1; step <= Steps && network.Modulator is { } modulator; step++)
        {
            double signal = Math.Tanh(modulator.Signal.Bias.Row(0)[0] + modulator.Signal.Weights.Row(0).ToArray().Zip(episode.State(step).ToArray(), (v, y) => v * y).Sum());
            Assert.Equal(signal, pass.Signal(step), 1e-12);
            Assert.Equal((modulator.FanOut!.Weights.Row(2)[0] * signal) + modulator.FanOut.Bias.Row(0)[2], pass.Gates(step)[2], 1e-12);
        }

        pass.Backward(episode);
        Slopes(network.Parameters, Loss);
    }

    [Fact]
    public void Gradients_through_a_rule_of_ones_own_are_slopes_in_a_plastic_LSTM()
    {
        var network = new PlasticLstm<double>(
            new() { Inputs = Inputs, Neurons = Neurons, PostSynaptic = PostSynapticFactor.Hidden, Modulation = LstmModulation.Cell }, TraceRule<double>.Of(new Outstar<double>()));
        Fill(network.Parameters);
        var pass = new PlasticLstmPass<double>(network);
        var episode = new PlasticLstmEpisode<double>(network, Steps);
        for (int step = 1; step <= Steps; step++)
            new RandomStream(1, $"u/{step}").FillNormal(episode.Input(step), 0, 1);

        double Loss()
        {
            pass.Forward(episode);
            return episode.State(Steps)[..Neurons].ToArray().Sum(h => h * h);
        }

        Loss();
        for (int i = 0; i < Neurons; i++)
            episode.StateGradient(Steps)[i] = 2 * episode.State(Steps)[i];
        pass.Backward(episode);
        Slopes(network.Parameters, Loss);
    }

    [Fact]
    public void Experiment_of_ones_own_trains_by_the_feed_forward_trainer()
    {
        var trainer = new FeedForwardTrainer<double>(new Echo(), FeedForwardGradient.Exact, seed: 1);
        trainer.Train();
        double before = trainer.Errors[..100].ToArray().Average(), after = trainer.Errors[^100..].ToArray().Average();
        Assert.True(after < .1 * before, $"error {before} at first, {after} in the end");
        Assert.Throws<InvalidOperationException>(trainer.RunEpisode);
    }

    [Fact]
    public void What_a_memory_holds_can_be_read_and_gone_on_with()
    {
        var trainer = new PlasticRecurrentTrainer<float>(PlasticTrainerOptions.Binary50 with { Updates = 1 });
        trainer.Train();
        var memory = new AssociativeMemory(trainer);
        float[] pattern = [.. Enumerable.Range(0, memory.PatternSize).Select(k => k % 3 == 0 ? 1f : -1f)];
        var state = memory.Memorize(pattern).CopyState();
        float mean = 0;
        for (int i = 0; i < memory.PatternSize; i++)
        {
            for (int j = 0; j < memory.PatternSize; j++)
                mean += state.Trace[(i * memory.Network.Stride) + j] * pattern[i] * pattern[j] / pattern.Length / pattern.Length;
        }

        Assert.True(mean > 1e-3, $"the trace holds {mean} of the pattern's own product");
    }

    private static void Fill(IEnumerable<ParameterTensor<double>> parameters)
    {
        foreach (var parameter in parameters)
        {
            for (int row = 0; row < parameter.Rows; row++)
                new RandomStream(2, $"{parameter.Name}/{row}").FillNormal(parameter.Row(row), 0, .4);
        }
    }

    /// <summary>Every gradient against central differences.</summary>
    private static void Slopes(IEnumerable<ParameterTensor<double>> parameters, Func<double> loss)
    {
        const double Change = 1e-5;
        foreach (var parameter in parameters)
        {
            for (int row = 0; row < parameter.Rows; row++)
            {
                for (int column = 0; column < parameter.Columns; column++)
                {
                    double kept = parameter.Row(row)[column];
                    parameter.Row(row)[column] = kept + Change;
                    double above = loss();
                    parameter.Row(row)[column] = kept - Change;
                    double below = loss();
                    parameter.Row(row)[column] = kept;
                    Assert.Equal((above - below) / (2 * Change), parameter.GradientRow(row)[column], 1e-7);
                }
            }
        }
    }

    /// <summary>Show a number, ask for it again a step later: only the trace can tell.</summary>
    private sealed class Echo : FeedForwardTask
    {
        public override string Name => "echo";
        public override int Steps => 2;
        public override int LearningSteps => 1;
        public override double Decay => .5;
        public override int Episodes => 3000;
        public override int TrainingEpisodes => Episodes;
        public override PlasticOptimizerOptions Optimizer { get; } = new() { Kind = PlasticOptimizer.Adam, LearningRate = .01 };

        public override FeedForwardNetwork<T> CreateNetwork<T>() => new(2, 2, 2, FeedForwardOutput.Identity);

        public override void Draw<T>(RandomStream stream, FeedForwardEpisode<T> episode)
        {
            T sign = stream.NextInt(2) == 0 ? T.One : -T.One;
            episode.Input(0)[0] = sign;
            episode.Input(0)[1] = T.One;
            episode.Input(1)[0] = T.Zero;
            episode.Input(1)[1] = T.One;
            for (int step = 0; step < Steps; step++)
            {
                episode.Target(step).Fill(sign * T.CreateChecked(.5));
                episode.IsScored[step] = step >= LearningSteps;
            }
        }
    }
}
