using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Memories;

/// <summary>
/// Contrastive divergence (Hinton 2002) and its persistent form (Tieleman 2008): W += η (⟨p(h | v₀)' v₀⟩ − ⟨p(h | v_k)' v_k⟩ − λ W),
/// where v_k is k steps of Gibbs sampling away from the data, or from where the chains stood. Samples of h drive the chain; the last
/// p(h | v_k) is not sampled.
/// </summary>
internal sealed class ContrastiveDivergence<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly BoltzmannLayer<T> _layer;
    private readonly Chance<T> _chance;
    private readonly int _threads;
    private readonly T[] _data;
    private readonly T[] _visible;
    private readonly T[] _hidden;
    private readonly T[] _negative;
    private int _batch;
    private bool _chainsStarted;

    public ContrastiveDivergence(BoltzmannLayer<T> layer, Chance<T> chance, int capacity, int threads = 1)
    {
        _layer = layer;
        _chance = chance;
        _threads = threads;
        _data = new T[checked(capacity * layer.Visible)];
        _visible = new T[checked(capacity * layer.Visible)];
        _hidden = new T[checked(capacity * layer.Hidden)];
        _negative = new T[checked(capacity * layer.Hidden)];
        WeightChange = new T[layer.Weights.Length];
        VisibleChange = new T[layer.Visible];
        HiddenChange = new T[layer.Hidden];
        _velocities = [new T[layer.Weights.Length], new T[layer.Visible], new T[layer.Hidden]];
    }

    private readonly T[][] _velocities;

    /// <summary>k, at least 1.</summary>
    public int GibbsSteps { get; init; } = 1;

    /// <summary>Called now and then in long chains; throws to stop. Null for nothing.</summary>
    public Action? Interruption { get; init; }

    /// <summary>Whether chains go on from where they stood instead of from the data.</summary>
    public bool Persistent { get; init; }

    /// <summary>Whether v_k is sampled or stays a probability.</summary>
    public bool SampleVisible { get; init; }

    /// <summary>λ; biases do not decay.</summary>
    public T WeightDecay { get; init; }

    /// <summary>Ascent of the last batch, without decay.</summary>
    public T[] WeightChange { get; }

    public T[] VisibleChange { get; }

    public T[] HiddenChange { get; }

    /// <summary>p(h | v) of the last batch's data, [batch, hidden].</summary>
    public MatrixSpan<T> HiddenOfData => new(_hidden, _batch, _layer.Hidden);

    private MatrixSpan<T> Data => new(_data, _batch, _layer.Visible);

    private MatrixSpan<T> Chain => new(_visible, _batch, _layer.Visible);

    private MatrixSpan<T> Negative => new(_negative, _batch, _layer.Hidden);

    public Span<T> Begin(int rows)
    {
        _batch = rows;
        return _data.AsSpan(0, rows * _layer.Visible);
    }

    public void Learn(T rate, T momentum)
    {
        _layer.Up(Data, HiddenOfData, _threads);
        StartChains();
        for (int step = 0; step < GibbsSteps; step++)
        {
            if (step % 16 == 15)
                Interruption?.Invoke();
            Gibbs(firstOfData: step == 0 && !Persistent);
        }
        _layer.Up(Chain, Negative, _threads);

        T scale = T.One / T.CreateChecked(_batch);
        MatrixSpan<T> change = new(WeightChange, _layer.Hidden, _layer.Visible);
        Gemm.TN(HiddenOfData, Data, change, scale, T.Zero, _threads);
        Gemm.TN(Negative, Chain, change, -scale, T.One, _threads);
        MeanDifference(Data, Chain, VisibleChange);
        MeanDifference(HiddenOfData, Negative, HiddenChange);

        Move(_velocities[0], WeightChange, _layer.Weights, rate, momentum, WeightDecay);
        Move(_velocities[1], VisibleChange, _layer.VisibleBiases, rate, momentum, T.Zero);
        Move(_velocities[2], HiddenChange, _layer.HiddenBiases, rate, momentum, T.Zero);
    }

    private void StartChains()
    {
        if (Persistent && _chainsStarted)
            return;
        _data.CopyTo(_visible);
        _chainsStarted = true;
    }

    private void Gibbs(bool firstOfData)
    {
        int count = _batch * _layer.Hidden;
        if (firstOfData)
            _hidden.AsSpan(0, count).CopyTo(_negative);
        else
            _layer.Up(Chain, Negative, _threads);
        _chance.Sample(_negative.AsSpan(0, count), _negative.AsSpan(0, count));
        _layer.Down(Negative, Chain, _threads);
        if (!SampleVisible)
            return;
        Span<T> visible = _visible.AsSpan(0, _batch * _layer.Visible);
        if (_layer.Units == VisibleUnits.Bernoulli)
            _chance.Sample(visible, visible);
        else
            _chance.AddNormal(visible);
    }

    private static void MeanDifference(ReadOnlyMatrixSpan<T> plus, ReadOnlyMatrixSpan<T> minus, Span<T> mean)
    {
        mean.Clear();
        for (int b = 0; b < plus.Rows; b++)
        {
            TensorPrimitives.Add(mean, plus.Row(b), mean);
            TensorPrimitives.Subtract(mean, minus.Row(b), mean);
        }
        TensorPrimitives.Divide(mean, T.CreateChecked(plus.Rows), mean);
    }

    // velocity = momentum velocity + rate (change − decay value); value += velocity
    private static void Move(T[] velocity, T[] change, T[] values, T rate, T momentum, T decay)
    {
        TensorPrimitives.Multiply(velocity, momentum, velocity);
        TensorPrimitives.MultiplyAdd(change, rate, velocity, velocity);
        if (decay != T.Zero)
            TensorPrimitives.MultiplyAdd(values, -rate * decay, velocity, velocity);
        TensorPrimitives.Add(values, velocity, values);
    }
}
