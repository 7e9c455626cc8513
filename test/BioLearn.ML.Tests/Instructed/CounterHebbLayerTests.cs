using BioLearn.Kernels.Tensors;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Instructed;

/// <summary>Single layers of both kinds, and the losses, against the original's.</summary>
public class CounterHebbLayerTests
{
    public static TheoryData<string, int> LayerCases() => FixtureFiles.Cases(CounterHebbFixture.System, "layers*.json");

    public static TheoryData<string, int> LossCases() => FixtureFiles.Cases(CounterHebbFixture.System, "losses*.json");

    [Theory]
    [MemberData(nameof(LayerCases))]
    public void Layer_on_fixture_sends_up_and_down_and_learns(string file, int index)
    {
        CounterHebbFixture f = new(FixtureFiles.Case(CounterHebbFixture.System, file, index));
        bool dense = f.Text("kind") == "linear";
        int[] input = dense ? [f.Int("config/in_features"), 1, 1] : [f.Int("config/in_channels"), (int)f.Numbers("config/in_hw")[0], (int)f.Numbers("config/in_hw")[1]];
        bool bias = f.Flag("config/bias");
        LayerSpec layer = dense
            ? new Dense(f.Int("config/out_features")) { Bias = bias }
            : new Convolution2D(f.Int("config/out_channels"), f.Int("config/kernel_size"), Option("stride", 1), Option("padding", 0)) { Bias = bias, Groups = Option("groups", 1), Dilation = Option("dilation", 1) };
        // Below the layer lies another, so that it has a top-down counterpart with biases.
        NetworkSpec spec = new(new TensorShape(input[0], input[1], input[2]), [new Identity { Name = "below" }, layer, new Dense(1)], OutputHead.LinearSquaredError);
        bool shared = f.Flag("config/shared_weights");
        CounterHebb rule = new() { TopDown = shared ? TopDownWeights.Shared : TopDownWeights.Separate, TopDownBiases = f.HasParameter("back_bias") };
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        f.Parameter("weight").CopyTo(network.Weights(2).Values);
        if (bias)
            f.Parameter("bias").CopyTo(network.Biases(2).Values);
        Parameter<double> down = shared ? network.Weights(2) : network.Side(CounterHebb.Feedback, 2);
        if (!shared)
            (dense ? Turned(f.Parameter("back_weight"), network.Weights(2).Rows) : f.Parameter("back_weight")).CopyTo(down.Values);
        int batch = f.Int("config/batch");
        using LearningContext<double> step = new(network, batch);
        using NativeBuffer<double> x = CounterHebbFixture.Buffer(f.Numbers("bu_in")), t = CounterHebbFixture.Buffer(f.Numbers("td_in")), target = new(batch);
        using NativeBuffer<double> up = new(t.Length), below = new(x.Length);
        Signal<double> bottomUp = new(x, batch, x.Length / batch), topDown = new(t, batch, t.Length / batch), a = new(up, batch, up.Length / batch), sent = new(below, batch, below.Length / batch);
        step.Begin(bottomUp, new(target, batch, 1));

        step.PreActivate(2, bottomUp, a);
        Close.To<double>(f.Numbers("bu_out_linear"), a.Span, 1e-10, "up");
        double[] gated = [.. a.Span.ToArray().Zip(f.Numbers("td_in"), (value, counter) => counter > 0 ? Math.Max(value, 0) : 0)];
        Close.To<double>(f.Numbers("bu_out_relu_galu"), gated, 1e-10, "up, gated");
        step.SendDown(2, down, topDown, sent);
        Close.To<double>(f.Numbers("td_out_bias_blocked"), sent.Span, 1e-10, "down");

        step.Learn(2, topDown, bottomUp);
        Close.To<double>(f.Numbers("ch_update/weight"), step.GradientOf(network.Weights(2)), 1e-10, "weights");
        if (bias)
            Close.To<double>(f.Numbers("ch_update/bias"), step.GradientOf(network.Biases(2)), 1e-10, "biases");
        if (!shared)
        {
            double[] want = f.Numbers("ch_update/back_weight");
            step.LearnLike(down, network.Weights(2));
            Close.To<double>(dense ? Turned(want, network.Weights(2).Rows) : want, step.GradientOf(down), 1e-10, "top-down weights");
        }
        if (f.HasParameter("back_bias"))
        {
            Parameter<double> biases = network.Side(CounterHebb.FeedbackBias, 2);
            step.LearnBiases(biases, bottomUp);
            Close.To<double>(f.Numbers("ch_update/back_bias"), step.GradientOf(biases), 1e-10, "top-down biases");
        }

        int Option(string name, int otherwise) => f.Has("config/" + name) ? f.Int("config/" + name) : otherwise;
    }

    [Theory]
    [MemberData(nameof(LossCases))]
    public void Loss_on_fixture_gives_value_and_error(string file, int index)
    {
        CreditFixture f = new(FixtureFiles.Case(CounterHebbFixture.System, file, index));
        int classes = (int)f.Number("n_classes");
        string loss = f.At("loss").GetString()!;
        double factor = loss switch { "BCE" => 1.0 / classes, "MSE" => 2.0 / classes, _ => 1 };
        OutputHead head = CounterHebbFixture.HeadOf(loss);
        double[] outputs = f.Numbers("outputs"), targets = CounterHebbFixture.TargetsOf(f.At("labels"), classes, oneHot: true);
        int batch = outputs.Length / classes;
        using NativeBuffer<double> a = CounterHebbFixture.Buffer(outputs), t = CounterHebbFixture.Buffer(targets), y = new(outputs.Length), error = new(outputs.Length), losses = new(batch);
        head.Output<double>(new(a, batch, classes), new(y, batch, classes));
        head.Error<double>(new(y, batch, classes), new(t, batch, classes), new(error, batch, classes));
        head.Loss<double>(new(a, batch, classes), new(y, batch, classes), new(t, batch, classes), new(losses, batch, 1));
        Assert.Equal(f.Number("loss_value"), losses.Span.ToArray().Average() * factor, 1e-10);
        Close.To<double>([.. f.Numbers("loss_grads_per_sample").Select(g => g / factor)], error.Span, 1e-10, "error");
    }

    private static double[] Turned(double[] values, int outputs)
    {
        int inputs = values.Length / outputs;
        return [.. Enumerable.Range(0, values.Length).Select(i => values[(i % inputs * outputs) + (i / inputs)])];
    }
}
