using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Memories;

[assembly: LoadableComponent<UnsupervisedTransformer<HopfieldMemory>>]

namespace BioLearn.ML.Memories;

/// <summary>A Hopfield network with the patterns that it stores; it completes a row by falling into the nearest of its attractors.</summary>
public sealed class HopfieldMemory : IFeatureModel<HopfieldMemory>
{
    /// <summary>The modern rule has come to rest when no element changes by more than this share of the largest stored number.</summary>
    private const float Rest = 1e-5f;

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

    internal static HopfieldMemory Store(HopfieldOptions options, UnsupervisedContext context)
    {
        FloatRows rows = context.Rows;
        float[] patterns = rows.Memory.ToArray();
        double square = 0;
        for (int r = 0; r < rows.Count; r++)
            square += TensorPrimitives.SumOfSquares<float>(patterns.AsSpan(r * rows.Width, rows.Width));
        if (options.Rule != HopfieldRule.Modern)
        {
            for (int i = 0; i < patterns.Length; i++)
                patterns[i] = patterns[i] > options.Threshold ? 1 : -1;
        }
        double beta = options.InverseTemperature ?? (square > 0 ? 8 * rows.Count / square : 1);
        HopfieldMemory memory = new(
            new(options.Rule, options.Threshold, options.Synchronous, options.MaximumSweeps, (float)beta, context.Seed), patterns, rows.Width, context.Run.ThrowIfCancelled);
        context.Run.Report(new TrainingProgress(1, 1, memory.Forgotten(context.Run)));
        return memory;
    }

    FeatureMapper IFeatureModel<HopfieldMemory>.CreateMapper(int capacity)
    {
        Recall recall = _settings.Rule == HopfieldRule.Modern ? ModernRecall() : ClassicalRecall();
        float[] room = new float[FeatureCount];
        return (features, rows, outputs) =>
        {
            for (int r = 0; r < rows; r++)
            {
                Span<float> completed = outputs[0].Length > 0 ? outputs[0].AsSpan(r * FeatureCount, FeatureCount) : room;
                Recollected<float> result = recall(features.Slice(r * FeatureCount, FeatureCount), completed);
                if (outputs[1].Length > 0)
                    outputs[1][r] = result.Energy;
                if (outputs[2].Length > 0)
                    outputs[2][r] = result.Converged ? 1 : 0;
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

    private delegate Recollected<float> Recall(ReadOnlySpan<float> features, Span<float> completed);

    private Recall ClassicalRecall()
    {
        HopfieldDynamics<double> dynamics = new(_weights, FeatureCount);
        double[] state = new double[FeatureCount];
        int[] order = new int[FeatureCount];
        return (features, completed) =>
        {
            for (int i = 0; i < state.Length; i++)
                state[i] = float.IsNaN(features[i]) ? 0 : Math.Sign(features[i] - _settings.Threshold);
            bool moving = true;
            RandomStream orders = new(_settings.Seed, "order"); // the same for every row, so that rows do not depend on one another
            for (int sweep = 0; sweep < _settings.MaximumSweeps && moving; sweep++)
            {
                orders.FillPermutation(order);
                moving = _settings.Synchronous ? dynamics.Together(state) : dynamics.Sweep(state, order);
            }
            TensorPrimitives.ConvertTruncating<double, float>(state, completed);
            return new((float)dynamics.Energy(state), !moving);
        };
    }

    private Recall ModernRecall()
    {
        ModernHopfield<float> network = new(_patterns, FeatureCount, _settings.Beta);
        float rest = Rest * Math.Abs(TensorPrimitives.MaxMagnitude<float>(_patterns));
        return (features, completed) =>
        {
            for (int i = 0; i < completed.Length; i++)
                completed[i] = float.IsFinite(features[i]) ? features[i] : 0;
            bool moving = true;
            for (int step = 0; step < _settings.MaximumSweeps && moving; step++)
                moving = network.Step(completed) > rest;
            return new(network.Energy(completed), !moving);
        };
    }

    /// <summary>
    /// What is lost when the memory is given its own patterns, the first hundred: of signs the share that changes, of the modern memory's real
    /// numbers the distance from what was stored, as a share of the patterns' length.
    /// </summary>
    private double Forgotten(TrainingRun run)
    {
        int count = Math.Min(100, PatternCount);
        bool modern = _settings.Rule == HopfieldRule.Modern;
        Recall recall = modern ? ModernRecall() : ClassicalRecall();
        float[] completed = new float[FeatureCount];
        double lost = 0, whole = 0;
        for (int p = 0; p < count; p++)
        {
            run.ThrowIfCancelled();
            ReadOnlySpan<float> pattern = _patterns.AsSpan(p * FeatureCount, FeatureCount);
            recall(modern ? pattern : Shifted(pattern), completed);
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
