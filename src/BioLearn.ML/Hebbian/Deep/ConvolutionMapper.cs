using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>A learned layer at work on one picture at a time. Holds the memory of one picture and serves one thread.</summary>
internal sealed class ConvolutionMapper
{
    private readonly LearnedConvolution _layer;
    private readonly PixelWindows<float> _windows;
    private readonly ChannelStatistics<float> _statistics;
    private readonly float[] _patches; // [places, patch]
    private readonly float[] _currents; // [places, units]

    public ConvolutionMapper(LearnedConvolution layer)
    {
        _layer = layer;
        _windows = new(layer.Stage);
        _statistics = new(layer.Stage.Input);
        layer.Mean.CopyTo(_statistics.RunningMean, 0);
        layer.Variance.CopyTo(_statistics.RunningVariance, 0);
        _statistics.UseRunning();
        _patches = new float[checked(layer.Stage.PlaceCount * layer.Stage.Length)];
        _currents = new float[checked(layer.Stage.PlaceCount * layer.Stage.Units)];
        Output = new float[layer.Stage.Output.Size];
    }

    /// <summary>What came out for the last picture, [rows, columns, units].</summary>
    public float[] Output { get; }

    /// <param name="picture">[rows, columns, channels].</param>
    public void Map(ReadOnlySpan<float> picture)
    {
        CompetitiveStage stage = _layer.Stage;
        _windows.Unfold(picture, stage.Normalize ? _statistics.Mean : [], stage.Normalize ? _statistics.Inverse : [], _patches);
        MatrixSpan<float> currents = new(_currents, stage.PlaceCount, stage.Units);
        Gemm.Packed(new ReadOnlyMatrixSpan<float>(_patches, stage.PlaceCount, stage.Length), _layer.Packed, currents);
        CompetitiveActivations.Apply(stage.Activation, (float)stage.ActivationPower, currents);
        _windows.Pool(_currents, Output);
    }
}
