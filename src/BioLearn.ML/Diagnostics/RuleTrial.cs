using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Diagnostics;

/// <summary>A rule in the middle of a step on rows of known numbers.</summary>
internal sealed class RuleTrial<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LearningRule _rule;
    private readonly NativeBuffer<T> _input;
    private readonly NativeBuffer<T> _target;
    private readonly NativeBuffer<T> _weights;

    public RuleTrial(Network<T> network, LearningRule rule, int capacity, int batch, long seed, double? weightOfLast = null, int threads = 1)
    {
        int features = network.Spec.Input.Size, classes = network.Spec.Outputs;
        _rule = rule;
        Step = new LearningContext<T>(network, capacity, threads);
        _input = new NativeBuffer<T>(batch * features);
        _target = new NativeBuffer<T>(batch * classes);
        _weights = new NativeBuffer<T>(batch);
        new RandomStream(seed, "rows").FillNormal(_input.Span, T.Zero, T.One);
        for (int b = 0; b < batch; b++)
            _target.Span[(b * classes) + (b % classes)] = T.One;
        _weights.Span.Fill(T.One);
        if (weightOfLast is { } weight)
            _weights.Span[batch - 1] = T.CreateChecked(weight);
        // Late enough for rules that first teach their side tensors alone.
        Step.BeginAs(10_000, new Signal<T>(_input, batch, features), new Signal<T>(_target, batch, classes), weightOfLast is null ? default : new Signal<T>(_weights, batch, 1));
    }

    public LearningContext<T> Step { get; }

    public void Credit() => _rule.ComputeCredit(Step);

    public void Dispose()
    {
        Step.Dispose();
        _input.Dispose();
        _target.Dispose();
        _weights.Dispose();
    }
}
