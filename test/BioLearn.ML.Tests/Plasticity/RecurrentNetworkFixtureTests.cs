using System.Numerics;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Recurrent;

namespace BioLearn.ML.Tests.Plasticity;

public class RecurrentNetworkFixtureTests
{
    public static TheoryData<string> Rtrl => BohpFixture.Names("rtrl_n*.json");
    public static TheoryData<string> RtrlTask => BohpFixture.Names("rtrl_task_*.json");
    public static TheoryData<string> Bptt => BohpFixture.Names("bptt_*.json", except: "bptt_batch_*");
    public static TheoryData<string> BpttBatch => BohpFixture.Names("bptt_batch_*.json");

    [Theory]
    [MemberData(nameof(Rtrl))]
    public void Rtrl_reproduces_outputs_traces_and_jacobians_of_every_step(string file)
    {
        var fixture = BohpFixture.Load(file);
        var network = FixtureNetworks.FromRowConvention<double>(fixture, "w");
        int n = network.Neurons;
        var episode = FixtureNetworks.Episode<double>(fixture, "inputs", n);
        fixture.Array("yinit").CopyTo(episode.Output(0));
        new RecurrentForward<double>(network, episode.Steps, TraceStorage.Automatic).Run(episode);
        var gradients = new RecurrentGradients<double>(network, direct: true);
        var rtrl = new RecurrentRtrl<double>(network, gradients);
        rtrl.Begin();
        double[] y = fixture.Array("y"), hebb = fixture.Array("hebb"), dydw = fixture.Array("dydw"), dydalpha = fixture.Array("dydalpha");
        for (int step = 1; step <= episode.Steps; step++)
        {
            rtrl.Step(episode, step);
            Near.Output<double>(y.AsSpan((step - 1) * n, n), episode.Output(step)[..n], $"y({step})");
            Near.Output(hebb.AsSpan((step - 1) * n * n, n * n), rtrl.Trace, $"hebb({step})");
            Near.Gradient(dydw.AsSpan((step - 1) * n * n * n, n * n * n), rtrl.OutputToWeights, $"dydw({step})");
            Near.Gradient(dydalpha.AsSpan((step - 1) * n * n * n, n * n * n), rtrl.OutputToAlpha, $"dydalpha({step})");
        }
    }

    [Theory]
    [MemberData(nameof(RtrlTask))]
    public void Both_engines_reproduce_the_gradient_of_a_task_episode(string file)
    {
        var fixture = BohpFixture.Load(file);
        var network = FixtureNetworks.FromRowConvention<double>(fixture, "w");
        int n = network.Neurons;
        var episode = FixtureNetworks.Episode<double>(fixture, "inputs", n);
        double[] target = fixture.Array("target");
        var gradients = new RecurrentGradients<double>(network, direct: false);
        var rtrl = new RecurrentRtrl<double>(network, gradients);
        var forward = new RecurrentForward<double>(network, episode.Steps, TraceStorage.Automatic);
        foreach (var backward in new Action<PlasticEpisode<double>>[] { rtrl.Run, new RecurrentBackward<double>(network, forward, gradients).Run })
        {
            network.ClearGradients();
            forward.Run(episode);
            double[] y = fixture.Array("y");
            for (int step = 1; step <= episode.Steps; step++)
                Near.Output<double>(y.AsSpan((step - 1) * n, n), episode.Output(step)[..n], $"y({step})");
            for (int k = 0; k < target.Length; k++)
                episode.OutputGradient(episode.Steps)[k] = episode.Output(episode.Steps)[k] - target[k];
            backward(episode);
            gradients.Flush();
            Near.Gradient<double>(fixture.Array("grad_w"), network.Weights.GradientToDense(), "grad_w");
            Near.Gradient<double>(fixture.Array("grad_alpha"), network.Alpha.GradientToDense(), "grad_alpha");
        }

        Near.Gradient(fixture.Array("dydw_last"), rtrl.OutputToWeights, "dydw_last");
        Near.Gradient(fixture.Array("dydalpha_last"), rtrl.OutputToAlpha, "dydalpha_last");
    }

