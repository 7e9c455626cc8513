using BioLearn.ML.Spiking;
using TorchSharp;
using static TorchSharp.torch.nn;
using Tensor = TorchSharp.torch.Tensor;

namespace BioLearn.Benchmarks.Naming;

/// <summary>
/// The same layers with TorchSharp's convolutions and max-pooling, in float. Forms: all steps of a picture as one batch, whose running sum is
/// the potential (a neuron under inhibition fires once, so that no reset matters); and step by step, as SpykeTorch and snnTorch do. Each with
/// tensors in plain order and with channels last.
/// </summary>
internal sealed class TorchSpikingNetwork : IDisposable
{
    private readonly SpikingNetwork _network;
    private readonly Tensor _input; // [step, filter, row, column]
    private readonly Tensor?[] _weights;
    private readonly float[] _thresholds;

    public TorchSpikingNetwork(SpikingNetwork network, int[] times)
    {
        _network = network;
        SpikingInputOptions input = network.Options.Input;
        int steps = network.Options.TimeSteps;
        float[] spikes = new float[steps * times.Length];
        for (int i = 0; i < times.Length; i++)
        {
            if (times[i] >= 0) spikes[times[i] * times.Length + i] = 1;
        }
        _input = torch.tensor(spikes).reshape(steps, 1, input.Height, input.Width);
        _weights = new Tensor[network.Options.Layers.Count];
        _thresholds = new float[_weights.Length];
        for (int layer = 0, convolution = 0, maps = 1; layer < _weights.Length; layer++)
        {
            SpikingLayer options = network.Options.Layers[layer];
            if (options.Kind != SpikingLayerKind.Convolution) continue;
            _thresholds[layer] = network.Thresholds[convolution++];
            _weights[layer] = torch.tensor(network.Weights(layer + 1).ToArray()).reshape(options.KernelSize, options.KernelSize, maps, options.Maps).permute(3, 2, 0, 1).contiguous();
            maps = options.Maps;
        }
    }

    public IReadOnlyList<(string Name, Func<float[]> Run)> Forms =>
    [
        ("steps as a batch", () => Run(_input, Batched)),
        ("steps as a batch, channels last", () => Run(_input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2), Batched)),
        ("step by step", () => Run(_input, StepByStep)),
    ];

    public void Dispose()
    {
        _input.Dispose();
        foreach (Tensor? weights in _weights) weights?.Dispose();
    }

    private float[] Run(Tensor spikes, Func<Tensor, int, Tensor> potentials)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        for (int layer = 0; layer < _weights.Length; layer++)
        {
            SpikingLayer options = _network.Options.Layers[layer];
            // A spike takes a step from layer to layer.
            spikes = torch.cat([torch.zeros_like(spikes[..1]), spikes[..^1]], 0);
            if (options.Kind == SpikingLayerKind.Pooling)
            {
                spikes = functional.max_pool2d(spikes, options.KernelSize, options.Stride, options.KernelSize / 2);
                if (options.LateralInhibition)
                    spikes = spikes * FirstStep(spikes.amax([1], keepdim: true));
                continue;
            }
            Tensor v = potentials(spikes, layer);
            if (layer == _weights.Length - 1)
                return v.amax([0, 2, 3]).clamp_min(0).data<float>().ToArray();
            Tensor strongest = v.amax([1], keepdim: true);
            Tensor first = FirstStep(strongest.gt(_thresholds[layer]).to(torch.float32));
            spikes = v.eq(strongest).to(torch.float32) * first;
        }
        throw new InvalidOperationException("the last layer is no convolution");
    }

    private Tensor Batched(Tensor spikes, int layer) => Drive(spikes, layer).cumsum(0);

    private Tensor StepByStep(Tensor spikes, int layer)
    {
        Tensor? v = null;
        var all = new List<Tensor>();
        for (int step = 0; step < spikes.shape[0]; step++)
        {
            Tensor drive = Drive(spikes[step..(step + 1)], layer);
            v = v is null ? drive : v + drive;
            all.Add(v);
        }
        return torch.cat(all, 0);
    }

    private Tensor Drive(Tensor spikes, int layer)
    {
        SpikingLayer options = _network.Options.Layers[layer];
        return functional.conv2d(spikes, _weights[layer]!, null, [options.Stride, options.Stride], [options.KernelSize / 2, options.KernelSize / 2]);
    }

    /// <summary>1 at the first step of each place where <paramref name="active"/> is 1 (once active, potentials stay so or do not matter).</summary>
    private static Tensor FirstStep(Tensor active) => active * active.cumsum(0).eq(1).to(torch.float32);
}
