using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>
/// A pooling layer: a neuron fires at every step at which an input of its map in its window does. With inhibition a place fires at its first
/// active step only; potentials are all zero there, so that all maps of that step fire together.
/// </summary>
internal sealed class PoolingState(SpikePlane input, SpikingLayer layer) : LayerState
{
    private readonly SpikePlane _output = layer.PlaneOver(input);
    private readonly int[] _stepOfNeuron = new int[layer.PlaneOver(input).Neurons];
    private readonly int[] _stepOfPlace = new int[layer.PlaneOver(input).Positions];

    // Steps are counted on from picture to picture, so that marks need not be wiped.
    private int _step;
    private int _first = 1;

    /// <summary>Whether a place may still fire.</summary>
    public bool IsFree(int place) => !layer.LateralInhibition || _stepOfPlace[place] < _first;

    public override void Begin()
    {
        if (_step > int.MaxValue / 2)
        {
            Array.Clear(_stepOfNeuron);
            Array.Clear(_stepOfPlace);
            _step = 0;
        }

        _first = _step + 1;
    }

    public override void Step(ReadOnlySpan<int> input1, SpikeTrain output)
    {
        _step++;
        int pad = layer.KernelSize / 2, reach = layer.KernelSize - 1 - pad, stride = layer.Stride;
        foreach (int spike in input1)
        {
            (int place, int map) = Math.DivRem(spike, input.Maps);
            (int y, int x) = Math.DivRem(place, input.Width);
            // Windows r with r stride - pad <= y <= r stride + reach.
            int bottom = Math.Min(_output.Height - 1, (y + pad) / stride), right = Math.Min(_output.Width - 1, (x + pad) / stride);
            for (int row = y <= reach ? 0 : (y - reach + stride - 1) / stride; row <= bottom; row++)
            {
                for (int column = x <= reach ? 0 : (x - reach + stride - 1) / stride; column <= right; column++)
                    Fire(row * _output.Width + column, map, output);
            }
        }

        output.SortStep();
    }

    private void Fire(int place, int map, SpikeTrain output)
    {
        ref int placed = ref _stepOfPlace[place];
        if (layer.LateralInhibition && placed >= _first && placed != _step)
            return;
        placed = _step;
        int neuron = place * _output.Maps + map;
        if (_stepOfNeuron[neuron] == _step)
            return;
        _stepOfNeuron[neuron] = _step;
        output.Add(neuron);
    }
}
