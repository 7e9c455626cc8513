using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Instructed;

/// <summary>The fully connected network of one hidden layer with counter-Hebb credit and Adam in TorchSharp: means over the batch as one product.</summary>
internal sealed class TorchCounterHebb : IDisposable
{
    private readonly Tensor _input, _labels, _oneHot;
    private readonly Parameter _w1, _b1, _w2, _b2, _v2;
    private readonly optim.Optimizer _optimizer;
    private readonly int _batch;
    private readonly bool _separate;
    private int _at;

    public TorchCounterHebb(int features, int hidden, int classes, int batch, float[] rows, int[] labels, bool separate)
    {
        (_batch, _separate) = (batch, separate);
        int count = labels.Length;
        _input = tensor(rows).reshape(count, features);
        _labels = tensor([.. labels.Select(l => (long)l)]);
        _oneHot = nn.functional.one_hot(_labels, classes).to(ScalarType.Float32);
        _w1 = Learned((rand(hidden, features) * 2 - 1) / Math.Sqrt(features));
        _b1 = Learned((rand(hidden) * 2 - 1) / Math.Sqrt(features));
        _w2 = Learned((rand(classes, hidden) * 2 - 1) / Math.Sqrt(hidden));
        _b2 = Learned((rand(classes) * 2 - 1) / Math.Sqrt(hidden));
        _v2 = separate ? Learned((rand(classes, hidden) * 2 - 1) * Math.Sqrt(6.0 / classes)) : _w2;
        Parameter[] parameters = separate ? [_w1, _b1, _w2, _b2, _v2] : [_w1, _b1, _w2, _b2];
        _optimizer = optim.Adam(parameters, 1e-4);
    }

    private static Parameter Learned(Tensor start)
    {
        Parameter parameter = new(start, requires_grad: true);
        parameter.grad = zeros_like(parameter);
        return parameter;
    }

    /// <summary>By autograd, which is the shared rule.</summary>
    public void Autograd()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor y, _) = Next();
        using (enable_grad())
        {
            Tensor h = nn.functional.linear(x, _w1, _b1).relu();
            _optimizer.zero_grad();
            nn.functional.cross_entropy(nn.functional.linear(h, _w2, _b2), y).backward();
        }
        _optimizer.step();
    }

    /// <summary>Credit written out: down through V (or W), products of both ends at every synapse.</summary>
    public void WrittenOut()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        (Tensor x, _, Tensor t) = Next();
        Tensor h = addmm(_b1, x, _w1.t(), 1, 1).relu_();
        Tensor e2 = addmm(_b2, h, _w2.t(), 1, 1).softmax(1).sub_(t).mul_(1.0f / _batch);
        Tensor e1 = e2.mm(_v2).mul_(h.gt(0));
        Meet(e1.t(), x, _w1);
        Meet(e2.t(), h, _w2);
        _b1.grad!.copy_(e1.sum(0));
        _b2.grad!.copy_(e2.sum(0));
        if (_separate)
            _v2.grad!.copy_(_w2.grad!);
        _optimizer.step();

        static void Meet(Tensor left, Tensor right, Parameter parameter) => parameter.grad!.addmm_(left, right, beta: 0, alpha: 1);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (Tensor tensor in new Tensor[] { _input, _labels, _oneHot, _w1, _b1, _w2, _b2 })
            tensor.Dispose();
        if (_separate)
            _v2.Dispose();
    }

    private (Tensor Input, Tensor Labels, Tensor OneHot) Next()
    {
        if (_at + _batch > _input.shape[0])
            _at = 0;
        int at = _at;
        _at += _batch;
        return (_input.narrow(0, at, _batch), _labels.narrow(0, at, _batch), _oneHot.narrow(0, at, _batch));
    }
}
