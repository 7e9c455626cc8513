using BioLearn.Kernels.Sparse;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>Mean, spread and range of features over the training rows; of an image, of its channels.</summary>
internal sealed class FeatureStatistics
{
    private readonly double[] _sum, _sumOfSquares, _shift;
    private readonly float[] _minimum, _maximum;
    private readonly long[] _zeros;
    private long _count;

    private FeatureStatistics(int width, int groups)
    {
        Width = width;
        Groups = groups;
        FeaturesPerGroup = width / groups;
        (_sum, _sumOfSquares, _shift) = (new double[groups], new double[groups], new double[groups]);
        (_minimum, _maximum, _zeros) = (new float[groups], new float[groups], new long[groups]);
        Array.Fill(_minimum, float.PositiveInfinity);
        Array.Fill(_maximum, float.NegativeInfinity);
    }

    public int Width { get; }

    public int Groups { get; }

    public int FeaturesPerGroup { get; }

    /// <summary>Whether all rows are kept sparse.</summary>
    public bool AreSparse { get; private set; } = true;

    public double ShareOfZeros => (double)_zeros.Sum() / (_count * Groups);

    public double ShareOfZerosIn(int group) => (double)_zeros[group] / _count;

    public double LargestMagnitude => Enumerable.Range(0, Groups).Max(g => Math.Max(Math.Abs((double)_minimum[g]), Math.Abs((double)_maximum[g])));

    /// <summary>How far features lie from zero, in deviations: the root of the mean square over those that vary.</summary>
    public double Eccentricity
    {
        get
        {
            double[] squares = [.. Enumerable.Range(0, Groups).Where(g => _maximum[g] > _minimum[g]).Select(g => Math.Pow(Mean(g) / Deviation(g, Mean(g)), 2))];
            return squares.Length == 0 ? 0 : Math.Sqrt(squares.Average());
        }
    }

    public double Mean(int group) => _shift[group] + (_sum[group] / _count);

    public double Minimum(int group) => _minimum[group];

    public double Maximum(int group) => _maximum[group];

    /// <summary>Root of the mean squared distance from <paramref name="middle"/>.</summary>
    public double Deviation(int group, double middle)
    {
        double mean = _sum[group] / _count, variance = Math.Max(0, (_sumOfSquares[group] / _count) - (mean * mean)), off = Mean(group) - middle;
        return Math.Sqrt(variance + (off * off));
    }

    public static FeatureStatistics Of(int width, IEnumerable<TrainingData> blocks, TensorShape? shape)
    {
        FeatureStatistics statistics = new(width, shape is { IsVector: false } image ? image.Channels : width);
        foreach (TrainingData block in blocks)
        {
            if (block.Sparse is { } sparse)
                statistics.AddSparse(sparse);
            else
                statistics.AddDense(block.Features.Span);
        }
        return statistics;
    }

    private void AddDense(ReadOnlySpan<float> all)
    {
        // Squares of numbers far from zero lose their variance: distances from the first row keep it.
        for (int g = 0; g < Groups && _count == 0; g++)
            _shift[g] = all[g * FeaturesPerGroup];
        AreSparse = false;
        _count += all.Length / Width * FeaturesPerGroup;
        for (int start = 0; start < all.Length; start += Width)
        {
            for (int g = 0, i = start; g < Groups; g++)
            {
                for (int end = i + FeaturesPerGroup; i < end; i++)
                    Add(g, all[i]);
            }
        }
    }

    private void AddSparse(SparseRows<float> rows)
    {
        long[] set = new long[Groups];
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<int> columns = rows.Columns(row);
            ReadOnlySpan<float> values = rows.Values(row);
            for (int i = 0; i < columns.Length; i++)
            {
                int g = columns[i] / FeaturesPerGroup;
                set[g]++;
                Add(g, values[i]);
            }
        }
        long count = (long)rows.Count * FeaturesPerGroup;
        _count += count;
        for (int g = 0; g < Groups; g++)
        {
            long unset = count - set[g];
            if (unset == 0)
                continue;
            _zeros[g] += unset;
            // Zeros are far from the first row where that was dense.
            _sum[g] -= unset * _shift[g];
            _sumOfSquares[g] += unset * _shift[g] * _shift[g];
            (_minimum[g], _maximum[g]) = (Math.Min(_minimum[g], 0), Math.Max(_maximum[g], 0));
        }
    }

    private void Add(int group, float value)
    {
        double distance = value - _shift[group];
        _sum[group] += distance;
        _sumOfSquares[group] += distance * distance;
        _minimum[group] = Math.Min(_minimum[group], value);
        _maximum[group] = Math.Max(_maximum[group], value);
        _zeros[group] += value == 0 ? 1 : 0;
    }
}
