using BioLearn.Kernels.Linear;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>A layer of a competitive network that has learned.</summary>
/// <param name="rule">The field's name of the rule that taught it.</param>
/// <param name="stage">Sizes.</param>
/// <param name="weights">[units, row of the patch, column of it, channels].</param>
/// <param name="mean">Running mean of every channel that comes in.</param>
/// <param name="variance">Running variance.</param>
internal sealed class LearnedConvolution(string rule, CompetitiveStage stage, float[] weights, double[] mean, double[] variance)
{
    private readonly Lazy<PackedMatrix<float>> _packed = new(() => PackedMatrix<float>.PackTransposed(new(Effective(stage, weights), stage.Units, stage.Length)));

    public string Rule => rule;

    public CompetitiveStage Stage => stage;

    public double[] Mean => mean;

    public double[] Variance => variance;

    /// <summary>What makes the currents, in the order of products; the mappers share it.</summary>
    public PackedMatrix<float> Packed => _packed.Value;

    /// <summary>The weights channel by channel, [units, channels, rows, columns].</summary>
    public float[] WeightsByChannel()
    {
        float[] byChannel = new float[weights.Length];
        int channels = stage.Input.Channels, area = stage.KernelSize * stage.KernelSize;
        for (int unit = 0; unit < stage.Units; unit++)
            Planes.FromPixels<float>(weights.AsSpan(unit * stage.Length, stage.Length), channels, byChannel.AsSpan(unit * stage.Length, channels * area));
        return byChannel;
    }

    public void Save(ModelWriter writer)
    {
        writer.Fields.Write(rule);
        writer.WriteOptions(stage);
        writer.WriteTensor<float>("Weights", weights);
        writer.WriteTensor<double>("RunningMean", mean);
        writer.WriteTensor<double>("RunningVariance", variance);
    }

    public static LearnedConvolution Load(ModelReader reader, TensorShape? input)
    {
        string rule = reader.Fields.ReadString();
        CompetitiveStage stage = reader.ReadOptions<CompetitiveStage>("layer");
        try
        {
            Guard.Holds(stage.Input is { Channels: >= 1, Height: >= 1, Width: >= 1 } && (input is not { } below || below == stage.Input), stage.Input, $"must be {input?.ToString() ?? "at least one pixel"}", "Input");
            stage.Validate("layer");
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw reader.Damaged(error.Message);
        }
        float[] weights = reader.ReadTensor<float>("Weights");
        double[] mean = reader.ReadTensor<double>("RunningMean"), variance = reader.ReadTensor<double>("RunningVariance");
        return weights.Length == (long)stage.Units * stage.Length && mean.Length == stage.Input.Channels && variance.Length == mean.Length
            ? new(rule, stage, weights, mean, variance)
            : throw reader.Damaged($"{weights.Length} weights and statistics of {mean.Length} and {variance.Length} channels do not fit {stage.Units} units that see {stage.KernelSize} x {stage.KernelSize} pixels of {stage.Input}");
    }

    private static float[] Effective(CompetitiveStage stage, float[] weights)
    {
        if (stage.CurrentPower == 2)
            return weights;
        float[] effective = new float[weights.Length];
        CompetitiveLearner<float>.EffectiveWeights(weights, stage.CurrentPower, effective);
        return effective;
    }
}
