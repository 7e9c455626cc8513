using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>One layer of competing units and its learning step.</summary>
internal sealed class CompetitiveLearner<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CompetitiveRule _rule;
    private readonly int _features;
    private readonly int _units;
    private readonly int _threads;
    private readonly NativeBuffer<T> _input;
    private readonly NativeBuffer<T> _currents;
    private readonly NativeBuffer<T> _responses;
    private readonly NativeBuffer<T> _weights;
    private readonly NativeBuffer<T> _change;
    private readonly T[] _gain;
    private int _batch;

    public CompetitiveLearner(CompetitiveRule rule, int features, int units, int capacity, int threads = 1)
    {
        _rule = rule;
        _features = features;
        _units = units;
        _threads = threads;
        _input = new(checked(capacity * features));
        _currents = new(checked(capacity * units));
        _responses = new(checked(capacity * units));
        _weights = new(checked(units * features));
        _change = new(checked(units * features));
        _gain = new T[units];
    }

    public Span<T> Parameters => _weights.Span;

    public MatrixSpan<T> Input => new(_input.Span, _batch, _features);

    /// <summary>I, [batch, units].</summary>
    public MatrixSpan<T> Currents => new(_currents.Span, _batch, _units);

    /// <summary>The currents, row by row.</summary>
    public Span<T> CurrentNumbers => _currents.Span[..(_batch * _units)];

    /// <summary>g, [batch, units].</summary>
    public MatrixSpan<T> Responses => new(_responses.Span, _batch, _units);

    public MatrixSpan<T> Weights => new(_weights.Span, _units, _features);

    /// <summary>Σ_b g (x − I w), [units, features].</summary>
    public MatrixSpan<T> Change => new(_change.Span, _units, _features);

    public Span<T> Begin(int rows)
    {
        _batch = rows;
        return _input.Span[..(rows * _features)];
    }

    /// <summary>Currents alone.</summary>
    public void Flow()
    {
        ReadOnlyMatrixSpan<T> effective = Weights;
        if (_rule.CurrentPower != 2)
        {
            EffectiveWeights(_weights.Span, _rule.CurrentPower, _change.Span);
            effective = Change;
        }
        Gemm.NT(Input, effective, Currents, _threads);
    }

    /// <summary>Currents, responses, change; the change is not applied yet.</summary>
    public void Compete()
    {
        Flow();
        _rule.Compete<T>(Currents, Responses);
        Gemm.TN(Responses, Input, Change, _threads);
        Array.Clear(_gain);
        for (int b = 0; b < _batch; b++)
            TensorPrimitives.MultiplyAdd(Responses.Row(b), Currents.Row(b), _gain, _gain);
        for (int i = 0; i < _units; i++)
            TensorPrimitives.MultiplyAdd(Weights.Row(i), -_gain[i], Change.Row(i), Change.Row(i));
    }

    /// <summary>W += rate Change / max |Change|; with a radius power q the rate of a unit is rate | ‖w‖ − 1 |^q.</summary>
    public void Apply(T rate, T radiusPower)
    {
        T largest = T.Abs(TensorPrimitives.MaxMagnitude<T>(_change.Span));
        if (largest <= T.CreateChecked(1e-30))
            return;
        for (int i = 0; i < _units; i++)
        {
            T own = radiusPower == T.Zero ? rate : rate * T.Pow(T.Abs(TensorPrimitives.Norm<T>(Weights.Row(i)) - T.One), radiusPower);
            TensorPrimitives.MultiplyAdd(Change.Row(i), own / largest, Weights.Row(i), Weights.Row(i));
        }
    }

    /// <summary>sign(w) |w|^(p−1).</summary>
    public static void EffectiveWeights(ReadOnlySpan<T> weights, double power, Span<T> effective)
    {
        T exponent = T.CreateChecked(power - 1);
        TensorPrimitives.Abs(weights, effective);
        TensorPrimitives.Pow(effective, exponent, effective);
        TensorPrimitives.CopySign(effective, weights, effective);
    }

    public void Dispose()
    {
        foreach (NativeBuffer<T> buffer in (NativeBuffer<T>[])[_input, _currents, _responses, _weights, _change])
            buffer.Dispose();
    }
}
