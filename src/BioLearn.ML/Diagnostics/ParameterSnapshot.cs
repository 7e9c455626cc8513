using System.Numerics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Diagnostics;

/// <summary>All of a network's parameters as they are now, to be put back: a probe must leave no trace in the training.</summary>
internal sealed class ParameterSnapshot<T>(Network<T> network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>[] _parameters = [.. network.Parameters];
    private readonly T[][] _values = [.. network.Parameters.Select(p => new T[p.Values.Length])];
    private readonly (double Decay, double Scale)[] _settings = new (double, double)[network.Parameters.Count()];

    public void Take()
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            _parameters[i].Values.CopyTo(_values[i]);
            _settings[i] = (_parameters[i].Decay, _parameters[i].LearningRateScale);
        }
    }

    public void PutBack()
    {
        for (int i = 0; i < _parameters.Length; i++)
        {
            _values[i].CopyTo(_parameters[i].Values);
            (_parameters[i].Decay, _parameters[i].LearningRateScale) = _settings[i];
        }
    }
}
