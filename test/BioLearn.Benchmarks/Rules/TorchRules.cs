using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Rules;

/// <summary>
/// The same learning steps written with TorchSharp: no autograd but for backpropagation, weights moved in the product that makes their
/// gradient (<c>addmm_</c>), in-place operations, the clamped input's drive computed once. Plain gradient descent, means over the batch.
/// </summary>
internal sealed class TorchRules : IDisposable
{
    private readonly Tensor[] _weights, _biases, _feedback, _direct;
    private readonly Tensor _input, _target;
    private readonly long _rows, _batch;
    private readonly float _rate;
    private long _at;

    /// <param name="widths">Units of input, hidden layers and output.</param>
    /// <param name="input">Rows [n, features].</param>
    /// <param name="target">One-hot rows [n, outputs].</param>
    /// <param name="batch">Rows a step.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="start">Weights of every layer, [out, in].</param>
    public TorchRules(int[] widths, float[] input, float[] target, int batch, float rate, float[][] start)
    {
        _batch = batch;
        _rate = rate / batch;
        _rows = input.Length / widths[0];
        _input = tensor(input).reshape(_rows, widths[0]);
        _target = tensor(target).reshape(_rows, widths[^1]);
        _weights = [.. Enumerable.Range(1, widths.Length - 1).Select(l => tensor(start[l - 1]).reshape(widths[l], widths[l - 1]))];
        _biases = [.. Enumerable.Range(1, widths.Length - 1).Select(l => zeros(widths[l]))];
        _feedback = [.. Enumerable.Range(1, widths.Length - 1).Select(l => rand(widths[l], widths[l - 1]) * 0.2f - 0.1f)];
        _direct = [.. Enumerable.Range(1, widths.Length - 1).Select(l => rand(widths[^1], widths[l]) * 0.2f - 0.1f)];
    }

    private int Depth => _weights.Length;

    /// <summary>Weights of a layer, row by row.</summary>
    public float[] Weights(int layer) => _weights[layer - 1].data<float>().ToArray();

