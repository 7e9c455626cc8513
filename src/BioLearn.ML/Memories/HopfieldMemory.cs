using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;

[assembly: LoadableComponent<UnsupervisedTransformer<HopfieldMemory>>]

namespace BioLearn.ML.Memories;

/// <summary>A Hopfield network with the patterns that it stores; it completes a row by falling into the nearest of its attractors.</summary>
public sealed class HopfieldMemory : IFeatureModel<HopfieldMemory>
{
    private readonly float[] _patterns; // [count, features]; −1 and +1 unless modern
    private readonly double[] _weights; // [features, features]; empty if modern
    private readonly HopfieldSettings _settings;

    internal HopfieldMemory(HopfieldSettings settings, float[] patterns, int features, Action? interruption = null)
    {
        _settings = settings;
        _patterns = patterns;
        FeatureCount = features;
        _weights = settings.Rule == HopfieldRule.Modern ? [] : HopfieldWeights<double>.Store(
            settings.Rule, new(Array.ConvertAll(patterns, x => (double)x), PatternCount, features), interruption);
    }

    /// <inheritdoc/>
    public int FeatureCount { get; }

    /// <summary>How the patterns are stored.</summary>
    public HopfieldRule Rule => _settings.Rule;

    /// <summary>Number of stored patterns.</summary>
    public int PatternCount => _patterns.Length / FeatureCount;

    static string IFeatureModel<HopfieldMemory>.ComponentName => "BioLearn.HopfieldMemory";

    static bool IFeatureModel<HopfieldMemory>.TakesUnknownFeatures => true;

    IReadOnlyList<FeatureOutput> IFeatureModel<HopfieldMemory>.Outputs => [FeatureOutput.Vector(FeatureCount), FeatureOutput.Number, FeatureOutput.Flag];

    /// <summary>W, [features, features] row by row; empty for the modern rule. A copy.</summary>
    /// <returns>The weights.</returns>
    public double[] GetWeights() => [.. _weights];

    /// <summary>The stored patterns, [count, features] row by row: −1 and +1, or as they came for the modern rule. A copy.</summary>
    /// <returns>The patterns.</returns>
    public float[] GetPatterns() => [.. _patterns];

