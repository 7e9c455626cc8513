using System.Numerics;
using BioLearn.Kernels.Convolution;
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
    private readonly Lock _turning = new();
    private DeferredDescent<T>? _deferred;
    private NativeBuffer<T>? _turned;
    private UnmanagedMemory<T>? _memory;
    private T[] _rates = [];
    private bool _rowsAreBehind, _turnedIsBehind;

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
    /// The numbers, [<see cref="Rows"/>, <see cref="Columns"/>], row by row. Ask anew after a learning step, and before you write again: a step
    /// may be made when somebody asks, and what was computed from the numbers before (gates of instructions) is then known to be old.
    /// </summary>
    public Span<T> Values
    {
        get
        {
            CatchUp();
            _turnedIsBehind = true; // whoever asks may write
            Version++;
            return _values.Span;
        }
    }

    /// <summary>The numbers where they lie, up to date, for those who keep a view from call to call and only read.</summary>
    internal unsafe ReadOnlyMemory<T> Memory
    {
        get
        {
            CatchUp();
            return (_memory ??= new UnmanagedMemory<T>(_values.Pointer, _values.Length)).Memory;
        }
    }

    /// <summary>Grows whenever the numbers may have changed.</summary>
    internal long Version { get; private set; }

    /// <summary><see cref="Values"/> for those who only read.</summary>
    internal ReadOnlySpan<T> Numbers
    {
        get
        {
            CatchUp();
            return _values.Span;
        }
    }

    /// <summary>Number of values.</summary>
    internal int Length => _values.Length;

    /// <summary>Whether numbers have rates of their own.</summary>
    internal bool HasRates => _rates.Length > 0;

    /// <summary>Whether it has no numbers: weights of a layer that has none.</summary>
    public bool IsEmpty => Rows == 0 || Columns == 0;

    /// <summary>Decay λ of the tensor: every step multiplies it by (1 − λ) before the update, whatever the learning rate.</summary>
    public double Decay { get; set; }

    /// <summary>Factor on the optimizer's learning rate for this tensor.</summary>
    public double LearningRateScale { get; set; } = 1;

    /// <summary>Factor on each number's own step, [<see cref="Rows"/>, <see cref="Columns"/>]; empty where all are 1.</summary>
    public ReadOnlySpan<T> Rates => _rates;

    /// <summary>
    /// Gives each number a factor on its step, whatever the optimizer and the decay make of it: 0 holds it where it is, so that zeros and ones are a
    /// mask. With weights of 0 they are synapses that do not exist. Models do not save factors; give them to every trainer's network anew.
    /// </summary>
    /// <param name="factors">[<see cref="Rows"/>, <see cref="Columns"/>], each at least 0; empty for 1 everywhere.</param>
    /// <exception cref="ArgumentException">There are not as many, or one is below 0 or no number.</exception>
    public void SetRates(ReadOnlySpan<T> factors)
    {
        if (factors.Length != 0 && factors.Length != Length)
            throw new ArgumentException($"There are {factors.Length} factors for the {Length} numbers of {this}.", nameof(factors));
        foreach (T factor in factors)
        {
            if (!(factor >= T.Zero) || !T.IsFinite(factor))
                throw new ArgumentException($"A factor of {this} is {factor}; expected numbers of at least 0.", nameof(factors));
        }
        CatchUp();
        _rates = factors.ToArray();
    }

    /// <summary>Key under which the tensor is saved and its random stream is named, for example "K/2".</summary>
    public string Key => $"{Name}/{Layer}";

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        IsBehind = false;
        Lagging = null;
        _deferred?.Dispose();
        _turned?.Dispose();
        _values.Dispose();
    }

    /// <summary>The numbers as a matrix [<see cref="Rows"/>, <see cref="Columns"/>], for kernels such as <see cref="Gemm"/>. Ask anew after a learning step.</summary>
    public ReadOnlyMatrixSpan<T> View => new(Numbers, Rows, Columns);

    /// <summary>An optimizer that moves columns only when they are met; it makes the steps that a column has missed.</summary>
    internal IColumnDescent<T>? Lagging { get; set; }

    /// <summary>
    /// The numbers column by column, [<see cref="Columns"/>, <see cref="Rows"/>], to be written: what sparse rows meet. Only the columns asked
    /// for are up to date, and only they may be read or written.
    /// </summary>
    internal MatrixSpan<T> Turned(ReadOnlySpan<int> columns)
    {
        NativeBuffer<T> turned = Turn(columns);
        _rowsAreBehind = true;
        Version++;
        return new(turned.Span, Columns, Rows);
    }

    /// <summary>The numbers column by column, [<see cref="Columns"/>, <see cref="Rows"/>], to be read; only the columns asked for are up to date. Readers of a network that nobody teaches may be many at once.</summary>
    internal ReadOnlyMatrixSpan<T> TurnedView(ReadOnlySpan<int> columns) => new(Turn(columns).Span, Columns, Rows);

    /// <summary>Gives back the memory of <see cref="Turned"/>.</summary>
    internal void ForgetTurned()
    {
        CatchUp();
        _turned?.Dispose();
        _turned = null;
    }

    /// <summary>Whether a step waits for the next reader (<see cref="DeferredDescent{T}"/>).</summary>
    internal bool IsBehind { get; private set; }

    /// <summary>keep W + c post' pre becomes the parameter's value as soon as somebody reads it.</summary>
    internal void Defer(T keep, T coefficient, ReadOnlySpan<T> post, ReadOnlySpan<T> pre, int threads)
    {
        CatchUp();
        _deferred ??= new DeferredDescent<T>(Rows, Columns);
        _deferred.Set(keep, coefficient, post, pre, threads);
        IsBehind = true;
        Version++;
    }

    /// <summary>y += W x for one sample, in lanes (<see cref="Gemv"/>), together with a deferred step.</summary>
    internal void MultiplyInto(ReadOnlySpan<T> x, Span<T> y, int threads)
    {
        if (!IsBehind)
        {
            Gemv.N<T>(View, x, y, T.One, T.One, threads);
            return;
        }
        IsBehind = false;
        _turnedIsBehind = true;
        _deferred!.MakeAndMultiply(_values, x, y);
    }

    /// <summary>Makes all steps that wait, and brings the rows up to date.</summary>
    internal unsafe void CatchUp()
    {
        if (IsBehind)
        {
            IsBehind = false;
            _turnedIsBehind = true;
            _deferred!.Make(_values);
        }
        // Only what was written column by column can lag.
        if (!_rowsAreBehind)
            return;
        Lagging?.CatchUp(new MatrixSpan<T>(_turned!.Span, Columns, Rows));
        _rowsAreBehind = false;
        Transposition.Run(Columns, Rows, _turned!.Pointer, Rows, _values.Pointer, Columns);
    }

    private unsafe NativeBuffer<T> Turn(ReadOnlySpan<int> columns)
    {
        if (IsBehind)
            CatchUp();
        if (Volatile.Read(ref _turned) is null || Volatile.Read(ref _turnedIsBehind))
        {
            lock (_turning)
            {
                if (_turned is null || _turnedIsBehind)
                {
                    NativeBuffer<T> turned = _turned ?? new NativeBuffer<T>(_values.Length);
                    Transposition.Run(Rows, Columns, _values.Pointer, Columns, turned.Pointer, Rows);
                    Volatile.Write(ref _turned, turned);
                    Volatile.Write(ref _turnedIsBehind, false);
                }
            }
        }
        Lagging?.CatchUp(new MatrixSpan<T>(_turned!.Span, Columns, Rows), columns);
        return _turned!;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Key} [{Rows}, {Columns}]";
}
