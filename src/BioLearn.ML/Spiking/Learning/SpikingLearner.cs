namespace BioLearn.ML.Spiking;

/// <summary>One layer that learns from one picture at a time. The layers below are frozen: their spikes come from outside.</summary>
internal sealed class SpikingLearner
{
    private readonly SpikingStructure _structure;
    private readonly SpikingPass _pass;
    private readonly int _layer;
    private readonly Competition _competition;
    private readonly ushort[] _counts;

    /// <param name="structure">The network, whose weights change.</param>
    /// <param name="pass">State of the layers, with the thresholds of learning.</param>
    /// <param name="layer">Which layer learns, from 0.</param>
    public SpikingLearner(SpikingStructure structure, SpikingPass pass, int layer)
    {
        _structure = structure;
        _pass = pass;
        _layer = layer;
        var options = structure.Options.Layers[layer].Learning!;
        _competition = new(structure.Planes[layer + 1], options.Winners, options.InhibitionRadius);
        _counts = new ushort[structure.Planes[layer].Neurons];
    }

    /// <summary>Hears of the winners of a step.</summary>
    public Action<int, IReadOnlyList<Winner>>? Watch { get; set; }

    /// <summary>Shows a picture. Ends as soon as no map may learn from it any more.</summary>
    /// <param name="input">Spikes of the layer below.</param>
    /// <param name="rates">Rates.</param>
    /// <returns>Spikes of this layer until then, and how many neurons learned.</returns>
    public (int Spikes, int Updates) Learn(SpikeTrain input, LearningRates rates)
    {
        int updates = 0;
        var state = (ConvolutionState)_pass.State(_layer);
        var spikes = _pass.Spikes(_layer);
        Array.Clear(_counts);
        _competition.Begin();
        _pass.Begin(_layer);
        for (int step = 1; step < _structure.Options.TimeSteps && _competition.IsOpen; step++)
        {
            foreach (int neuron in input[step - 1])
                _counts[neuron]++;
            _pass.Step(_layer, input, step);
            _competition.Step(spikes[step], state.FiredPotentials);
            foreach (var winner in _competition.Winners)
                Update(winner, rates);
            updates += _competition.Winners.Count;
            if (_competition.Winners.Count > 0)
                Watch?.Invoke(step, _competition.Winners);
        }

        return (spikes.Count, updates);
    }

    private void Update(Winner winner, LearningRates rates)
    {
        var options = _structure.Options.Layers[_layer];
        StdpUpdate.Apply(
            _structure.Weights(_layer), options.KernelSize, options.Stride, _structure.Planes[_layer], _counts, winner,
            _structure.Planes[_layer + 1].Maps, rates.Potentiation, rates.Depression);
        _structure.Changed(_layer, winner.Map);
    }
}
