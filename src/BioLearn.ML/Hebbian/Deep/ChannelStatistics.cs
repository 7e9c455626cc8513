using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// Batch normalization without gain and shift (Ioffe and Szegedy 2015) of pictures that lie pixel by pixel: mean and variance of every channel, of a mini-batch and running,
/// by which pixels are normalized as (x − μ) / √(σ² + ε).
/// </summary>
internal sealed class ChannelStatistics<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Epsilon = 1e-5, Momentum = 0.1;

    private readonly int _channels;
    private readonly int _width;

    public ChannelStatistics(TensorShape pictures)
    {
        _channels = pictures.Channels;
        _width = pictures.Width;
        RunningMean = new double[_channels];
        RunningVariance = new double[_channels];
        Array.Fill(RunningVariance, 1);
        Mean = new T[_channels * _width];
        Inverse = new T[_channels * _width];
    }

    /// <summary>Running average of the mini-batches' means, a channel each; 0 before there is one.</summary>
    public double[] RunningMean { get; }

    /// <summary>Running average of their variances, unbiased; 1 before there is one.</summary>
    public double[] RunningVariance { get; }

    /// <summary>μ of what was asked for last, a channel each, repeated for every pixel of a row.</summary>
    public T[] Mean { get; }

    /// <summary>1 / √(σ² + ε), in the same way.</summary>
    public T[] Inverse { get; }

    /// <summary>Takes mean and variance of a mini-batch, and lets the running averages follow. A single number a channel has no variance: it is normalized by the running ones.</summary>
    /// <param name="pictures">[pictures, rows, columns, channels].</param>
    public void Follow(ReadOnlySpan<T> pictures)
    {
        int count = pictures.Length / _channels;
        if (count == 1)
        {
            UseRunning();
            return;
        }
        double[] mean = Sums(pictures, static (row, _) => row, []);
        TensorPrimitives.Divide(mean, count, mean);
        Repeat(mean, Mean);
        T[] deviations = new T[Mean.Length];
        double[] variance = Sums(pictures, (row, scratch) =>
        {
            TensorPrimitives.Subtract(row, Mean, scratch);
            TensorPrimitives.Multiply<T>(scratch, scratch, scratch);
            return scratch;
        }, deviations);
        TensorPrimitives.Divide(variance, count, variance);
        for (int c = 0; c < _channels; c++)
        {
            RunningMean[c] = ((1 - Momentum) * RunningMean[c]) + (Momentum * mean[c]);
            RunningVariance[c] = ((1 - Momentum) * RunningVariance[c]) + (Momentum * variance[c] * count / (count - 1.0));
        }
        Repeat(Array.ConvertAll(variance, Inverted), Inverse);
    }

    /// <summary>Goes over to the running averages.</summary>
    public void UseRunning()
    {
        Repeat(RunningMean, Mean);
        Repeat(Array.ConvertAll(RunningVariance, Inverted), Inverse);
    }

    private delegate ReadOnlySpan<T> Change(ReadOnlySpan<T> row, Span<T> scratch);

    /// <summary>Sums of every channel: of a row of a picture in T, of rows in double.</summary>
    private double[] Sums(ReadOnlySpan<T> pictures, Change change, Span<T> scratch)
    {
        int row = _width * _channels;
        double[] places = new double[row], sums = new double[_channels], wide = new double[row];
        for (int start = 0; start < pictures.Length; start += row)
        {
            TensorPrimitives.ConvertTruncating(change(pictures.Slice(start, row), scratch), wide.AsSpan());
            TensorPrimitives.Add(places, wide, places);
        }
        for (int i = 0; i < row; i++)
            sums[i % _channels] += places[i];
        return sums;
    }

    private void Repeat(double[] channels, T[] row)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] = T.CreateChecked(channels[i % _channels]);
    }

    private static double Inverted(double variance) => 1 / Math.Sqrt(variance + Epsilon);
}
