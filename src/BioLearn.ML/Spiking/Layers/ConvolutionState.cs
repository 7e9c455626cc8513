using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>
/// A layer of integrate-and-fire neurons: at a step those above the threshold at the step before are reset, the weights of the spikes are
/// added, and those above the threshold now fire, as far as inhibition lets them.
/// </summary>
/// <remarks>
/// Under inhibition a place that has fired can never fire again. Unless somebody looks at its potentials it is silenced (set to minus
/// infinity), and costs nothing more.
/// </remarks>
internal sealed class ConvolutionState : LayerState
{
    private readonly SpikeConvolution _convolution;
    private readonly MembranePotentials _potentials;
    private readonly float _threshold;
    private readonly bool _inhibition;
    private readonly bool _silence;
    private readonly bool[] _blocked;
    private readonly int[] _above;
    private readonly float[] _abovePotentials;
    private int _aboveCount;
    private float[] _firedPotentials = [];
    private int _firedCount;
    private bool _stale;

    /// <param name="convolution">Weights; they may change between steps.</param>
    /// <param name="threshold">Potential above which a neuron fires.</param>
    /// <param name="inhibition">Whether a place fires once, by its strongest neurons.</param>
    /// <param name="keepPotentials">Whether potentials of places that have fired will be looked at.</param>
    public ConvolutionState(SpikeConvolution convolution, float threshold, bool inhibition, bool keepPotentials)
    {
        _convolution = convolution;
        _threshold = threshold;
        _inhibition = inhibition;
        _silence = inhibition && !keepPotentials;
        _potentials = new(convolution);
        _blocked = new bool[inhibition ? convolution.Output.Positions : 0];
        _above = new int[convolution.Output.Neurons];
        _abovePotentials = new float[convolution.Output.Neurons];
    }

    /// <summary>Potentials after the last step.</summary>
    public MembranePotentials Potentials => _potentials;

    /// <summary>Neurons above the threshold at the last step, before inhibition.</summary>
    public ReadOnlySpan<int> Above => _above.AsSpan(0, _aboveCount);

    /// <summary>Potentials of the neurons that the last step added to its output, in that order, which is the order of their indices.</summary>
    public ReadOnlySpan<float> FiredPotentials => _firedPotentials.AsSpan(0, _firedCount);

    /// <summary>Whether the last step changed potentials.</summary>
    public bool Changed { get; private set; }

    /// <summary>Whether a place may still fire.</summary>
    public bool IsFree(int place) => !_inhibition || !_blocked[place];

    public override void Begin()
    {
        if (_stale)
        {
            _potentials.Clear();
            Array.Clear(_blocked);
        }

        _stale = false;
        _aboveCount = 0;
        _firedCount = 0;
    }

    public override void Step(ReadOnlySpan<int> input, SpikeTrain output)
    {
        _firedCount = 0;
        Changed = !input.IsEmpty || (_aboveCount > 0 && !_silence);
        if (!_silence)
        {
            foreach (int neuron in Above)
                _potentials.Reset(neuron);
        }

        _aboveCount = 0;
        if (input.IsEmpty)
            return; // nobody can pass the threshold
        _stale = true;
        _aboveCount = _potentials.Step(input, _threshold, _above, _abovePotentials);
        if (_firedPotentials.Length < _aboveCount)
            _firedPotentials = new float[_above.Length];
        if (_inhibition)
            FireStrongest(output);
        else
            FireAll(output);
    }

    public override void Dispose()
    {
        _potentials.Dispose();
        base.Dispose();
    }

    private void FireAll(SpikeTrain output)
    {
        for (int i = 0; i < _aboveCount; i++)
            Fire(i, output);
    }

    private void FireStrongest(SpikeTrain output)
    {
        int maps = _convolution.Output.Maps;
        for (int begin = 0, end; begin < _aboveCount; begin = end)
        {
            int place = _above[begin] / maps, next = (place + 1) * maps;
            float strongest = _abovePotentials[begin];
            for (end = begin + 1; end < _aboveCount && _above[end] < next; end++)
                strongest = Math.Max(strongest, _abovePotentials[end]);
            if (_blocked[place])
                continue;
            _blocked[place] = true;
            if (_silence)
                _potentials.Silence(place);
            for (int i = begin; i < end; i++)
            {
                if (_abovePotentials[i] == strongest)
                    Fire(i, output);
            }
        }
    }

    private void Fire(int i, SpikeTrain output)
    {
        output.Add(_above[i]);
        _firedPotentials[_firedCount++] = _abovePotentials[i];
    }
}
