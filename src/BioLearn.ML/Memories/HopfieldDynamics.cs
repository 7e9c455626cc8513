using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Memories;

/// <summary>The dynamics s_i ← sign(W_i s); a field of zero leaves its unit as it is. E = −½ s' W s never rises.</summary>
internal sealed class HopfieldDynamics<T>(T[] weights, int size)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Fields that are zero on paper come out as rounding errors; real ones are multiples of about 1 / size.</summary>
    private static readonly T Tie = T.CreateChecked(1e-9);

    private readonly T[] _field = new T[size];

    /// <summary>Visits one unit.</summary>
    /// <returns>Whether it changed.</returns>
    public bool Visit(Span<T> state, int unit)
    {
        T field = TensorPrimitives.Dot<T>(weights.AsSpan(unit * size, size), state);
        if (T.Abs(field) < Tie || T.Sign(field) == T.Sign(state[unit]))
            return false;
        state[unit] = T.CreateChecked(T.Sign(field));
        return true;
    }

    /// <summary>All units at once.</summary>
    /// <returns>Whether any unit changed.</returns>
    public bool Together(Span<T> state)
    {
        Fields(state);
        bool changed = false;
        for (int i = 0; i < size; i++)
        {
            if (T.Abs(_field[i]) < Tie || T.Sign(_field[i]) == T.Sign(state[i]))
                continue;
            state[i] = T.CreateChecked(T.Sign(_field[i]));
            changed = true;
        }
        return changed;
    }

    public T Energy(ReadOnlySpan<T> state)
    {
        Fields(state);
        return -TensorPrimitives.Dot(state, _field) / T.CreateChecked(2);
    }

    private void Fields(ReadOnlySpan<T> state)
    {
        for (int i = 0; i < size; i++)
            _field[i] = TensorPrimitives.Dot<T>(weights.AsSpan(i * size, size), state);
    }
}

/// <summary>q ← M' softmax(β M q), E = −ln Σ exp(β M q) / β + ½ ‖q‖² (constants dropped).</summary>
internal sealed class ModernHopfield<T>(T[] patterns, int size, T beta)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _similarity = new T[patterns.Length / size];

    /// <summary>softmax(β M q) of the last step.</summary>
    public ReadOnlySpan<T> Attention => _similarity;

    /// <returns>The largest change of an element.</returns>
    public T Step(Span<T> query)
    {
        Similarities(query);
        T largest = TensorPrimitives.Max<T>(_similarity);
        TensorPrimitives.Subtract(_similarity, largest, _similarity);
        TensorPrimitives.Exp<T>(_similarity, _similarity);
        TensorPrimitives.Divide(_similarity, TensorPrimitives.Sum<T>(_similarity), _similarity);
        Span<T> next = new T[size];
        for (int p = 0; p < _similarity.Length; p++)
            TensorPrimitives.MultiplyAdd(patterns.AsSpan(p * size, size), _similarity[p], next, next);
        TensorPrimitives.Subtract(next, query, query);
        T change = T.Abs(TensorPrimitives.MaxMagnitude<T>(query));
        next.CopyTo(query);
        return change;
    }

    public T Energy(ReadOnlySpan<T> query)
    {
        Similarities(query);
        T largest = TensorPrimitives.Max<T>(_similarity);
        TensorPrimitives.Subtract(_similarity, largest, _similarity);
        TensorPrimitives.Exp<T>(_similarity, _similarity);
        T logSum = largest + T.Log(TensorPrimitives.Sum<T>(_similarity));
        return (TensorPrimitives.Dot(query, query) / T.CreateChecked(2)) - (logSum / beta);
    }

    private void Similarities(ReadOnlySpan<T> query)
    {
        for (int p = 0; p < _similarity.Length; p++)
            _similarity[p] = beta * TensorPrimitives.Dot<T>(patterns.AsSpan(p * size, size), query);
    }
}
