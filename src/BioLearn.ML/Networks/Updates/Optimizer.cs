using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>Moves the parameters that a step's credit names, with one running state a parameter.</summary>
internal sealed partial class Optimizer<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<Parameter<T>, State> _states = [];

    private readonly int _threads;
    private readonly Func<Parameter<T>, double> _rateOf;

    public Optimizer(OptimizerSettings settings, int threads = 1)
    {
        settings.Validate();
        Settings = settings;
        _threads = threads;
        _rateOf = RateOf;
    }

    public OptimizerSettings Settings { get; }

    /// <summary>Factor on the learning rate, for schedules.</summary>
    public double Schedule { get; set; } = 1;

    /// <summary>p ← (1 − λ) p, then the optimizer's step, for every parameter taught in this step.</summary>
    public void Apply(LearningContext<T> step)
    {
        if (step.FuseDescent)
            step.DescendTogether(_rateOf);
        foreach (Parameter<T> parameter in step.Taught)
        {
            if (parameter.HasRates)
            {
                MoveAtRates(parameter, step.GradientOf(parameter));
                continue;
            }
            if (step.FuseDescent && step.Descend(parameter, RateOf(parameter)))
                continue;
            if (MovesWithSource(step, parameter))
                continue;
            if (step.SetGradientOf(parameter) is { } set)
            {
                Move(parameter, default, set, null);
                continue;
            }
            if (parameter.Decay != 0)
                TensorPrimitives.Multiply(parameter.Values, T.CreateChecked(1 - parameter.Decay), parameter.Values);
            Parameter<T>? twin = step.TaughtLike(parameter);
            Move(parameter, step.GradientOf(parameter), null, twin is not null && MovesWithSource(step, twin) ? twin : null);
        }
    }

    /// <summary>
    /// Whether a tensor that learns like another has the same running state, so that it moves by the same differences and needs none of its own:
    /// where nothing decays.
    /// </summary>
    private bool MovesWithSource(LearningContext<T> step, Parameter<T> parameter) =>
        MeansOf(Settings.Kind) > 0 && step.SourceOf(parameter) is { } source && step.TaughtLike(source) == parameter && !_states.ContainsKey(parameter) && step.SetGradientOf(source) is null
            && !source.HasRates && Settings.WeightDecay == 0 && parameter.Decay == 0 && source.Decay == 0 && parameter.LearningRateScale == source.LearningRateScale;

    public void Dispose()
    {
        foreach ((Parameter<T> parameter, State state) in _states)
        {
            if (state.Columns is not null)
            {
                parameter.CatchUp();
                parameter.Lagging = null;
            }
            state.First?.Dispose();
            state.Second?.Dispose();
            state.Before?.Dispose();
        }
    }

    /// <summary>One step of one parameter along its gradient.</summary>
    public void Move(Parameter<T> parameter, ReadOnlySpan<T> gradient) => Move(parameter, gradient, null, null);

    /// <summary>The step that all numbers would make, of which each makes its part.</summary>
    private void MoveAtRates(Parameter<T> parameter, ReadOnlySpan<T> gradient)
    {
        State state = StateOf(parameter);
        NativeBuffer<T> before = state.Before ??= new NativeBuffer<T>(parameter.Length);
        Span<T> values = parameter.Values;
        values.CopyTo(before.Span);
        if (parameter.Decay != 0)
            TensorPrimitives.Multiply(values, T.CreateChecked(1 - parameter.Decay), values);
        Move(parameter, gradient, null, null);
        values = parameter.Values;
        ReadOnlySpan<T> rates = parameter.Rates;
        for (int i = 0; i < values.Length; i++)
            values[i] = before.Span[i] + (rates[i] * (values[i] - before.Span[i]));
    }

    /// <summary>The gradient is that of all numbers, or of some columns.</summary>
    private void Move(Parameter<T> parameter, ReadOnlySpan<T> gradient, SetGradient<T>? set, Parameter<T>? twin)
    {
        State state = StateOf(parameter);
        int number = ++state.Steps;
        OptimizerSettings o = Settings;
        double rate = RateOf(parameter);
        double decay = Decays(parameter.Role) ? o.WeightDecay : 0;
        T learningRate = T.CreateChecked(rate);
        switch (o.Kind)
        {
            case OptimizerKind.Sgd:
                Step(new GradientDescent<T>(learningRate, T.PositiveInfinity), parameter, gradient, set, state, decay, twin, kept: 1 - (rate * decay));
                break;
            case OptimizerKind.Momentum or OptimizerKind.Nesterov:
                Step(new Momentum<T>(learningRate, T.CreateChecked(o.Momentum), o.Kind == OptimizerKind.Nesterov), parameter, gradient, set, state, decay, twin);
                break;
            case OptimizerKind.RmsProp:
                Step(new RmsProp<T>(learningRate, T.CreateChecked(o.Beta2), T.CreateChecked(o.Epsilon)), parameter, gradient, set, state, decay, twin);
                break;
            case OptimizerKind.Adam:
                Step(Adam<T>.Standard(rate, number, o.Beta1, o.Beta2, o.Epsilon), parameter, gradient, set, state, decay, twin);
                break;
            default:
                Step(Adam<T>.DecoupledDecay(rate, decay, number, o.Beta1, o.Beta2, o.Epsilon), parameter, gradient, set, state, 0, twin, kept: 1 - (rate * decay));
                break;
        }
    }

    private bool Decays(ParameterRole role) => role switch
    {
        ParameterRole.Weight => true,
        ParameterRole.Bias or ParameterRole.Gain or ParameterRole.Shift => Settings.DecayBiases,
        ParameterRole.Feedback => Settings.DecayFeedback,
        _ => false,
    };

    private double RateOf(Parameter<T> parameter) => Settings.LearningRate * Schedule * parameter.LearningRateScale;

    /// <param name="rule">The optimizer with its rates of this step.</param>
    /// <param name="parameter">What is moved.</param>
    /// <param name="gradient">Gradient of all its numbers, in its layout.</param>
    /// <param name="set">Or of some of its columns.</param>
    /// <param name="state">Moments.</param>
    /// <param name="decay">L2 penalty that goes through the gradient.</param>
    /// <param name="twin">A tensor that moves by the same differences, or null.</param>
    /// <param name="kept">What the step leaves of a weight that has neither gradient nor moments.</param>
    private void Step<TRule>(in TRule rule, Parameter<T> parameter, ReadOnlySpan<T> gradient, SetGradient<T>? set, State state, double decay, Parameter<T>? twin, double kept = 1)
        where TRule : unmanaged, IOptimizerRule<T>
    {
        if (TRule.States >= 1)
            state.First ??= new NativeBuffer<T>(parameter.Length);
        if (TRule.States >= 2)
            state.Second ??= new NativeBuffer<T>(parameter.Length);
        if (set is not null)
        {
            double keep = 1 - parameter.Decay;
            ColumnsOf<TRule>(parameter, state, decay).Step(rule, T.CreateChecked(keep), keep * kept, parameter, set);
            return;
        }
        ByRow(parameter, state);
        OptimizerSweep.Step<T, TRule>(
            rule,
            parameter.Values,
            gradient,
            state.First is { } first ? first.Span : default,
            state.Second is { } second ? second.Span : default,
            T.CreateChecked(decay),
            twin is null ? default : twin.Values,
            _threads);
    }

    /// <summary>From now on the moments lie as the weights that sparse rows meet: column by column.</summary>
    private ColumnDescent<T, TRule> ColumnsOf<TRule>(Parameter<T> parameter, State state, double decay)
        where TRule : unmanaged, IOptimizerRule<T>
    {
        if (state.Columns is ColumnDescent<T, TRule> known)
            return known;
        Turn(state, parameter.Rows, parameter.Columns);
        ColumnDescent<T, TRule> columns = new(parameter, MissedSteps.Of<T>(Settings, decay != 0), T.CreateChecked(decay), state.Steps - 1, state.First, state.Second);
        (state.Columns, parameter.Lagging) = (columns, columns);
        return columns;
    }

    /// <summary>From now on the moments lie row by row; all columns have made their steps.</summary>
    private static void ByRow(Parameter<T> parameter, State state)
    {
        if (state.Columns is null)
            return;
        parameter.CatchUp();
        (state.Columns, parameter.Lagging) = (null, null);
        Turn(state, parameter.Columns, parameter.Rows);
    }

    private static unsafe void Turn(State state, int rows, int columns)
    {
        (state.First, state.Second) = (Turned(state.First), Turned(state.Second));

        NativeBuffer<T>? Turned(NativeBuffer<T>? moments)
        {
            if (moments is null)
                return null;
            NativeBuffer<T> turned = new(moments.Length);
            Transposition.Run(rows, columns, moments.Pointer, columns, turned.Pointer, rows);
            moments.Dispose();
            return turned;
        }
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

        /// <summary>Where columns are moved only when they are met; the moments then lie column by column.</summary>
        public IColumnDescent<T>? Columns { get; set; }

        public NativeBuffer<T>? First { get; set; }

        public NativeBuffer<T>? Second { get; set; }

        /// <summary>The numbers before a step, where each has a rate of its own.</summary>
        public NativeBuffer<T>? Before { get; set; }
    }
}
