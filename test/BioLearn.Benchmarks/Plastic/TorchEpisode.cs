using System.Diagnostics;
using System.Numerics;
using BioLearn.Benchmarks.Torch;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Plasticity.Recurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Plastic;

/// <summary>The same episode by TorchSharp's autograd: gradients of W and α of the weighted squared error at the last step.</summary>
internal sealed class TorchEpisode : IDisposable
{
    /// <summary>A power of two, which TorchSharp's single-precision arguments hold exactly.</summary>
    public const double Eta = 1.0 / 128;

    private readonly Tensor _w, _alpha, _wTransposed, _alphaTransposed, _target;
    private readonly Tensor[] _inputs;
    private readonly int _neurons, _patternSize;
    private readonly double _lossWeight;

    private TorchEpisode(Tensor w, Tensor alpha, Tensor[] inputs, Tensor target, double lossWeight)
    {
        (_w, _alpha, _inputs, _target, _lossWeight) = (w.requires_grad_(true), alpha.requires_grad_(true), inputs, target, lossWeight);
        _wTransposed = w.detach().t().contiguous().requires_grad_(true);
        _alphaTransposed = alpha.detach().t().contiguous().requires_grad_(true);
        (_neurons, _patternSize) = ((int)w.shape[0], (int)target.shape[0]);
    }

    public static TorchEpisode Create<T>(PlasticRecurrentNetwork<T> network, AssociativeMemoryTask task, AssociativeMemoryEpisode<T> drawn)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = network.Neurons;
        var episode = new PlasticEpisode<T>(n, task.Steps);
        drawn.WriteTo(episode);
        Tensor[] inputs = [.. Enumerable.Range(1, task.Steps).Select(t => TorchPeer.Vector(episode.Input(t)[..n].ToArray()))];
        return new(
            TorchPeer.Matrix(network.Weights.ToDense(), n, n), TorchPeer.Matrix(network.Alpha.ToDense(), n, n), inputs,
            TorchPeer.Vector(drawn.Target.ToArray()), task.LossWeight);
    }

    /// <summary>As the published program does it: row vectors, a target neuron a column, products by broadcasting.</summary>
    public void AsPublished()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = enable_grad();
        Tensor h = zeros(_neurons, _neurons, dtype: _w.dtype), y = zeros(1, _neurons, dtype: _w.dtype);
        foreach (Tensor input in _inputs)
        {
            Tensor next = (y.mm(_wTransposed + _alphaTransposed * h) + input.reshape(1, -1)).tanh();
            h = (1 - Eta) * h + Eta * y.t().mm(next);
            y = next;
        }
        Back(y.reshape(-1), _wTransposed, _alphaTransposed);
    }

    /// <summary>With the fewest operations that we know: a target neuron a row, fused multiply-adds, matrix-vector products.</summary>
    public void AsTuned()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = enable_grad();
        Back(ForwardTuned(), _w, _alpha);
    }

    /// <summary>Bytes by which the process grew while one episode's graph was alive.</summary>
    public long GrowthOfProcess()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = enable_grad();
        long before = Resident();
        using Tensor y = ForwardTuned();
        return Resident() - before;
    }

    /// <summary>dL/dW of the last <see cref="AsTuned"/>, row-major.</summary>
    public double[] WeightGradient() => _w.grad!.to_type(ScalarType.Float64).data<double>().ToArray();

    public void Dispose()
    {
        foreach (Tensor tensor in (Tensor[])[_w, _alpha, _wTransposed, _alphaTransposed, _target, .. _inputs])
            tensor.Dispose();
    }

    private Tensor ForwardTuned()
    {
        Tensor h = zeros(_neurons, _neurons, dtype: _w.dtype), y = zeros(_neurons, dtype: _w.dtype);
        foreach (Tensor input in _inputs)
        {
            Tensor next = (_w.addcmul(_alpha, h, 1).mv(y) + input).tanh();
            h = h.addr(next, y, beta: (float)(1 - Eta), alpha: (float)Eta);
            y = next;
        }
        return y;
    }

    private void Back(Tensor y, Tensor w, Tensor alpha)
    {
        w.grad?.zero_();
        alpha.grad?.zero_();
        Tensor error = y.narrow(0, 0, _patternSize) - _target;
        (error.dot(error) * _lossWeight).backward();
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
