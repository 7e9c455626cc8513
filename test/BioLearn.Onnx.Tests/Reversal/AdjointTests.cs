using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.Reversal;

/// <summary>
/// Without normalisation and rectification, and with summed switches, a reversal is the adjoint A' of the linear map A that the network is
/// at the recorded image: (A x, y) = (x, A' y) for every x and y; and with forward masks it is the gradient.
/// </summary>
public class AdjointTests
{
    private static readonly ReversalRules Linear = new()
    {
        Unpooling = _ => Unpooling.Sum,
        WinnerTakesAll = _ => false,
        LevelOperation = _ => null,
        Options = new() { ResponseNorm = ResponseNormRule.Jacobian, Softmax = SoftmaxRule.Jacobian, Relu = ReluRule.ForwardMask },
    };

    public static TheoryData<string> Linear_operators =>
    [
        "conv", "conv groups", "conv strided with remainder", "conv dilated", "conv uneven pads", "depthwise", "conv transpose", "conv transpose groups",
        "dense", "dense by groups", "batch norm", "scale by value", "identity", "average pool", "average pool counts padding", "average pool overlapping",
        "global average pool", "residual", "add of itself", "concat channels", "concat rows", "split", "slice", "slice backwards", "pad", "reshape", "transpose",
        "option A shortcut",
    ];

    [Theory]
    [MemberData(nameof(Linear_operators))]
    public void Reversal_of_a_linear_operator_is_its_adjoint(string name)
    {
        for (int seed = 0; seed < 5; seed++)
        {
            var net = new NetBuilder(seed, 4, 7 + seed, 9);
            CnnGraph graph = net.Build(Operator(net, name));
            double[] x = [.. net.Random(graph.Input.Shape.Count)];
            float[] y = net.Random(graph.Output.Shape.Count);
            // Affine operators and padding by a constant have a fixed part; the linear part is the difference.
            double[] ax = [.. new ReferenceForward(graph, x)[graph.Output].Zip(new ReferenceForward(graph, new double[x.Length])[graph.Output], (a, b) => a - b)];
            float[] reversed = Reverse(graph, Linear, y, null);
            double forward = ax.Zip(y, (a, b) => a * b).Sum(), backward = reversed.Zip(x, (a, b) => a * b).Sum();
            double scale = Math.Sqrt(ax.Sum(a => a * a) * y.Sum(b => b * b)) + 1e-3;
            Assert.True(Math.Abs(forward - backward) <= 1e-5 * scale, $"{name}, seed {seed}: (Ax, y) = {forward}, (x, A'y) = {backward}");
        }
    }

    public static TheoryData<string> Nonlinear_operators =>
        ["relu", "leaky relu", "leaky relu without leak", "clip", "sigmoid", "tanh", "max pool", "max pool padded", "max pool ceil", "lrn", "lrn even", "softmax", "log softmax", "whole net"];

