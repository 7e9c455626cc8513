using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// One layer of a competitive network while it learns: the patches of all places of a mini-batch are the rows for which its units compete. Pictures lie pixel by pixel,
/// [pictures, rows, columns, channels], and so do weights, [units, row of the patch, column of it, channels].
/// </summary>
internal sealed class ConvolutionLearner<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CompetitiveLearner<T> _units;
    private readonly PixelWindows<T> _windows;
    private readonly T[] _output;
    private int _pictures;

    /// <param name="stage">Sizes.</param>
    /// <param name="rule">How units compete.</param>
    /// <param name="capacity">Pictures of the largest mini-batch.</param>
    /// <param name="threads">Threads that may work at once.</param>
    public ConvolutionLearner(CompetitiveStage stage, CompetitiveRule rule, int capacity, int threads = 1)
    {
        Stage = stage;
        _units = new(rule, stage.Length, stage.Units, checked(capacity * stage.PlaceCount), threads);
        _windows = new(stage);
        _output = new T[checked(capacity * stage.Output.Size)];
        Statistics = new(stage.Input);
    }

    public CompetitiveStage Stage { get; }

    public ChannelStatistics<T> Statistics { get; }

    public Span<T> Weights => _units.Parameters;

    /// <summary>Σ g (x − I w) over all places and pictures, [units, numbers of a patch].</summary>
    public MatrixSpan<T> Change => _units.Change;

    /// <summary>What goes to the next layer, [pictures, rows, columns, units].</summary>
    public ReadOnlySpan<T> Output => _output.AsSpan(0, _pictures * Stage.Output.Size);

    /// <summary>Learns from a mini-batch; what it puts out is that of the weights before.</summary>
    /// <param name="pictures">[pictures, rows, columns, channels].</param>
    /// <param name="count">Their number.</param>
    /// <param name="rate">η.</param>
    /// <param name="radiusPower">q.</param>
    /// <returns>The current of the winner, the mean over places and pictures.</returns>
    public double Learn(ReadOnlySpan<T> pictures, int count, T rate, T radiusPower)
    {
        Statistics.Follow(pictures);
        Place(pictures, count);
        _units.Compete();
        double winning = 0;
        for (int b = 0; b < _units.Currents.Rows; b++)
            winning += double.CreateTruncating(TensorPrimitives.Max<T>(_units.Currents.Row(b)));
        Answer();
        _units.Apply(rate, radiusPower);
        return winning / _units.Currents.Rows;
    }

    /// <summary>Only computes, as the finished layer does.</summary>
    /// <param name="pictures">[pictures, rows, columns, channels].</param>
    /// <param name="count">Their number.</param>
    public void Pass(ReadOnlySpan<T> pictures, int count)
    {
        Statistics.UseRunning();
        Place(pictures, count);
        _units.Flow();
        Answer();
    }

    public void Dispose() => _units.Dispose();

    private void Place(ReadOnlySpan<T> pictures, int count)
    {
        _pictures = count;
        int size = Stage.Input.Size, patches = Stage.PlaceCount * Stage.Length;
        Span<T> rows = _units.Begin(count * Stage.PlaceCount);
        ReadOnlySpan<T> mean = Stage.Normalize ? Statistics.Mean : [], inverse = Stage.Normalize ? Statistics.Inverse : [];
        for (int n = 0; n < count; n++)
            _windows.Unfold(pictures.Slice(n * size, size), mean, inverse, rows.Slice(n * patches, patches));
    }

    private void Answer()
    {
        CompetitiveActivations.Apply(Stage.Activation, T.CreateChecked(Stage.ActivationPower), _units.Currents);
        int places = Stage.PlaceCount * Stage.Units, size = Stage.Output.Size;
        for (int n = 0; n < _pictures; n++)
            _windows.Pool(_units.CurrentNumbers.Slice(n * places, places), _output.AsSpan(n * size, size));
    }
}
