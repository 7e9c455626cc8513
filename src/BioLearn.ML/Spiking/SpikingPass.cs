namespace BioLearn.ML.Spiking;

/// <summary>
/// Runs pictures through the layers of a network, event by event. It owns the state of all layers: one pass for each thread. A layer runs
/// through all steps before the next one begins, which changes nothing since spikes travel forwards only.
/// </summary>
internal sealed class SpikingPass : IDisposable
{
    private readonly SpikingStructure _structure;
    private readonly LayerState[] _states;
    private readonly SpikeTrain[] _spikes;

    /// <param name="structure">Layers and weights.</param>
    /// <param name="thresholds">Threshold of each layer.</param>
    /// <param name="layers">How many layers there will be to run.</param>
    public SpikingPass(SpikingStructure structure, IReadOnlyList<float> thresholds, int layers)
    {
        _structure = structure;
        _states = new LayerState[layers];
        _spikes = new SpikeTrain[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            var options = structure.Options.Layers[layer];
            // Only the last layer's potentials are read out.
            bool keep = layer == structure.LayerCount - 1;
            _states[layer] = options.Kind == SpikingLayerKind.Pooling
                ? new PoolingState(structure.Planes[layer], options)
                : new ConvolutionState(structure.Convolution(layer), thresholds[layer], options.LateralInhibition, keep);
            _spikes[layer] = new SpikeTrain();
        }
    }

    /// <summary>Spikes of a layer (from 0) for the last picture.</summary>
    public SpikeTrain Spikes(int layer) => _spikes[layer];

    public LayerState State(int layer) => _states[layer];

    /// <summary>Runs layers over a picture.</summary>
    /// <param name="input">Spikes of the layer below the first one.</param>
    /// <param name="first">First layer, from 0.</param>
    /// <param name="end">Layer after the last one.</param>
    /// <returns>Spikes of the last one, until the next picture.</returns>
    public SpikeTrain Run(SpikeTrain input, int first, int end)
    {
        for (int layer = first; layer < end; layer++)
        {
            Begin(layer);
            for (int step = 1; step < _structure.Options.TimeSteps; step++)
                Step(layer, input, step);
            input = _spikes[layer];
        }

        return input;
    }

    /// <summary>A layer before its first step. No neuron fires at step 0.</summary>
    public void Begin(int layer)
    {
        _states[layer].Begin();
        _spikes[layer].Clear();
        _spikes[layer].EndStep();
    }

    /// <summary>One step of a layer.</summary>
    public void Step(int layer, SpikeTrain input, int step)
    {
        _states[layer].Step(input[step - 1], _spikes[layer]);
        _spikes[layer].EndStep();
    }

    public void Dispose()
    {
        foreach (var state in _states)
            state.Dispose();
    }
}