    /// <summary>Backpropagation by autograd, softmax cross-entropy, tanh units.</summary>
    public void Autograd()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor t) = Next();
        using (enable_grad())
        {
            foreach (Tensor parameter in _weights.Concat(_biases))
                parameter.requires_grad_(true);
            Tensor h = x;
            for (int l = 0; l < Depth; l++)
            {
                h = nn.functional.linear(h, _weights[l], _biases[l]);
                if (l < Depth - 1)
                    h = h.tanh();
            }
            nn.functional.cross_entropy(h, t).backward();
        }
        using (no_grad())
        {
            foreach (Tensor parameter in _weights.Concat(_biases))
            {
                parameter.requires_grad_(false);
                parameter.add_(parameter.grad!, -_rate * _batch);
                parameter.grad!.zero_();
            }
        }
    }

    /// <summary>Backpropagation written out.</summary>
    public void Backpropagation() => Routed(_weights, null);

    /// <summary>Feedback alignment.</summary>
    public void FeedbackAlignment() => Routed(_feedback, null);

    /// <summary>Direct feedback alignment.</summary>
    public void DirectFeedbackAlignment() => Routed(null, _direct);

    /// <summary>Predictive coding: fixed rate, tanh units, squared error, gradients summed over the batch as published.</summary>
    public void PredictiveCoding(int steps, float gamma, float rate)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor t) = Next();
        Tensor drive = addmm(_biases[0], x, _weights[0].t(), 1, 1);
        Tensor[] value = new Tensor[Depth], sent = new Tensor[Depth], error = new Tensor[Depth];
        value[0] = drive.clone();
        for (int l = 1; l < Depth - 1; l++)
            value[l] = addmm(_biases[l], value[l - 1].tanh(), _weights[l].t(), 1, 1);
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope inner = NewDisposeScope();
            for (int l = 0; l < Depth - 1; l++)
                sent[l] = value[l].tanh();
            error[0] = drive - value[0];
            for (int l = 1; l < Depth; l++)
                error[l] = addmm(_biases[l], sent[l - 1], _weights[l].t(), 1, 1).sub_(l == Depth - 1 ? t : value[l]);
            if (step == steps - 1)
            {
                Learn(x, sent, error, rate);
                break;
            }
            for (int l = 0; l < Depth - 1; l++)
            {
                Tensor slope = sent[l].square().neg_().add_(1);
                value[l].add_(error[l] - error[l + 1].mm(_weights[l + 1]).mul_(slope), gamma);
            }
        }
    }

    /// <summary>Equilibrium propagation, symmetric, discrete dynamics with the sigmoid 1 / (1 + exp(−4 (x − 1/2))).</summary>
    public void EquilibriumPropagation(int free, int nudged, float beta)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor t) = Next();
        Tensor drive = addmm(_biases[0], x, _weights[0].t(), 1, 1);
        Tensor[] states = [.. _weights.Select(w => zeros(_batch, w.shape[0]))];
        Settle(drive, t, states, free, 0);
        Tensor[] plus = [.. states.Select(s => s.clone())], minus = [.. states.Select(s => s.clone())];
        Settle(drive, t, plus, nudged, beta);
        Settle(drive, t, minus, nudged, -beta);
        float scale = _rate / (2 * beta);
        _weights[0].addmm_((plus[0] - minus[0]).t(), x, beta: 1, alpha: scale);
        for (int l = 1; l < Depth; l++)
        {
            _weights[l].addmm_(plus[l].t(), plus[l - 1], beta: 1, alpha: scale);
            _weights[l].addmm_(minus[l].t(), minus[l - 1], beta: 1, alpha: -scale);
        }
        for (int l = 0; l < Depth; l++)
            _biases[l].add_((plus[l] - minus[l]).sum(0), scale);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _weights.Concat(_biases).Concat(_feedback).Concat(_direct).Append(_input).Append(_target))
            tensor.Dispose();
    }

    private void Settle(Tensor drive, Tensor target, Tensor[] states, int steps, float beta)
    {
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] total = new Tensor[Depth];
            for (int l = 0; l < Depth; l++)
            {
                total[l] = l == 0
                    ? (Depth > 1 ? addmm(drive, states[1], _weights[1], 1, 1) : drive.clone())
                    : addmm(_biases[l], states[l - 1], _weights[l].t(), 1, 1);
                if (l > 0 && l < Depth - 1)
                    total[l].addmm_(states[l + 1], _weights[l + 1], 1, 1);
            }
            if (beta != 0)
                total[^1].add_(target - states[^1], beta);
            for (int l = 0; l < Depth; l++)
                states[l].copy_(total[l].sub_(0.5f).mul_(4).sigmoid_());
        }
    }

    /// <summary>Softmax cross-entropy and tanh units; the error comes down through layer-wise or direct matrices.</summary>
    private void Routed(Tensor[]? layerwise, Tensor[]? direct)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor t) = Next();
        Tensor[] h = new Tensor[Depth], delta = new Tensor[Depth];
        for (int l = 0; l < Depth; l++)
        {
            h[l] = addmm(_biases[l], l == 0 ? x : h[l - 1], _weights[l].t(), 1, 1);
            h[l] = l < Depth - 1 ? h[l].tanh_() : nn.functional.softmax(h[l], 1);
        }
        delta[Depth - 1] = h[Depth - 1] - t;
        for (int l = Depth - 2; l >= 0; l--)
        {
            Tensor arriving = direct is null ? delta[l + 1].mm(layerwise![l + 1]) : delta[Depth - 1].mm(direct[l]);
            delta[l] = arriving.mul_(h[l].square().neg_().add_(1));
        }
        Learn(x, h, delta, _rate);
    }

    private void Learn(Tensor x, Tensor[] sent, Tensor[] delta, float rate)
    {
        for (int l = 0; l < Depth; l++)
        {
            _weights[l].addmm_(delta[l].t(), l == 0 ? x : sent[l - 1], beta: 1, alpha: -rate);
            _biases[l].add_(delta[l].sum(0), -rate);
        }
    }

    /// <summary>The next rows, as views.</summary>
    private (Tensor Input, Tensor Target) Next()
    {
        if (_at + _batch > _rows)
            _at = 0;
        (Tensor, Tensor) rows = (_input.narrow(0, _at, _batch), _target.narrow(0, _at, _batch));
        _at += _batch;
        return rows;
    }
}
