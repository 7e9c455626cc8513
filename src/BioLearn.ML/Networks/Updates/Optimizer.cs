using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>Moves the parameters that a step's credit names, with one running state a parameter.</summary>
internal sealed partial class Optimizer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<Parameter<T>, State> _states = [];

    public Optimizer(OptimizerSettings settings)
    {
        settings.Validate();
        Settings = settings;
    }

    public OptimizerSettings Settings { get; }

    /// <summary>Factor on the learning rate, for schedules.</summary>
    public double Schedule { get; set; } = 1;

    /// <summary>p ← (1 − λ) p, then the optimizer's step, for every parameter taught in this step.</summary>
    public void Apply(LearningContext<T> step)
    {
        foreach (Parameter<T> parameter in step.Taught)
        {
            if (step.FuseDescent && step.Descend(parameter, RateOf(parameter)))
                continue;
            if (parameter.Decay != 0)
                TensorPrimitives.Multiply(parameter.Values, T.CreateChecked(1 - parameter.Decay), parameter.Values);
            Move(parameter, step.GradientOf(parameter));
        }
    }

    public void Dispose()
    {
        foreach (State state in _states.Values)
        {
            state.First?.Dispose();
            state.Second?.Dispose();
        }
    }

    /// <summary>One step of one parameter along its gradient.</summary>
    public void Move(Parameter<T> parameter, ReadOnlySpan<T> gradient)
    {
        State state = StateOf(parameter);
        int number = ++state.Steps;
        OptimizerSettings o = Settings;
        double rate = RateOf(parameter);
        double decay = parameter.Role == ParameterRole.Weight || (o.DecayBiases && (parameter.Role is ParameterRole.Bias or ParameterRole.Gain or ParameterRole.Shift)) ? o.WeightDecay : 0;
        T learningRate = T.CreateChecked(rate);
        switch (o.Kind)
        {
            case OptimizerKind.Sgd:
                Step(new GradientDescent<T>(learningRate, T.PositiveInfinity), parameter, gradient, state, decay);
                break;
            case OptimizerKind.Momentum or OptimizerKind.Nesterov:
                Step(new Momentum<T>(learningRate, T.CreateChecked(o.Momentum), o.Kind == OptimizerKind.Nesterov), parameter, gradient, state, decay);
                break;
            case OptimizerKind.RmsProp:
                Step(new RmsProp<T>(learningRate, T.CreateChecked(o.Beta2), T.CreateChecked(o.Epsilon)), parameter, gradient, state, decay);
                break;
            case OptimizerKind.Adam:
                Step(Adam<T>.Standard(rate, number, o.Beta1, o.Beta2, o.Epsilon), parameter, gradient, state, decay);
                break;
            default:
                Step(Adam<T>.DecoupledDecay(rate, decay, number, o.Beta1, o.Beta2, o.Epsilon), parameter, gradient, state, 0);
                break;
        }
    }

    private double RateOf(Parameter<T> parameter) => Settings.LearningRate * Schedule * parameter.LearningRateScale;

    private static void Step<TRule>(in TRule rule, Parameter<T> parameter, ReadOnlySpan<T> gradient, State state, double decay)
        where TRule : struct, IOptimizerRule<T>
    {
        if (TRule.States >= 1)
            state.First ??= new NativeBuffer<T>(gradient.Length);
        if (TRule.States >= 2)
            state.Second ??= new NativeBuffer<T>(gradient.Length);
        OptimizerSweep.Step<T, TRule>(
            rule,
            parameter.Values,
            gradient,
            state.First is { } first ? first.Span : default,
            state.Second is { } second ? second.Span : default,
            T.CreateChecked(decay));
    }

    private State StateOf(Parameter<T> parameter)
    {
        if (!_states.TryGetValue(parameter, out State? state))
            _states[parameter] = state = new State();
        return state;
    }

    private sealed class State
    {
        public int Steps { get; set; }

        public NativeBuffer<T>? First { get; set; }

        public NativeBuffer<T>? Second { get; set; }
    }
}
