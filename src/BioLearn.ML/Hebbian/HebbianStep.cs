using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>What a <see cref="HebbianRule"/> sees of one batch, and the products that rules are made of.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class HebbianStep<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _features;
    private readonly int _units;
    private readonly int _threads;
    private readonly NativeBuffer<T> _input;
    private readonly NativeBuffer<T> _output;
    private readonly NativeBuffer<T> _post;
    private readonly NativeBuffer<T> _weights;
    private readonly NativeBuffer<T> _change;
    private readonly NativeBuffer<T> _correlation;
    private readonly Dictionary<string, T[]> _states = [];
    private int _batch;

    internal HebbianStep(int features, int units, int capacity, int threads)
    {
        _features = features;
        _units = units;
        _threads = threads;
        _input = new(checked(capacity * features));
        _output = new(checked(capacity * units));
        _post = new(checked(capacity * units));
        _weights = new(checked(units * features));
        _change = new(checked(units * features));
        _correlation = new(checked(units * units));
    }

    /// <summary>Rows of the batch.</summary>
    public int Batch => _batch;

    /// <summary>x, [batch, features].</summary>
    public MatrixSpan<T> Input => new(_input.Span, _batch, _features);

    /// <summary>y = W x, [batch, units].</summary>
    public MatrixSpan<T> Output => new(_output.Span, _batch, _units);

    /// <summary>Room for a postsynaptic signal, [batch, units].</summary>
    public MatrixSpan<T> Post => new(_post.Span, _batch, _units);

    /// <summary>W, [units, features]. Rules read it; the engine changes it.</summary>
    public ReadOnlyMatrixSpan<T> Weights => Matrix;

    /// <summary>What the rule wants added to W, [units, features].</summary>
    public MatrixSpan<T> Change => new(_change.Span, _units, _features);

    internal Span<T> Parameters => _weights.Span;

    internal MatrixSpan<T> Matrix => new(_weights.Span, _units, _features);

    /// <summary>What a rule remembers from step to step; null before the first call with this name.</summary>
    /// <param name="name">The rule's name for it.</param>
    /// <returns>The numbers as they were left, or null.</returns>
    public T[]? Recall(string name) => _states.GetValueOrDefault(name);

    /// <summary>Keeps numbers for later steps.</summary>
    /// <param name="name">The rule's name for them.</param>
    /// <param name="values">The numbers; kept, not copied.</param>
    public void Remember(string name, T[] values) => _states[name] = values;

    /// <summary>Change = post' pre / batch, the product that all Hebbian rules begin with.</summary>
    /// <param name="post">[batch, units].</param>
    /// <param name="pre">[batch, features].</param>
    public void Correlate(ReadOnlyMatrixSpan<T> post, ReadOnlyMatrixSpan<T> pre) =>
        Gemm.TN(post, pre, Change, T.One / T.CreateChecked(_batch), T.Zero, _threads);

    /// <summary>Change -= mixture W.</summary>
    /// <param name="mixture">[units, units].</param>
    public void Subtract(ReadOnlyMatrixSpan<T> mixture) => Gemm.NN(mixture, Matrix, Change, -T.One, T.One, _threads);

    /// <summary>Change_i -= rate_i W_i for every unit i.</summary>
    /// <param name="rate">One number a unit.</param>
    public void Decay(ReadOnlySpan<T> rate)
    {
        for (int i = 0; i < _units; i++)
            TensorPrimitives.MultiplyAdd(Weights.Row(i), -rate[i], Change.Row(i), Change.Row(i));
    }

    /// <summary>E[y y'] over the batch, [units, units].</summary>
    /// <returns>Memory that the next call overwrites.</returns>
    public MatrixSpan<T> OutputCorrelation()
    {
        MatrixSpan<T> correlation = new(_correlation.Span, _units, _units);
        Gemm.TN(Output, Output, correlation, T.One / T.CreateChecked(_batch), T.Zero, _threads);
        return correlation;
    }

    /// <summary>E[y²] over the batch, one number a unit.</summary>
    /// <returns>New memory.</returns>
    public T[] MeanSquares()
    {
        T[] mean = new T[_units];
        for (int b = 0; b < _batch; b++)
            TensorPrimitives.MultiplyAdd(Output.Row(b), Output.Row(b), mean, mean);
        TensorPrimitives.Divide(mean, T.CreateChecked(_batch), mean);
        return mean;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (NativeBuffer<T> buffer in (NativeBuffer<T>[])[_input, _output, _post, _weights, _change, _correlation])
            buffer.Dispose();
    }

    /// <summary>Memory for the rows of the next batch.</summary>
    internal Span<T> Begin(int rows)
    {
        _batch = rows;
        return _input.Span[..(rows * _features)];
    }

    internal void Forward() => Gemm.NT(Input, Matrix, Output, _threads);

    internal void Apply(T rate) => TensorPrimitives.MultiplyAdd(_change.Span, rate, _weights.Span, _weights.Span);
}
