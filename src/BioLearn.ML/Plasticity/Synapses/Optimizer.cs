using System.Numerics;
using BioLearn.Kernels.Elementwise;

namespace BioLearn.ML.Plasticity.Synapses;

/// <summary>Takes steps down the gradients of a set of parameters, and keeps what it needs to remember between them.</summary>
internal sealed class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterTensor<T>[] _parameters;
    private readonly PlasticOptimizerOptions _options;
    private readonly T[][] _firstMoments;
    private readonly T[][] _secondMoments;

    public Optimizer(ParameterTensor<T>[] parameters, PlasticOptimizerOptions options)
    {
        _parameters = parameters;
        _options = options;
        bool remembers = options.Kind != PlasticOptimizer.Sgd;
        _firstMoments = [.. parameters.Select(p => new T[remembers ? p.Values.Length : 0])];
        _secondMoments = [.. parameters.Select(p => new T[remembers ? p.Values.Length : 0])];
    }

    /// <summary>Steps taken.</summary>
    public int Steps { get; set; }

    /// <summary>All running means, for saving.</summary>
    public IEnumerable<T[]> Memory => [.. _firstMoments, .. _secondMoments];

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
            default:
                Move(new GradientDescent<T>(T.CreateChecked(_options.LearningRate), T.CreateChecked(_options.LargestStep)));
                break;
        }
    }

    private void Move<TRule>(in TRule rule)
        where TRule : struct, IOptimizerRule<T>
    {
        for (int p = 0; p < _parameters.Length; p++)
        {
            var parameter = _parameters[p];
            OptimizerSweep.Step<T, TRule>(rule, parameter.Values, parameter.Gradient, _firstMoments[p], _secondMoments[p], T.Zero);
            if (_options.L1 > 0 && !parameter.IsBias)
                WeightShrinkage.Apply(parameter.Values, T.CreateChecked(_options.L1), T.Zero);
        }
    }
}