    /// <summary>The stored patterns [count, features] and, but for the modern rule, W [features, features] in double precision.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        NamedTensors tensors = new NamedTensors().Add<float>("patterns", _patterns, PatternCount, FeatureCount);
        return _weights.Length == 0 ? tensors : tensors.Add<double>("W", _weights, FeatureCount, FeatureCount);
    }

    /// <summary>Stores patterns.</summary>
    /// <param name="options">Rule, threshold and recall; columns are not used.</param>
    /// <param name="patterns">[count, <paramref name="features"/>] row by row, at least one: above the threshold +1, else −1; any finite numbers for the modern rule.</param>
    /// <param name="features">Elements of a pattern N, at least 1.</param>
    /// <returns>The memory. Weights of the classical rules take N² doubles, and time N² a pattern.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, there are no whole patterns, or an element is not finite.</exception>
    public static HopfieldMemory Store(HopfieldOptions options, ReadOnlySpan<float> patterns, int features)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateRecall();
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        if (patterns.IsEmpty || patterns.Length % features != 0)
            throw new ArgumentException($"must hold whole patterns of {features} elements, got {patterns.Length} elements", nameof(patterns));
        return TensorPrimitives.IsFiniteAll(patterns)
            ? Store(options, patterns.ToArray(), features, options.Seed ?? 0, null)
            : throw new ArgumentException("an element is missing or infinite", nameof(patterns));
    }

    /// <summary>Begins a recollection, to be followed step by step.</summary>
    /// <param name="cue">[<see cref="FeatureCount"/>]; elements that equal the threshold, or are NaN, are unknown.</param>
    /// <returns>The recollection, for one thread at a time.</returns>
    /// <exception cref="ArgumentException">The cue has another length.</exception>
    public HopfieldRecollection Recollect(ReadOnlySpan<float> cue)
    {
        HopfieldRecollection recollection = new(_settings, _weights, _patterns, FeatureCount);
        recollection.Begin(cue);
        return recollection;
    }

    internal static HopfieldMemory Store(HopfieldOptions options, UnsupervisedContext context)
    {
        HopfieldMemory memory = Store(options, context.Rows.Memory.ToArray(), context.Rows.Width, context.Seed, context.Run.ThrowIfCancelled);
        context.Run.Report(new TrainingProgress(1, 1, memory.Forgotten(context.Run)));
        return memory;
    }

    private static HopfieldMemory Store(HopfieldOptions options, float[] patterns, int features, int seed, Action? interruption)
    {
        int count = patterns.Length / features;
        double square = 0;
        for (int r = 0; r < count; r++)
            square += TensorPrimitives.SumOfSquares<float>(patterns.AsSpan(r * features, features));
        if (options.Rule != HopfieldRule.Modern)
        {
            for (int i = 0; i < patterns.Length; i++)
                patterns[i] = patterns[i] > options.Threshold ? 1 : -1;
        }
        double beta = options.InverseTemperature ?? (square > 0 ? 8 * count / square : 1);
        return new(new(options.Rule, options.Threshold, options.Synchronous, options.MaximumSweeps, (float)beta, seed), patterns, features, interruption);
    }

    FeatureMapper IFeatureModel<HopfieldMemory>.CreateMapper(int capacity)
    {
        HopfieldRecollection recollection = new(_settings, _weights, _patterns, FeatureCount);
        return (features, rows, outputs) =>
        {
            for (int r = 0; r < rows; r++)
            {
                recollection.Begin(features.Slice(r * FeatureCount, FeatureCount));
                recollection.Complete();
                if (outputs[0].Length > 0)
                    recollection.State.CopyTo(outputs[0].AsSpan(r * FeatureCount, FeatureCount));
                if (outputs[1].Length > 0)
                    outputs[1][r] = (float)recollection.Energy;
                if (outputs[2].Length > 0)
                    outputs[2][r] = recollection.Converged ? 1 : 0;
            }
        };
    }

    static int IFeatureModel<HopfieldMemory>.Version => 2; // names where 1 has numbers

    void IFeatureModel<HopfieldMemory>.Save(ModelWriter writer)
    {
        _settings.Write(writer);
        writer.Fields.Write(FeatureCount);
        writer.WriteTensor<float>("Patterns", _patterns);
    }

    static HopfieldMemory IFeatureModel<HopfieldMemory>.Load(ModelReader reader)
    {
        HopfieldSettings settings = HopfieldSettings.Read(reader);
        int features = reader.ReadCount("features", 1, 1 << 15);
        float[] patterns = reader.ReadTensor<float>("Patterns");
        if (patterns.Length == 0 || patterns.Length % features != 0 || !TensorPrimitives.IsFiniteAll<float>(patterns))
            throw reader.Damaged($"{patterns.Length} pattern values are no finite patterns of {features}");
        return new(settings, patterns, features);
    }

    /// <summary>
    /// What is lost when the memory is given its own patterns, the first hundred: of signs the share that changes, of the modern memory's real
    /// numbers the distance from what was stored, as a share of the patterns' length.
    /// </summary>
    private double Forgotten(TrainingRun run)
    {
        int count = Math.Min(100, PatternCount);
        bool modern = _settings.Rule == HopfieldRule.Modern;
        HopfieldRecollection recollection = new(_settings, _weights, _patterns, FeatureCount);
        double lost = 0, whole = 0;
        for (int p = 0; p < count; p++)
        {
            run.ThrowIfCancelled();
            ReadOnlySpan<float> pattern = _patterns.AsSpan(p * FeatureCount, FeatureCount);
            recollection.Begin(modern ? pattern : Shifted(pattern));
            recollection.Complete();
            ReadOnlySpan<float> completed = recollection.State;
            for (int i = 0; i < completed.Length; i++)
            {
                double difference = completed[i] - pattern[i];
                lost += modern ? difference * difference : MathF.Sign(completed[i]) == MathF.Sign(pattern[i]) ? 0 : 1;
                whole += modern ? (double)pattern[i] * pattern[i] : 1;
            }
        }
        double share = whole > 0 ? lost / whole : 0;
        if (modern)
            share = Math.Sqrt(share);
        if (share > 0.01)
        {
            string what = modern ? $"what the memory gives back is {share:P1} of their length away" : $"the memory changes {share:P1} of their elements";
            run.Warning($"Given its own patterns, {what}: {PatternCount} patterns of {FeatureCount} elements are too many or too alike for {Rule}{(modern ? " at this InverseTemperature" : "")}.");
        }
        return share;
    }

    private float[] Shifted(ReadOnlySpan<float> pattern)
    {
        float[] features = pattern.ToArray();
        TensorPrimitives.Add(features, _settings.Threshold, features);
        return features;
    }
}

/// <summary>How a memory stores and recalls.</summary>
internal sealed record HopfieldSettings(HopfieldRule Rule, float Threshold, bool Synchronous, int MaximumSweeps, float Beta, int Seed)
{
    public void Write(ModelWriter writer)
    {
        BinaryWriter fields = writer.Fields;
        writer.WriteName(Rule);
        fields.Write(Threshold);
        fields.Write(Synchronous);
        fields.Write(MaximumSweeps);
        fields.Write(Beta);
        fields.Write(Seed);
    }

    public static HopfieldSettings Read(ModelReader reader) => new(
        reader.ReadName("rule", namedSince: 2, [HopfieldRule.Hebb, HopfieldRule.Storkey, HopfieldRule.PseudoInverse, HopfieldRule.Modern]),
        reader.Fields.ReadSingle(),
        reader.Fields.ReadBoolean(),
        reader.ReadCount("sweeps", 1, int.MaxValue),
        reader.Fields.ReadSingle(),
        reader.Fields.ReadInt32());
}
