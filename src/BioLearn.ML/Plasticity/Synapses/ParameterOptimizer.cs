using System.Numerics;
using BioLearn.Kernels.Elementwise;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>
/// Takes steps down the gradients of a set of parameters, and keeps what it needs to remember between them. The rules are the kernels' that
/// the engine's own optimizer uses; what differs is the memory, padded rows, and the reproductions of the published programs' optimizers.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class ParameterOptimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterTensor<T>[] _parameters;
    private readonly PlasticOptimizerOptions _options;
    private readonly T[][] _firstMoments;
    private readonly T[][] _secondMoments;

    /// <summary>An optimizer that has taken no step.</summary>
    /// <param name="parameters">What it moves.</param>
    /// <param name="options">How.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ParameterOptimizer(IEnumerable<ParameterTensor<T>> parameters, PlasticOptimizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _parameters = [.. parameters];
        _options = options;
        _firstMoments = Moments(options.Kind != PlasticOptimizer.Sgd);
        _secondMoments = Moments(options.Kind is PlasticOptimizer.Adam or PlasticOptimizer.AdamAsCoded);
    }

    /// <summary>Steps taken.</summary>
    public int Steps { get; internal set; }

    /// <summary>All running means, for saving.</summary>
    internal IEnumerable<T[]> Memory => [.. _firstMoments, .. _secondMoments];

    /// <summary>One step down the gradients, which stay as they are.</summary>
    public void Step()
    {
        Steps++;
        switch (_options.Kind)
        {
            case PlasticOptimizer.Adam:
                Move(Adam<T>.Standard(_options.LearningRate, Steps, _options.Beta1, _options.Beta2, _options.Epsilon));
                break;
            case PlasticOptimizer.AdamAsCoded:
                Move(Adam<T>.AsCoded(_options.LearningRate, Steps, _options.Beta1, _options.Beta2, _options.Epsilon));
                break;
            case PlasticOptimizer.ClippedRmsProp:
                Move(new ClippedRmsProp<T>(T.CreateChecked(_options.LearningRate), T.CreateChecked(_options.LargestStep), Steps == 1));
                break;
            default:
                Move(new GradientDescent<T>(T.CreateChecked(_options.LearningRate), T.CreateChecked(_options.LargestStep)));
                break;
        }
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
            parameter.Gradient.Clear();
    }

    private void Move<TRule>(in TRule rule)
        where TRule : struct, IOptimizerRule<T>
    {
        for (int p = 0; p < _parameters.Length; p++)
        {
            var parameter = _parameters[p];
            OptimizerSweep.Step<T, TRule>(rule, parameter.Values, parameter.Gradient, _firstMoments[p], _secondMoments[p], T.Zero);
            if ((_options.L1 > 0 || _options.L2 > 0) && !parameter.IsBias)
                WeightShrinkage.Apply(parameter.Values, T.CreateChecked(_options.L1), T.CreateChecked(_options.L2));
        }
    }

    private T[][] Moments(bool remembers) => [.. _parameters.Select(p => new T[remembers ? p.Values.Length : 0])];
}
