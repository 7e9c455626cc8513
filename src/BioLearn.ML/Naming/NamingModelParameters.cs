using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using Microsoft.ML.Runtime;

[assembly: LoadableComponent<PredictionTransformer<NamingModelParameters>>]

namespace BioLearn.ML.Naming;

/// <summary>Concept cells that were taught names: one cell a name, with a connection to each feature.</summary>
public sealed class NamingModelParameters : IPredictionModel<NamingModelParameters>
{
    private readonly OneShotNamingOptions _options;
    private readonly ActivityCoder _coder;
    private readonly long _seed;

    private NamingModelParameters(ConceptCells cells, OneShotNamingOptions options, FeatureCoding coding, long seed)
    {
        Cells = cells;
        _options = options;
        _coder = new ActivityCoder(coding, options.Steps);
        _seed = seed;
    }

    /// <inheritdoc/>
    public int FeatureCount => Cells.Features;

    /// <summary>Number of names.</summary>
    public int OutputCount => Cells.Count;

    /// <summary>How features become active steps: <see cref="FeatureCoding.Counts"/> or <see cref="FeatureCoding.Rate"/>.</summary>
    public FeatureCoding Coding => _coder.Coding;

    /// <summary>How connections become scores.</summary>
    public NamingReadOut ReadOut => _options.ReadOut;

    static string IPredictionModel<NamingModelParameters>.ComponentName => "BioLearn.OneShotNaming";

    internal ConceptCells Cells { get; }

    /// <summary>M, the connections of one name's cell; a copy.</summary>
    /// <param name="name">The name's number, from 0, in the order of the score vector.</param>
    /// <returns>One connection for each feature.</returns>
    public double[] GetWeights(int name) => Cells.Weights(Checked(name)).ToArray();

    /// <summary>
    /// M - M₀, what a name's cell has learned of each feature: the current that reaches the feature when the name is recalled. Positive where
    /// the example was active; features of which it learned nothing have 0.
    /// </summary>
    /// <param name="name">The name's number, from 0, in the order of the score vector.</param>
    /// <returns>One value for each feature.</returns>
    public double[] Recall(int name)
    {
        double[] learned = GetWeights(name);
        TensorPrimitives.Subtract(learned, Cells.Initial(name), learned);
        return learned;
    }

