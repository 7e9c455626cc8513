using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>
/// One tensor of a network: a weight matrix, a bias, what a normalization keeps, or a side tensor that a rule asked for (feedback K,
/// inverse V, ...). Stored row by row.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Parameter<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NativeBuffer<T> _values;
    private DeferredDescent<T>? _deferred;

    internal Parameter(string name, int layer, int rows, int columns, ParameterRole role = ParameterRole.Side)
    {
        Role = role;
        Name = name;
        Layer = layer;
        Rows = rows;
        Columns = columns;
        _values = new NativeBuffer<T>(checked(rows * columns));
    }

    /// <summary>Its name: "W", "b", or a rule's own such as "K".</summary>
    public string Name { get; }

    /// <summary>What the tensor is to the network.</summary>
    public ParameterRole Role { get; }

    /// <summary>The layer it belongs to, 1 for the first above the input.</summary>
    public int Layer { get; }

    /// <summary>Rows.</summary>
    public int Rows { get; }

    /// <summary>Columns.</summary>
    public int Columns { get; }

    /// <summary>
    /// The numbers, [<see cref="Rows"/>, <see cref="Columns"/>], row by row. Ask anew after a learning step: a step may be made when
    /// somebody asks.
    /// </summary>
    public Span<T> Values
    {
        get
        {
            CatchUp();
            return _values.Span;
        }
    }

    /// <summary>Whether it has no numbers: weights of a layer that has none.</summary>
    public bool IsEmpty => Rows == 0 || Columns == 0;

    /// <summary>Decay λ of the tensor: every step multiplies it by (1 − λ) before the update, whatever the learning rate.</summary>
    public double Decay { get; set; }

    /// <summary>Factor on the optimizer's learning rate for this tensor.</summary>
    public double LearningRateScale { get; set; } = 1;

    /// <summary>Key under which the tensor is saved and its random stream is named, for example "K/2".</summary>
    public string Key => $"{Name}/{Layer}";

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        IsBehind = false;
        _deferred?.Dispose();
        _values.Dispose();
    }

    /// <summary>The numbers as a matrix [<see cref="Rows"/>, <see cref="Columns"/>], for kernels such as <see cref="Gemm"/>. Ask anew after a learning step.</summary>
    public ReadOnlyMatrixSpan<T> View => new(Values, Rows, Columns);

    /// <summary>Whether a step waits for the next reader (<see cref="DeferredDescent{T}"/>).</summary>
    internal bool IsBehind { get; private set; }

    /// <summary>keep W + c post' pre becomes the parameter's value as soon as somebody reads it.</summary>
    internal void Defer(T keep, T coefficient, ReadOnlySpan<T> post, ReadOnlySpan<T> pre, int threads)
    {
        CatchUp();
        _deferred ??= new DeferredDescent<T>(Rows, Columns);
        _deferred.Set(keep, coefficient, post, pre, threads);
        IsBehind = true;
    }

    /// <summary>y += W x for one sample, in lanes (<see cref="Gemv"/>), together with a deferred step.</summary>
    internal void MultiplyInto(ReadOnlySpan<T> x, Span<T> y, int threads)
    {
        if (!IsBehind)
        {
            Gemv.N<T>(new(_values.Span, Rows, Columns), x, y, T.One, T.One, threads);
            return;
        }
        IsBehind = false;
        _deferred!.MakeAndMultiply(_values, x, y);
    }

    /// <summary>Makes the deferred step, if there is one.</summary>
    internal void CatchUp()
    {
        if (!IsBehind)
            return;
        IsBehind = false;
        _deferred!.Make(_values);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Key} [{Rows}, {Columns}]";
}
