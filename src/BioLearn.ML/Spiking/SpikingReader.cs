using System.Numerics.Tensors;
using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>Runs pictures through a whole network and reads the last layer out. For one thread.</summary>
internal sealed class SpikingReader : IDisposable
{
    private readonly SpikingStructure _structure;
    private readonly SpikingPass _pass;
    private readonly SpikeEncoder _encoder;
    private readonly SpikeTrain _input = new();
    private readonly float[] _potentials;

    public SpikingReader(SpikingStructure structure, IReadOnlyList<float> thresholds)
    {
        var options = structure.Options;
        _structure = structure;
        _pass = new(structure, thresholds, structure.LayerCount);
        _encoder = new(options.Input, options.TimeSteps, options.Bins);
        _potentials = new float[structure.Planes[^1].Neurons];
    }

    public SpikingResponse Read(GrayPicture picture, SpikingReadOut readOut)
    {
        _encoder.Encode(picture, _input);
        return Read(_input, readOut);
    }

    public SpikingResponse Read(SpikeTrain input, SpikingReadOut readOut)
    {
        int last = _structure.LayerCount - 1, steps = _structure.Options.TimeSteps;
        var top = _structure.Planes[^1];
        var response = new SpikingResponse(top.Neurons, top.Maps * readOut.Regions * readOut.Regions, steps, readOut.KeepPotentials);
        var below = _pass.Run(input, 0, last);
        _pass.Begin(last);
        Array.Clear(_potentials);
        for (int step = 0; step < steps; step++)
        {
            if (step > 0)
                Step(below, step);
            Note(response, readOut, _potentials, top, step);
        }

        response.SpikesOfSteps = [input.CountsOfSteps(), .. Enumerable.Range(0, last + 1).Select(layer => _pass.Spikes(layer).CountsOfSteps())];
        response.SpikeTimes = [.. readOut.SpikeTimeLayers.Select(layer => Times(layer, layer == 0 ? input : _pass.Spikes(layer - 1)))];
        return response;
    }

    public void Dispose() => _pass.Dispose();

    private static void Note(SpikingResponse response, SpikingReadOut readOut, ReadOnlySpan<float> potentials, SpikePlane top, int step)
    {
        int maps = top.Maps, regions = readOut.Regions;
        for (int place = 0; place < top.Positions; place++)
        {
            int region = place / top.Width * regions / top.Height * regions + place % top.Width * regions / top.Width;
            var most = response.MaximumPotentials.AsSpan(region * maps, maps);
            TensorPrimitives.Max(most, potentials.Slice(place * maps, maps), most);
        }

        for (int neuron = 0; neuron < potentials.Length; neuron++)
        {
            if (!(potentials[neuron] >= readOut.CountThreshold))
                continue;
            response.Counts[neuron]++;
            response.PotentialSums[neuron] += potentials[neuron];
        }

        if (readOut.KeepPotentials)
            potentials.CopyTo(response.Potentials.AsSpan(step * potentials.Length));
    }

    private float[] Times(int layer, SpikeTrain spikes)
    {
        float[] times = new float[_structure.Planes[layer].Neurons];
        spikes.FirstTimes(times);
        return times;
    }

    private void Step(SpikeTrain below, int step)
    {
        int last = _structure.LayerCount - 1;
        _pass.Step(last, below, step);
        var state = (ConvolutionState)_pass.State(last);
        if (state.Changed)
            state.Potentials.CopyTo(_potentials);
    }
}
