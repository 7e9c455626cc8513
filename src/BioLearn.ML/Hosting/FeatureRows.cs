using BioLearn.Kernels.Sparse;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>
/// Feature vectors in memory: dense, or what is set of them. A trainer that can learn from sparse rows gets them where vectors have at least
/// <see cref="Wide"/> features of which at most a quarter is set, however ML.NET hands them over; a set feature takes 8 bytes in place of 4.
/// </summary>
internal sealed class FeatureRows(int width, long rowCountHint, bool keepsSparse)
{
    /// <summary>Features from which rows may be kept sparse.</summary>
    public const int Wide = 64;

    private const int MostSet = 4, RowsToJudge = 64;

    private readonly int[] _columns = new int[keepsSparse && width >= Wide ? width : 0];
    private readonly float[] _values = new float[keepsSparse && width >= Wide ? width : 0];
    private SparseRows<float>? _sparse = keepsSparse && width >= Wide ? new(width) : null;
    private FloatRows? _dense = keepsSparse && width >= Wide ? null : new(width, rowCountHint);
    private long _checkedAt;

    public int Width => width;

    public int Count => _sparse?.Count ?? _dense!.Count;

    /// <summary>What is set; null where rows are kept dense. After the last row.</summary>
    public SparseRows<float>? Sparse => _sparse;

    /// <summary>All rows, [<see cref="Count"/>, <see cref="Width"/>]; sparse ones are spread out at the first call.</summary>
    public FloatRows Dense => _dense ??= Spread();

    /// <summary>Adds a row.</summary>
    /// <exception cref="InvalidOperationException">There is no memory for it.</exception>
    public void Add(in VBuffer<float> features)
    {
        if (_sparse is null)
        {
            features.CopyTo(_dense!.Add());
            return;
        }
        if (features.IsDense)
        {
            int set = SetNumbers.Copy(features.GetValues(), _columns, _values);
            _sparse.Add(_columns.AsSpan(0, set), _values.AsSpan(0, set));
        }
        else
            _sparse.Add(features.GetIndices(), features.GetValues());
        if (_sparse.Count % RowsToJudge == 0)
            Judge();
    }

    /// <summary>Says that there are no more rows.</summary>
    public void Complete() => Judge();

    private void Judge()
    {
        if (_sparse is not { } sparse)
            return;
        if (sparse.SetCount * MostSet > (long)sparse.Count * width)
        {
            _dense = Spread();
            _sparse = null;
            return;
        }
        // A look at the memory for every so many more numbers.
        const long step = 1 << 22;
        if (sparse.SetCount < _checkedAt + step)
            return;
        _checkedAt = sparse.SetCount;
        MemoryLimit.Require(
            step * (sizeof(int) + sizeof(float)),
            $"More than {sparse.Count} rows of {width} features ({sparse.SetCount} of them set, {MemoryLimit.Size(sparse.SetCount * (sizeof(int) + sizeof(float)))} so far)");
    }

    private FloatRows Spread()
    {
        SparseRows<float> sparse = _sparse!;
        FloatRows dense = new(width, Math.Max(sparse.Count, keepsSparse ? rowCountHint : 0));
        for (int row = 0; row < sparse.Count; row++)
            sparse.CopyTo(row, dense.Add());
        return dense;
    }
}