    [Theory]
    [MemberData(nameof(Nonlinear_operators))]
    public void Reversal_with_forward_slopes_is_the_gradient(string name)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            var net = new NetBuilder(seed, 4, 7 + seed, 8);
            CnnGraph graph = net.Build(Nonlinear(net, name));
            double[] x = [.. net.Random(graph.Input.Shape.Count)], direction = [.. net.Random(graph.Input.Shape.Count)];
            float[] y = net.Random(graph.Output.Shape.Count);
            float[] gradient = Reverse(graph, Linear, y, new ReferenceForward(graph, x));
            const double Step = 1e-6;
            double Along(double t) => new ReferenceForward(graph, x.Zip(direction, (a, b) => a + t * b))[graph.Output].Zip(y, (a, b) => a * b).Sum();
            double expected = (Along(Step) - Along(-Step)) / (2 * Step), found = gradient.Zip(direction, (a, b) => a * b).Sum();
            double scale = Math.Sqrt(gradient.Sum(g => (double)g * g) * direction.Sum(d => d * d)) + 1e-3;
            Assert.True(Math.Abs(expected - found) <= 2e-5 * scale, $"{name}, seed {seed}: slope {expected}, gradient says {found}");
        }
    }

    [Fact]
    public void Currents_of_many_branches_are_summed_before_they_go_on()
    {
        // A diamond inside a diamond, with a tensor that four readers share: every path counts once.
        var net = new NetBuilder(3, 4, 6, 6);
        CnnTensor a = net.Conv(net.Input, 4, new Window(3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1));
        CnnTensor b = net.Sum(net.BatchNorm(a), a);
        CnnTensor c = net.Concat(0, net.Identity(b), net.Conv(b, 2, new Window(1, 1)), a);
        CnnGraph graph = net.Build(net.Dense(net.Sum(c, net.BatchNorm(c)), 5));
        double[] x = [.. net.Random(graph.Input.Shape.Count)];
        float[] y = net.Random(5);
        double[] ax = [.. new ReferenceForward(graph, x)[graph.Output].Zip(new ReferenceForward(graph, new double[x.Length])[graph.Output], (p, q) => p - q)];
        double forward = ax.Zip(y, (p, q) => p * q).Sum(), backward = Reverse(graph, Linear, y, null).Zip(x, (p, q) => p * q).Sum();
        Assert.Equal(forward, backward, 1e-4 * Math.Abs(forward) + 1e-4);
    }

    internal static float[] Reverse(CnnGraph graph, ReversalRules rules, float[] y, IForwardRecord? record)
    {
        ReversalPlan plan = ReversalPlanner.Plan(graph, graph.Output, operateAtStart: true, rules);
        using var run = new ReversalRun(plan);
        run.Begin(1);
        y.CopyTo(run.Start(0));
        run.Execute(record ?? new ReferenceForward(graph, new double[graph.Input.Shape.Count]), threads: 1);
        return run.End(0).ToArray();
    }

    private static CnnTensor Operator(NetBuilder net, string name)
    {
        CnnTensor x = net.Input;
        int height = x.Shape.Height;
        return name switch
        {
            "conv" => net.Conv(x, 5, new Window(3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1)),
            "conv groups" => net.Conv(x, 6, new Window(3, 2), groups: 2),
            "conv strided with remainder" => net.Conv(x, 3, new Window(3, 3, 2, 3)),
            "conv dilated" => net.Conv(x, 3, new Window(2, 3, 1, 2, 3, 2, 1, 2, 2, 1)),
            "conv uneven pads" => net.Conv(x, 3, new Window(3, 3, 2, 2, PadTop: 0, PadLeft: 2, PadBottom: 3, PadRight: 1)),
            "depthwise" => net.Conv(x, 4, new Window(3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1), groups: 4),
            "conv transpose" => net.ConvTranspose(x, 3, new Window(3, 3, 2, 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1), outputPadding: 1),
            "conv transpose groups" => net.ConvTranspose(x, 6, new Window(2, 3), groups: 2),
            "dense" => net.Dense(x, 7),
            "dense by groups" => net.GroupDense(x, 5),
            "batch norm" => net.BatchNorm(x),
            "scale by value" => net.Scale(x),
            "identity" => net.Identity(x),
            "average pool" => net.AveragePool(x, new Window(2, 2, 2, 2), includePadding: false),
            "average pool counts padding" => net.AveragePool(x, new Window(3, 3, 2, 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1), includePadding: true),
            "average pool overlapping" => net.AveragePool(x, new Window(3, 3, 2, 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1), includePadding: false),
            "global average pool" => net.GlobalAveragePool(x),
            "residual" => net.Sum(net.Conv(x, 4, new Window(3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1)), x),
            "add of itself" => net.Sum(x, x),
            "concat channels" => net.Concat(0, x, net.Conv(x, 3, new Window(1, 1)), x),
            "concat rows" => net.Concat(1, x, net.Conv(x, 4, new Window(2, 1))),
            "split" => net.Split(x, 0, 1, 3)[1],
            "slice" => net.Slice(x, [1, 0, 1], [2, 2, 3], [2, (height + 1) / 2, 3]),
            "slice backwards" => net.Slice(x, [3, height - 1, 0], [-1, -2, 1], [4, (height + 1) / 2, 9]),
            "pad" => net.Pad(x, [1, 0, 2], [0, 3, 1]),
            "reshape" => net.Reshape(x, height, 4, 9),
            "transpose" => net.Transpose(x, 2, 0, 1),
            "option A shortcut" => net.Pad(net.Slice(x, [0, 0, 0], [1, 2, 2], [4, (height + 1) / 2, 5]), [2, 0, 0], [2, 0, 0]),
            _ => throw new ArgumentException(name),
        };
    }

    private static CnnTensor Nonlinear(NetBuilder net, string name)
    {
        CnnTensor x = net.Input;
        return name switch
        {
            "relu" => net.Relu(x),
            "leaky relu" => net.Activation(x, ActivationKind.LeakyRelu, alpha: .2f),
            "leaky relu without leak" => net.Activation(x, ActivationKind.LeakyRelu, alpha: -.5f),
            "clip" => net.Activation(x, ActivationKind.Clip, min: -.4f, max: .6f),
            "sigmoid" => net.Activation(x, ActivationKind.Sigmoid),
            "tanh" => net.Activation(x, ActivationKind.Tanh),
            "max pool" => net.MaxPool(x, new Window(3, 3, 2, 2)),
            "max pool padded" => net.MaxPool(x, new Window(3, 3, 2, 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1)),
            "max pool ceil" => net.MaxPool(x, new Window(2, 2, 2, 2, PadBottom: 1, PadRight: 1)),
            "lrn" => net.Lrn(x, 3),
            "lrn even" => net.Lrn(x, 4, alpha: .8f, beta: .6f, bias: 2),
            "softmax" => net.Softmax(net.Dense(x, 5)),
            "log softmax" => net.Softmax(net.Dense(x, 5), logarithm: true),
            "whole net" => WholeNet(net),
            _ => throw new ArgumentException(name),
        };
    }

    private static CnnTensor WholeNet(NetBuilder net)
    {
        var same = new Window(3, 3, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1);
        CnnTensor x = net.Lrn(net.Relu(net.Conv(net.Input, 6, same)), 3);
        x = net.MaxPool(x, new Window(3, 3, 2, 2, PadTop: 1, PadLeft: 1, PadBottom: 1, PadRight: 1));
        CnnTensor main = net.BatchNorm(net.Conv(net.Relu(net.BatchNorm(net.Conv(x, 6, same))), 6, same));
        x = net.Relu(net.Sum(main, x));
        CnnTensor[] halves = net.Split(x, 0, 2, 4);
        x = net.Concat(0, net.Activation(net.Conv(halves[0], 3, same), ActivationKind.LeakyRelu, alpha: .1f), halves[1]);
        return net.Softmax(net.Dense(net.Reshape(net.GlobalAveragePool(x), 7), 4));
    }
}
