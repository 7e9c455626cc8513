using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>All of a network's parameters as they were when it was taken, to be put back: the last good epoch, the best one, or what a probe must leave as it was.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class ParameterSnapshot<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>[] _parameters;
    private readonly T[][] _values;
    private readonly (double Decay, double Scale)[] _settings;

    /// <summary>Takes the parameters as they are.</summary>
    /// <param name="network">The network.</param>
    public ParameterSnapshot(Network<T> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        _parameters = [.. network.Parameters];
        _values = [.. _parameters.Select(p => new T[p.Length])];
        _settings = new (double, double)[_parameters.Length];
        Take();
    }

    /// <summary>Takes the parameters anew.</summary>
    public void Take()
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].Numbers.CopyTo(_values[i]);
            _settings[i] = (_parameters[i].Decay, _parameters[i].LearningRateScale);
        }
    }

    /// <summary>Puts the parameters back as they were when they were last taken, with their decay and their factor on the learning rate.</summary>
    public void PutBack()
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            _values[i].CopyTo(_parameters[i].Values);
            (_parameters[i].Decay, _parameters[i].LearningRateScale) = _settings[i];
        }
    }
}
