using System.Numerics;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>Takes steps down the gradients of a set of parameters, and keeps what it needs to remember between them.</summary>
internal sealed class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterTensor<T>[] _parameters;
    private readonly PlasticOptimizerOptions _options;

    public Optimizer(ParameterTensor<T>[] parameters, PlasticOptimizerOptions options)
    {
        _parameters = parameters;
        _options = options;
        bool remembers = options.Kind != PlasticOptimizer.Sgd;
        FirstMoments = [.. parameters.Select(p => new T[remembers ? p.Values.Length : 0])];
        SecondMoments = [.. parameters.Select(p => new T[remembers ? p.Values.Length : 0])];
    }

    /// <summary>All running means, for saving.</summary>
    public IEnumerable<T[]> Memory => [.. FirstMoments, .. SecondMoments];

    /// <summary>Steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>Running means of the gradients, one array a parameter.</summary>
    public T[][] FirstMoments { get; }

    /// <summary>Running means of the squared gradients.</summary>
    public T[][] SecondMoments { get; }

    public void Step()
    {
        Steps++;
        for (int p = 0; p < _parameters.Length; p++)
        {
            if (_options.Kind == PlasticOptimizer.Sgd)
                StepSgd(_parameters[p]);
            else
                StepAdam(_parameters[p], FirstMoments[p], SecondMoments[p]);
            if (_options.L1 > 0 && _parameters[p].IsPenalized)
                Shrink(_parameters[p].Values);
        }
    }

    private void StepAdam(ParameterTensor<T> parameter, T[] m, T[] v)
    {
        bool asCoded = _options.Kind == PlasticOptimizer.AdamAsCoded;
        T beta1 = T.CreateChecked(_options.Beta1), beta2 = T.CreateChecked(_options.Beta2);
        T keep = asCoded ? beta1 : beta2;
        T rate = T.CreateChecked(_options.LearningRate / (1 - Math.Pow(_options.Beta1, Steps)));
        T correction = T.CreateChecked(1 / (1 - Math.Pow(_options.Beta2, Steps)));
        T epsilon = T.CreateChecked(_options.Epsilon);
        var values = parameter.Values;
        var gradient = parameter.Gradient;
        for (int i = 0; i < values.Length; i++)
        {
            m[i] = beta1 * m[i] + (T.One - beta1) * gradient[i];
            v[i] = keep * v[i] + (T.One - beta2) * gradient[i] * gradient[i];
            values[i] -= rate * m[i] / (T.Sqrt(v[i] * correction) + epsilon);
        }
    }

    private void StepSgd(ParameterTensor<T> parameter)
    {
        T rate = T.CreateChecked(_options.LearningRate), limit = T.CreateChecked(_options.LargestStep);
        var values = parameter.Values;
        var gradient = parameter.Gradient;
        for (int i = 0; i < values.Length; i++)
            values[i] -= T.Clamp(rate * gradient[i], -limit, limit);
    }

    private void Shrink(Span<T> values)
    {
        T penalty = T.CreateChecked(_options.L1);
        foreach (ref T value in values)
            value -= penalty * T.CreateChecked(T.Sign(value));
    }
}