    /// <summary>M and M₀ [names, features], the connections of the cells and what they were before the first example, in double precision.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        int[] names = [.. Enumerable.Range(0, OutputCount)];
        return new NamedTensors().Add<double>("M", [.. names.SelectMany(name => Cells.Weights(name).ToArray())], OutputCount, FeatureCount)
            .Add<double>("M0", [.. names.SelectMany(name => Cells.Initial(name).ToArray())], OutputCount, FeatureCount);
    }

    internal static BioLearnTrainer<NamingModelParameters> Trainer(IHostEnvironment environment, OneShotNamingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(environment, new("OneShotNaming", PredictionTask.Multiclass, options, context => Train(context, options)));
    }

    /// <summary>
    /// The same cells, and a further one that was shown <paramref name="examples"/>; or, with a <paramref name="name"/> that is there, its cell
    /// after seeing them too. No other cell changes.
    /// </summary>
    internal NamingModelParameters Teach(int name, IReadOnlyList<float[]> examples)
    {
        if (examples.Count == 0)
            throw new ArgumentException("A name needs at least one example.", nameof(examples));
        var cells = Cells.Copy();
        if (name == cells.Count)
            cells.Add(_seed, _options.InitialMean, _options.InitialDeviation);
        foreach (float[] example in examples)
        {
            ArgumentNullException.ThrowIfNull(example, nameof(examples));
            if (example.Length != FeatureCount)
                throw new ArgumentException($"An example has {example.Length} features, the model {FeatureCount}.", nameof(examples));
            if (!TensorPrimitives.IsFiniteAll<float>(example))
                throw new ArgumentException("An example has a missing or infinite feature.", nameof(examples));
        }

        byte[] counts = new byte[FeatureCount];
        OneShotNamingOptions once = _options.Copy();
        once.NumberOfIterations = 1;
        NamingLesson.Teach(cells, once, [.. examples.Select(_ => name)], Encoded, _ => [.. Enumerable.Range(0, examples.Count)], spareOthers: true);
        return new(cells, _options, Coding, _seed);

        ReadOnlyMemory<byte> Encoded(int example)
        {
            _coder.Encode(examples[example], counts);
            return counts;
        }
    }

    bool IPredictionModel<NamingModelParameters>.Predicts(PredictionTask task) => task == PredictionTask.Multiclass;

    bool IPredictionModel<NamingModelParameters>.TakesFurtherClasses => true;

    int IPredictionModel<NamingModelParameters>.Choose(ReadOnlySpan<float> scores)
    {
        int best = TensorPrimitives.IndexOfMax(scores);
        return best >= 0 && scores[best] < (_options.NameThreshold ?? float.NegativeInfinity) ? -1 : best;
    }

    BatchScorer IPredictionModel<NamingModelParameters>.CreateScorer(int capacity)
    {
        byte[] counts = new byte[FeatureCount];
        double[] scores = new double[OutputCount];
        return (features, rows, destination) =>
        {
            for (int row = 0; row < rows; row++)
            {
                _coder.Encode(features.Slice(row * FeatureCount, FeatureCount), counts);
                Cells.Score<byte>(counts, _options.ReadOut, scores);
                TensorPrimitives.ConvertTruncating<double, float>(scores, destination.Slice(row * scores.Length, scores.Length));
            }
        };
    }

    void IPredictionModel<NamingModelParameters>.Save(ModelWriter writer)
    {
        var fields = writer.Fields;
        writer.WriteName(_options.Rule);
        writer.WriteName(_options.ReadOut);
        writer.WriteName(Coding);
        fields.Write(_options.Steps);
        fields.Write(_options.PotentiationRate);
        fields.Write(_options.DepressionRate);
        fields.Write(_options.NoveltyFactor);
        fields.Write(_options.NovelExampleCount);
        fields.Write(_options.InitialMean);
        fields.Write(_options.InitialDeviation);
        fields.Write(_options.NameThreshold ?? float.NaN);
        fields.Write(_seed);
        fields.Write(FeatureCount);
        fields.Write(OutputCount);
        writer.WriteTensor<double>("Initial", Enumerable.Range(0, OutputCount).SelectMany(name => Cells.Initial(name).ToArray()).ToArray());
        writer.WriteTensor<double>("Weights", Enumerable.Range(0, OutputCount).SelectMany(name => Cells.Weights(name).ToArray()).ToArray());
    }

    static NamingModelParameters IPredictionModel<NamingModelParameters>.Load(ModelReader reader)
    {
        var options = new OneShotNamingOptions
        {
            Rule = reader.ReadName("naming rule", namedSince: 2, [NamingRule.AsCoded, NamingRule.AsIntended]),
            ReadOut = reader.ReadName("read-out", namedSince: 2, [NamingReadOut.Plain, NamingReadOut.Normalized]),
            Coding = reader.ReadName("feature coding", namedSince: 2, [FeatureCoding.Counts, FeatureCoding.Rate], first: 1),
            Steps = reader.Fields.ReadInt32(),
            PotentiationRate = reader.Fields.ReadDouble(),
            DepressionRate = reader.Fields.ReadDouble(),
            NoveltyFactor = reader.Fields.ReadDouble(),
            NovelExampleCount = reader.Fields.ReadInt32(),
            InitialMean = reader.Fields.ReadDouble(),
            InitialDeviation = reader.Fields.ReadDouble(),
            NameThreshold = reader.Fields.ReadSingle() is var threshold && float.IsNaN(threshold) ? null : threshold,
        };
        if (options.Coding == FeatureCoding.Automatic)
            throw reader.Damaged("the feature coding is left open");
        try
        {
            options.Validate();
        }
        catch (ArgumentOutOfRangeException error)
        {
            throw reader.Damaged($"{error.ParamName} is {error.ActualValue}");
        }

        long seed = reader.Fields.ReadInt64();
        int features = reader.ReadCount("number of features", 1, int.MaxValue), names = reader.ReadCount("number of names", 1, int.MaxValue);
        double[] initial = reader.ReadTensor<double>("Initial", (long)features * names), weights = reader.ReadTensor<double>("Weights", (long)features * names);
        var cells = new ConceptCells(features);
        for (int name = 0; name < names; name++)
            cells.Add(initial[(name * features)..((name + 1) * features)], weights[(name * features)..((name + 1) * features)]);
        return new(cells, options, options.Coding, seed);
    }

    private static NamingModelParameters Train(TrainingContext<NamingModelParameters> context, OneShotNamingOptions given)
    {
        var (data, options) = (context.Data, given.Copy()); // the caller may change his before he teaches a further name
        var coding = ActivityCoder.Resolve(options.Coding, data.Features.Span);
        var coder = new ActivityCoder(coding, options.Steps);
        var cells = context.InitialModel?.Cells.Copy() ?? new ConceptCells(data.FeatureCount);
        while (cells.Count < data.ClassCount)
            cells.Add(context.Seed, options.InitialMean, options.InitialDeviation);

        byte[] counts = new byte[data.FeatureCount];
        int[] order = [.. Enumerable.Range(0, data.Count)];
        WarnOfSilent();
        NamingLesson.Teach(cells, options, data.Classes.ToArray(), Encoded, Order, beforeEach: context.Run.ThrowIfCancelled);
        context.Run.Info($"{cells.Count} names of {data.Count} examples, features coded as {coding}");
        return new(cells, options, coding, context.Seed);

        ReadOnlyMemory<byte> Encoded(int example)
        {
            coder.Encode(data.Features.Span.Slice(example * data.FeatureCount, data.FeatureCount), counts);
            return counts;
        }

        void WarnOfSilent()
        {
            int silent = Enumerable.Range(0, data.Count).Count(example => Encoded(example).Span.IndexOfAnyExcept((byte)0) < 0);
            if (silent > 0)
                context.Run.Warning($"{silent} of {data.Count} examples have no active feature and teach nothing: blank pictures, or a network in which no neuron reaches its threshold.");
        }

        int[] Order(int pass)
        {
            if (options.Shuffle)
                new RandomStream(context.Seed, $"order/{pass}").FillPermutation(order);
            return order;
        }
    }

    private int Checked(int name) => name >= 0 && name < OutputCount
        ? name
        : throw new ArgumentOutOfRangeException(nameof(name), name, $"there are {OutputCount} names, from 0");
}
