using System.Numerics;
using BioLearn.Kernels.Sparse;
using BioLearn.Kernels.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.ML.Networks;

/// <summary>
/// Gathers rows of <see cref="Samples{T}"/> into one batch. A batch that a fully connected layer reads is kept as what is set in it where the
/// rows are sparse, or dense with enough zeros; either way each sum is the same chain, so that the choice changes no rounding of it.
/// </summary>
/// <remarks>
/// Dense rows are looked through when they are gathered. The share of set numbers at which the way of sparse rows begins is below that at
/// which it ends, so that data near the limit do not turn the weights back and forth. The data of an epoch alone decide.
/// </remarks>
internal sealed unsafe class MiniBatch<T>(NetworkSpec spec, int capacity, int threads = 1) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Share of set numbers up to which dense rows begin to be taken as sparse ones, and up to which they go on to be.</summary>
    private const double Thin = 0.25, NoLongerThin = 0.4;

    /// <summary>Features from which it pays to look.</summary>
    private const int Wide = 64;

    private readonly bool _readsSets = spec.Graph.Any(l => l.Source == 0 && l.IsFullyConnected);
    private NativeBuffer<T>? _input;
    private SparseBatch<T>? _sparse;
    private bool _thin;
    private readonly NativeBuffer<T> _target = new(checked(capacity * spec.Outputs));
    private readonly NativeBuffer<T> _weights = new(capacity);
    private BatchInstructions<T>? _instructions;
    private readonly bool[] _mask = new bool[checked(capacity * spec.Outputs)];
    private bool _weighted, _instructed, _masked;
    private int _count;

    public int Capacity => capacity;

    public Signal<T> Input => _thin ? new(_sparse!, _count, spec.Input.Size) : new(Dense, _count, spec.Input.Size);

    public Signal<T> Target => new(_target, _count, spec.Outputs);

    public Signal<T> Weights => _weighted ? new(_weights, _count, 1) : default;

    /// <summary>Which outputs have a target, [rows, outputs]; empty where all have one.</summary>
    public ReadOnlySpan<bool> TargetMask => _masked ? _mask.AsSpan(0, _count * spec.Outputs) : default;

    /// <summary>What the samples are asked; null for nothing.</summary>
    public BatchInstructions<T>? Instructions => _instructed ? _instructions : null;

    /// <summary>Forgets how the batch before was kept.</summary>
    public void BeginEpoch() => _thin = false;

    public void Gather(in Samples<T> samples, ReadOnlySpan<int> rows)
    {
        if (rows.Length < 1 || rows.Length > capacity)
            throw new ArgumentException($"There are {rows.Length} rows; expected 1 to {capacity}, the batch size.", nameof(rows));
        if (samples.Width != spec.Input.Size || (samples.Classes.IsEmpty && samples.Targets.Length != (long)samples.Count * spec.Outputs))
        {
            throw new ArgumentException(
                $"{samples.Count} rows have {samples.Width} features each and {samples.Targets.Length} targets; expected {spec.Input.Size} features a row, and a class or {spec.Outputs} targets.", nameof(samples));
        }
        _count = rows.Length;
        _weighted = !samples.Weights.IsEmpty;
        _masked = !samples.TargetMask.IsEmpty;
        _instructed = samples.Instructions is not null;
        if (samples.Instructions is { } instructions)
            RoomForInstructions(instructions.Width).Gather(instructions, rows);
        int outputs = spec.Outputs;
        GatherFeatures(samples, rows);
        ReadOnlySpan<T> targets = samples.Targets.Span, weights = samples.Weights.Span;
        ReadOnlySpan<int> classes = samples.Classes.Span;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            if (classes.IsEmpty)
                targets.Slice(row * outputs, outputs).CopyTo(Target.Row(i));
            else
                OneHot(classes[row], Target.Row(i));
            if (_weighted)
                _weights.Span[i] = weights[row];
            if (_masked)
                samples.TargetMask.Span.Slice(row * outputs, outputs).CopyTo(_mask.AsSpan(i * outputs));
        }
    }

    /// <summary>Takes rows as they come, without targets.</summary>
    public void Fill(ReadOnlySpan<T> features, int rows, FeatureMap? map = null)
    {
        _count = rows;
        _weighted = _instructed = _masked = false;
        features.CopyTo(Dense.Span);
        for (int i = 0; i < rows; i++)
            map?.Apply(Dense.Span.Slice(i * spec.Input.Size, spec.Input.Size));
        LookForZeros();
    }

    /// <summary>Takes sparse rows as they come, without targets.</summary>
    public void Fill(SparseRows<T> rows, FeatureMap? map = null)
    {
        _count = rows.Count;
        _weighted = _instructed = _masked = false;
        if (_readsSets && map is not { KeepsZeros: false })
        {
            BeginSets();
            for (int i = 0; i < _count; i++)
                _sparse!.Add(rows.Columns(i), rows.Values(i), map);
            _sparse!.Complete();
            return;
        }
        _thin = false;
        for (int i = 0; i < _count; i++)
        {
            rows.CopyTo(i, Dense.Span.Slice(i * rows.Width, rows.Width));
            map?.Apply(Dense.Span.Slice(i * rows.Width, rows.Width));
        }
    }

    /// <summary>Takes rows as they come.</summary>
    /// <exception cref="ArgumentException">A length does not fit the network.</exception>
    public void Fill(ReadOnlySpan<T> features, ReadOnlySpan<T> targets = default, ReadOnlySpan<T> weights = default)
    {
        int rows = features.Length / spec.Input.Size;
        if (rows < 1 || rows > capacity || features.Length != rows * spec.Input.Size)
            throw new ArgumentException($"There are {features.Length} features; expected {spec.Input.Size} for each of 1 to {capacity} rows.", nameof(features));
        if (!targets.IsEmpty && targets.Length != rows * spec.Outputs)
            throw new ArgumentException($"There are {targets.Length} targets; expected {spec.Outputs} for each of {rows} rows.", nameof(targets));
        if (!weights.IsEmpty && weights.Length != rows)
            throw new ArgumentException($"There are {weights.Length} weights; expected one for each of {rows} rows, or none.", nameof(weights));
        Fill(features, rows);
        targets.CopyTo(Target.Span);
        weights.CopyTo(_weights.Span);
        _weighted = !weights.IsEmpty;
    }

    /// <summary>Which outputs of the rows that were taken last have a target; empty where all have one.</summary>
    /// <exception cref="ArgumentException">There are more or fewer than outputs.</exception>
    public void Mask(ReadOnlySpan<bool> targetMask)
    {
        _masked = !targetMask.IsEmpty;
        if (!_masked)
            return;
        if (targetMask.Length != _count * spec.Outputs)
            throw new ArgumentException($"The mask of targets has {targetMask.Length} entries; expected {spec.Outputs} for each of {_count} rows, or none.", nameof(targetMask));
        targetMask.CopyTo(_mask);
    }

    /// <summary>What the rows that were taken last are asked, a vector a row.</summary>
    /// <exception cref="ArgumentException">There are more or fewer than rows.</exception>
    public void Instruct(ReadOnlySpan<T> vectors)
    {
        if (vectors.IsEmpty)
            return;
        if (vectors.Length % _count != 0)
            throw new ArgumentException($"There are {vectors.Length} numbers of instructions for {_count} rows; expected as many for each.", nameof(vectors));
        RoomForInstructions(vectors.Length / _count).Fill(vectors);
        _instructed = true;
    }

    public void Dispose()
    {
        _instructions?.Dispose();
        _input?.Dispose();
        _sparse?.Dispose();
        _target.Dispose();
        _weights.Dispose();
    }

    private BatchInstructions<T> RoomForInstructions(int width)
    {
        if (_instructions is null || _instructions.Vectors.Width != width)
        {
            _instructions?.Dispose();
            _instructions = new BatchInstructions<T>(capacity, width);
        }
        return _instructions;
    }

    private NativeBuffer<T> Dense => _input ??= new(checked(capacity * spec.Input.Size));

    private void GatherFeatures(in Samples<T> samples, ReadOnlySpan<int> rows)
    {
        int width = spec.Input.Size;
        if (samples.Sparse is { } sparse && _readsSets && samples.Map is not { KeepsZeros: false })
        {
            BeginSets();
            foreach (int row in rows)
                _sparse!.Add(sparse.Columns(row), sparse.Values(row), samples.Map);
            _sparse!.Complete();
            return;
        }
        fixed (int* indices = rows)
        {
            var job = new DenseRows<T> { Samples = samples, Rows = indices, Width = width, Dense = Dense };
            int worth = WorkSize.Threads(threads, 0, 2.0 * rows.Length * width * sizeof(T));
            Partitioner.For(rows.Length, Partitioner.Pieces(rows.Length, worth), worth, ref job);
        }
        LookForZeros();
    }

    private void BeginSets()
    {
        _sparse ??= new SparseBatch<T>(capacity, spec.Input.Size);
        _sparse.Clear();
        _thin = true;
    }

    private void LookForZeros()
    {
        int length = _count * spec.Input.Size, most = (int)(length * (_thin ? NoLongerThin : Thin));
        _thin = false;
        if (!_readsSets || spec.Input.Size < Wide)
            return;
        _sparse ??= new SparseBatch<T>(capacity, spec.Input.Size);
        _thin = _sparse.TryTake(Dense, _count, most);
        if (_thin)
            _sparse.Complete();
    }

    /// <summary>A single output is the probability of class 1.</summary>
    private static void OneHot(int @class, Span<T> target)
    {
        if (target.Length == 1)
        {
            target[0] = @class == 0 ? T.Zero : T.One;
            return;
        }
        target.Clear();
        target[@class] = T.One;
    }
}
