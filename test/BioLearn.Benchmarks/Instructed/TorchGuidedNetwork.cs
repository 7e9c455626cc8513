using BioLearn.ML.Networks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Instructed;

/// <summary>
/// The simple net under an instruction in TorchSharp: the top-down pass once a task without gradients, gates of each sample's task, autograd,
/// Adam. Faster than the original, which passes the instruction down once a sample.
/// </summary>
internal sealed class TorchGuidedNetwork : IDisposable
{
    private readonly Parameter[] _weights, _biases;
    private readonly Tensor _task1, _task2, _x, _labels, _tasks;
    private readonly optim.Optimizer _optimizer;
    private readonly DisposeScope _scope = NewDisposeScope();

    public TorchGuidedNetwork(Network<float> network, float[] x, int[] labels, int[] tasks)
    {
        long[][] shapes = [[32, 1, 5, 5], [32, 1, 2, 2], [32, 32, 5, 5], [32, 1, 3, 3], [50, 288], [10, 50]];
        _weights = [.. shapes.Select((shape, l) => new Parameter(tensor(network.Weights(l + 1).Values.ToArray()).reshape(shape), requires_grad: true))];
        _biases = [.. shapes.Select((_, l) => new Parameter(tensor(network.Biases(l + 1).Values.ToArray()), requires_grad: true))];
        float[][] heads = [.. network.SideTensors.Where(p => p.Name.StartsWith("task", StringComparison.Ordinal)).Select(p => p.Values.ToArray())];
        _task1 = tensor(heads[0]).reshape(50, 50);
        _task2 = tensor(heads[1]).reshape(2, 50);
        _x = tensor(x).reshape(labels.Length, 1, 28, 28);
        _labels = tensor([.. labels.Select(l => (long)l)]);
        _tasks = tensor([.. tasks.Select(t => (long)t)]);
        _optimizer = optim.Adam([.. _weights, .. _biases], 5e-4);
    }

    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        using (enable_grad())
        {
            _optimizer.zero_grad();
            nn.functional.cross_entropy(Forward(), _labels).backward();
        }
        _optimizer.step();
    }

    public float[] Outputs()
    {
        using DisposeScope scope = NewDisposeScope();
        using (no_grad())
            return Forward().data<float>().ToArray();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _scope.Dispose();
    }

    private Tensor Forward()
    {
        Tensor[] gates = Gates();
        Tensor h = nn.functional.conv2d(_x, _weights[0], _biases[0]).relu() * gates[0];
        h = nn.functional.conv2d(h, _weights[1], _biases[1], strides: [2, 2], groups: 32).relu() * gates[1];
        h = nn.functional.conv2d(h, _weights[2], _biases[2]).relu() * gates[2];
        h = nn.functional.conv2d(h, _weights[3], _biases[3], strides: [2, 2], groups: 32).relu() * gates[3];
        h = nn.functional.linear(h.flatten(1), _weights[4], _biases[4]).relu() * gates[4];
        return nn.functional.linear(h, _weights[5], _biases[5]);
    }

    private Tensor[] Gates()
    {
        using IDisposable off = no_grad();
        Tensor t5 = _task2.relu().mm(_task1).relu();
        Tensor t4 = t5.mm(_weights[4]).relu().reshape(2, 32, 3, 3);
        Tensor t3 = nn.functional.conv_transpose2d(t4, _weights[3], strides: [2, 2], output_padding: [1, 1], groups: 32).relu();
        Tensor t2 = nn.functional.conv_transpose2d(t3, _weights[2]).relu();
        Tensor t1 = nn.functional.conv_transpose2d(t2, _weights[1], strides: [2, 2], groups: 32).relu();
        return [.. new[] { t1, t2, t3, t4, t5 }.Select(t => t.gt(0).to(ScalarType.Float32).index_select(0, _tasks))];
    }
}
