using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// An optimizer on a weight matrix of which each batch meets a few columns. A column that is not met has gradient 0, but its moments decay and
/// move it all the same: it makes those steps, one by one and with the rates of their time, when it is met again or when somebody reads the
/// weights. So it ends where the dense sweep would have brought it.
/// </summary>
/// <remarks>
/// Moments that have decayed below the rounding of what they moved so far (<see cref="MissedSteps"/>) move no more: what is left of them is
/// multiplied once. In float Adam's steps are summed (<see cref="AdamCoast"/>). Where all columns have caught up, the moments alone say what moves on: an optimizer that takes them up there makes the same bits.
/// </remarks>
internal sealed class ColumnDescent<T, TRule> : IColumnDescent<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TRule : unmanaged, IOptimizerRule<T>
{
    private const int LongestHistory = 4096, Never = int.MinValue;

    private readonly NativeBuffer<T>? _first, _second; // [columns, rows]
    private readonly int _rows;
    private readonly int[] _upTo, _met; // steps that a column has made, and from which on its moments move it
    private readonly T _weightDecay;
    private readonly List<TRule> _rules = new(LongestHistory);
    private readonly List<T> _keep = new(LongestHistory);
    private readonly List<double> _logKept = new(LongestHistory + 1) { 0 };
    private readonly AdamCoasting? _coasting;
    private MissedSteps _missed;
    private int _before; // steps that every column has made
    private bool _keepsLess;

    public ColumnDescent(Parameter<T> parameter, MissedSteps missed, T weightDecay, int steps, NativeBuffer<T>? first, NativeBuffer<T>? second)
    {
        _rows = parameter.Rows;
        (_missed, _weightDecay, _before) = (missed, weightDecay, steps);
        (_first, _second) = (first, second);
        _upTo = new int[parameter.Columns];
        _met = new int[parameter.Columns];
        Array.Fill(_upTo, steps);
        NoteThoseAtRest();
        if (typeof(TRule) == typeof(Adam<float>) && missed.Horizon < int.MaxValue)
            _coasting = new AdamCoasting(missed.FirstDecay, missed.SecondDecay, missed.Horizon);
    }

    private int Steps => _before + _rules.Count;

    /// <summary>One step: p ← keep p in every column, then the rule's in those that have a gradient.</summary>
    /// <param name="rule">The optimizer with its rates of this step.</param>
    /// <param name="keep">Factor on the weights.</param>
    /// <param name="kept">What a step leaves of a weight that has neither gradient nor moments.</param>
    /// <param name="parameter">The weights.</param>
    /// <param name="gradient">The gradient.</param>
    public void Step(in TRule rule, T keep, double kept, Parameter<T> parameter, SetGradient<T> gradient)
    {
        if (_rules.Count == LongestHistory)
            parameter.CatchUp();
        if (!(kept > 0))
            _missed = _missed with { Horizon = int.MaxValue };
        MatrixSpan<T> turned = parameter.Turned(gradient.Features), gradients = gradient.Matrix;
        _rules.Add(rule);
        _keep.Add(keep);
        _logKept.Add(_logKept[^1] + Math.Log(kept));
        _keepsLess |= keep != T.One;
        if (_coasting is { } coasting)
        {
            (double rate, double epsilon, double retained) = Unsafe.As<TRule, Adam<float>>(ref Unsafe.AsRef(in rule)).Corrected;
            coasting.Add(rate, epsilon, retained * double.CreateChecked(keep));
        }
        int number = Steps;
        for (int i = 0; i < gradient.Features.Length; i++)
        {
            int column = gradient.Features[i];
            if (keep != T.One)
                TensorPrimitives.Multiply(turned.Row(column), keep, turned.Row(column));
            OptimizerSweep.Step(rule, turned.Row(column), gradients.Row(i), Of(_first, column), Of(_second, column), _weightDecay);
            _upTo[column] = _met[column] = number;
        }
    }

    public void CatchUp(MatrixSpan<T> turned, ReadOnlySpan<int> columns)
    {
        foreach (int column in columns)
            CatchUp(turned.Row(column), column);
    }

    public void CatchUp(MatrixSpan<T> turned)
    {
        for (int column = 0; column < _upTo.Length; column++)
            CatchUp(turned.Row(column), column);
        _before = Steps;
        NoteThoseAtRest();
        _rules.Clear();
        _keep.Clear();
        _logKept.Clear();
        _logKept.Add(0);
        _coasting?.Clear();
        _keepsLess = false;
    }

    private void CatchUp(Span<T> weights, int column)
    {
        int from = _upTo[column], to = Steps;
        if (from == to)
            return;
        if (_coasting is not null && _missed.Horizon < int.MaxValue)
        {
            Coast(weights, column);
            return;
        }
        int moving = _missed.Horizon == int.MaxValue ? to : (int)Math.Min(to, Math.Max(from, (long)_met[column] + _missed.Horizon));
        if (moving > from)
        {
            Range range = (from - _before)..(moving - _before);
            OptimizerSweep.Repeat(
                CollectionsMarshal.AsSpan(_rules)[range], _keepsLess ? CollectionsMarshal.AsSpan(_keep)[range] : default,
                weights, Of(_first, column), Of(_second, column), _weightDecay);
        }
        Rest(weights, column, moving);
    }

    /// <summary>Many steps of Adam in one.</summary>
    private void Coast(Span<T> weights, int column)
    {
        int from = _upTo[column] - _before;
        if (_met[column] == Never)
        {
            Rest(weights, column, _upTo[column]);
            return;
        }
        (AdamCoast coast, int to) = _coasting!.From(from);
        coast.Run(
            MemoryMarshal.Cast<TRule, Adam<float>>(CollectionsMarshal.AsSpan(_rules)[from..to]),
            _keepsLess ? MemoryMarshal.Cast<T, float>(CollectionsMarshal.AsSpan(_keep)[from..to]) : default,
            MemoryMarshal.Cast<T, float>(weights), MemoryMarshal.Cast<T, float>(Of(_first, column)), MemoryMarshal.Cast<T, float>(Of(_second, column)));
        Rest(weights, column, to + _before);
    }

    /// <summary>Steps in which moments only decay.</summary>
    private void Rest(Span<T> weights, int column, int moving)
    {
        int to = Steps;
        if (moving < to)
        {
            double kept = Math.Exp(_logKept[to - _before] - _logKept[moving - _before]);
            if (kept != 1)
                TensorPrimitives.Multiply(weights, T.CreateChecked(kept), weights);
            Decay(Of(_first, column), _missed.FirstDecay, to - moving);
            Decay(Of(_second, column), _missed.SecondDecay, to - moving);
        }
        _upTo[column] = to;
    }

    private void NoteThoseAtRest()
    {
        for (int column = 0; column < _met.Length; column++)
            _met[column] = MissedSteps.IsAtRest<T>(Of(_first, column), Of(_second, column)) ? Never : _before;
    }

    private static void Decay(Span<T> moments, double decay, int steps) =>
        TensorPrimitives.Multiply(moments, T.CreateChecked(Math.Pow(decay, steps)), moments);

    private Span<T> Of(NativeBuffer<T>? moments, int column) => moments is null ? default : moments.Span.Slice(column * _rows, _rows);
}