    [Theory]
    [MemberData(nameof(Bptt))]
    public void Bptt_reproduces_outputs_and_all_gradients_with_every_trace_storage(string file)
    {
        var fixture = BohpFixture.Load(file);
        foreach (var storage in Enum.GetValues<TraceStorage>())
        {
            var (network, episode, loss) = RunBptt<double>(fixture, storage);
            int n = network.Neurons;
            Near.Output<double>([fixture.Double("loss")], [loss], $"{storage}: loss");
            Near.Gradient<double>(fixture.Array("dW"), network.Weights.GradientToDense(), $"{storage}: dW");
            Near.Gradient<double>(fixture.Array("dalpha"), network.Alpha.GradientToDense(), $"{storage}: dalpha");
            Near.Gradient<double>([-fixture.Double("dlambda")], network.Eta.Gradient[..1], $"{storage}: deta");
            Near.Gradient<double>(fixture.Array("dyinit"), episode.InitialGradient.AsSpan(0, n), $"{storage}: dyinit");
            double[] dU = fixture.Array("dU"), y = fixture.Array("y");
            for (int step = 1; step <= episode.Steps; step++)
            {
                Near.Output<double>(y.AsSpan((step - 1) * n, n), episode.Output(step)[..n], $"{storage}: y({step})");
                if (dU.Length > 0)
                    Near.Gradient<double>(dU.AsSpan((step - 1) * n, n), episode.ExcitationGradient(step)[..n], $"{storage}: dU({step})");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Bptt))]
    public void Bptt_in_float_is_within_1e4_of_the_double_gradients(string file)
    {
        var fixture = BohpFixture.Load(file);
        var (network, _, _) = RunBptt<float>(fixture, TraceStorage.Automatic);
        Near.MaxNorm<float>(fixture.Array("dW"), network.Weights.GradientToDense(), 1e-4, "dW");
        Near.MaxNorm<float>(fixture.Array("dalpha"), network.Alpha.GradientToDense(), 1e-4, "dalpha");
        Near.MaxNorm<float>([-fixture.Double("dlambda")], network.Eta.Gradient[..1], 1e-4, "deta");
    }

    [Theory]
    [MemberData(nameof(BpttBatch))]
    public void A_batch_of_episodes_gives_the_mean_gradient(string file)
    {
        var fixture = BohpFixture.Load(file);
        int n = fixture.Int("N"), steps = fixture.Int("T"), batch = fixture.Int("B");
        var network = FixtureNetworks.FromRowConvention<double>(fixture, "W", learnRate: true);
        var forward = new RecurrentForward<double>(network, steps, TraceStorage.Automatic);
        var gradients = new RecurrentGradients<double>(network, direct: true);
        var backward = new RecurrentBackward<double>(network, forward, gradients);
        double[] inputs = fixture.Array("U"), targets = fixture.Array("target"), losses = new double[batch];
        for (int b = 0; b < batch; b++)
        {
            var episode = new PlasticEpisode<double>(n, steps);
            for (int step = 1; step <= steps; step++)
                inputs.AsSpan((b * steps + step - 1) * n, n).CopyTo(episode.Input(step));
            forward.Run(episode);
            for (int k = 0; k < n; k++)
            {
                double error = episode.Output(steps)[k] - targets[b * n + k];
                losses[b] += error * error;
                episode.OutputGradient(steps)[k] = 2 * error / batch;
            }

            backward.Run(episode);
        }

        gradients.Flush();

        Near.Output<double>(fixture.Array("episode_losses"), losses, "episode losses");
        Near.Output<double>([fixture.Double("loss")], [losses.Average()], "loss");
        Near.Gradient<double>(fixture.Array("dW"), network.Weights.GradientToDense(), "dW");
        Near.Gradient<double>(fixture.Array("dalpha"), network.Alpha.GradientToDense(), "dalpha");
        Near.Gradient<double>([-fixture.Double("dlambda")], network.Eta.Gradient[..1], "deta");
    }

    private static (PlasticRecurrentNetwork<T> Network, PlasticEpisode<T> Episode, double Loss) RunBptt<T>(BohpFixture fixture, TraceStorage storage)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = FixtureNetworks.FromRowConvention<T>(fixture, "W", learnRate: true);
        int n = network.Neurons;
        var episode = FixtureNetworks.Episode<T>(fixture, "U", n);
        FixtureNetworks.Copy(fixture.Array("yinit"), episode.Output(0));
        var forward = new RecurrentForward<T>(network, episode.Steps, storage);
        forward.Run(episode);
        double[] target = fixture.Array("target"), weights = fixture.Array("loss_weights");
        double loss = 0;
        for (int step = 1; step <= episode.Steps; step++)
        {
            for (int k = 0; k < n; k++)
            {
                double error = double.CreateChecked(episode.Output(step)[k]) - target[k];
                loss += weights[step - 1] * error * error;
                episode.OutputGradient(step)[k] = T.CreateChecked(2 * weights[step - 1] * error);
            }
        }

        var gradients = new RecurrentGradients<T>(network, direct: false);
        new RecurrentBackward<T>(network, forward, gradients).Run(episode);
        gradients.Flush();
        return (network, episode, loss);
    }
}
