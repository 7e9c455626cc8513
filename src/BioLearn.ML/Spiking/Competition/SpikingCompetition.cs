using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Spiking;

[assembly: LoadableComponent<UnsupervisedTransformer<SpikingCompetition>>]

namespace BioLearn.ML.Spiking;

/// <summary>
/// Spiking neurons that have competed for the training rows (Diehl and Cook 2015): its output is how often each fires while a row is shown. The spikes of a row's
/// features are drawn from the row itself, so that the same row makes the same spikes wherever it stands.
/// </summary>
public sealed class SpikingCompetition : IFeatureModel<SpikingCompetition>
{
    private readonly float[] _weights; // [features, units]
    private readonly float[] _theta;
    private readonly CompetitionSetting _setting;
    private readonly int _seed;

    private SpikingCompetition(float[] weights, float[] theta, CompetitionSetting setting, int seed) => (_weights, _theta, _setting, _seed) = (weights, theta, setting, seed);

    /// <inheritdoc/>
    public int FeatureCount => _weights.Length / UnitCount;

    /// <summary>Number of excitatory neurons.</summary>
    public int UnitCount => _theta.Length;

    static string IFeatureModel<SpikingCompetition>.ComponentName => "BioLearn.SpikingCompetition";

    IReadOnlyList<FeatureOutput> IFeatureModel<SpikingCompetition>.Outputs => [FeatureOutput.Vector(UnitCount)];

    /// <summary>W, [units, features] row by row, from 0 to 1; a copy.</summary>
    /// <returns>The weights.</returns>
    public float[] GetWeights()
    {
        float[] weights = new float[_weights.Length];
        for (int n = 0; n < UnitCount; n++)
        {
            for (int i = 0; i < FeatureCount; i++)
                weights[(n * FeatureCount) + i] = _weights[(i * UnitCount) + n];
        }
        return weights;
    }

    /// <summary>θ, a neuron each, in millivolts: its threshold lies at θ − 72 mV; a copy.</summary>
    /// <returns>The adaptive parts of the thresholds.</returns>
    public float[] GetThresholds() => [.. _theta];

    /// <summary>W [units, features] and theta [units].</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors() => new NamedTensors().Add<float>("W", GetWeights(), UnitCount, FeatureCount).Add<float>("theta", _theta, UnitCount);

    internal static SpikingCompetition Learn(SpikingCompetitionOptions options, UnsupervisedContext context)
    {
        int features = context.Rows.Width, units = options.NumberOfUnits;
        Guard.Connections(features, units, nameof(options.NumberOfUnits));
        MemoryLimit.Require(2L * sizeof(float) * features * units, $"{units} units of {features} features", "A smaller NumberOfUnits takes less.");
        (float[] weights, float[] theta) = CompetingSpikes.Start(features, units, context.Seed);
        CompetingSpikes network = new(features, units, options.Setting, weights, theta) { Interruption = context.Run.ThrowIfCancelled };
        CompetitionLearning learning = CompetitionLearning.Of(options, features);
        float[] row = new float[features], counts = new float[units];
        long shown = 0, done = 0;
        new EpochLoop(context, batchSize: 1, options.NumberOfEpochs).Run(
            _ => row,
            _ => shown += network.Show(row, new RandomStream(context.Seed, $"spikes/{done++}"), learning, counts),
            () =>
            {
                // As a loss: presentations that a row needs, 1 where every row makes enough spikes.
                double mean = (double)shown / context.Rows.Count;
                shown = 0;
                return (mean, null);
            });
        return new(weights, theta, options.Setting, context.Seed);
    }

    FeatureMapper IFeatureModel<SpikingCompetition>.CreateMapper(int capacity)
    {
        CompetingSpikes network = new(FeatureCount, UnitCount, _setting, _weights, _theta);
        return (features, rows, outputs) =>
        {
            for (int r = 0; r < rows && outputs[0].Length > 0; r++)
            {
                ReadOnlySpan<float> row = features.Slice(r * FeatureCount, FeatureCount);
                RandomStream stream = new(_seed, $"spikes/of/{Hash(row):x16}");
                network.Show(row, stream, learning: null, outputs[0].AsSpan(r * UnitCount, UnitCount));
            }
        };
    }

    /// <summary>FNV-1a over the bits of the numbers.</summary>
    private static ulong Hash(ReadOnlySpan<float> row)
    {
        ulong hash = 14695981039346656037;
        foreach (float value in row)
            hash = (hash ^ BitConverter.SingleToUInt32Bits(value)) * 1099511628211;
        return hash;
    }

    void IFeatureModel<SpikingCompetition>.Save(ModelWriter writer)
    {
        writer.Fields.Write(UnitCount);
        writer.Fields.Write(_seed);
        writer.Fields.Write(_setting.TimeStep);
        writer.Fields.Write(_setting.PresentationTime);
        writer.Fields.Write(_setting.MaximumRate);
        writer.Fields.Write(_setting.LeastSpikes);
        writer.Fields.Write(_setting.ExcitatoryWeight);
        writer.Fields.Write(_setting.InhibitoryWeight);
        writer.WriteTensor<float>("Thresholds", _theta);
        writer.WriteTensor<float>("Weights", _weights);
    }

    static SpikingCompetition IFeatureModel<SpikingCompetition>.Load(ModelReader reader)
    {
        int units = reader.ReadCount("units", 2, int.MaxValue), seed = reader.Fields.ReadInt32();
        CompetitionSetting setting = new(reader.Fields.ReadSingle(), reader.Fields.ReadSingle(), reader.Fields.ReadSingle(), reader.Fields.ReadInt32(), reader.Fields.ReadSingle(), reader.Fields.ReadSingle());
        if (!(setting.TimeStep is > 0 and <= 1 && setting.PresentationTime >= setting.TimeStep && setting.PresentationTime / setting.TimeStep <= CompetitionSetting.MostSteps && setting.MaximumRate > 0 && float.IsFinite(setting.MaximumRate)))
            throw reader.Damaged($"steps of {setting.TimeStep} ms, presentations of {setting.PresentationTime} ms and rates of {setting.MaximumRate} Hz are not possible");
        float[] theta = reader.ReadTensor<float>("Thresholds", units), weights = reader.ReadTensor<float>("Weights");
        return weights.Length > 0 && weights.Length % units == 0 ? new(weights, theta, setting, seed) : throw reader.Damaged($"{weights.Length} weights do not fit {units} units");
    }
}
