using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using BioLearn.ML.Naming.Svm;
using Microsoft.ML.Runtime;

[assembly: LoadableComponent<PredictionTransformer<RbfSvmModelParameters>>]

namespace BioLearn.ML.Naming;

/// <summary>A trained support vector classifier: support vectors, and one decision for each pair of classes.</summary>
public sealed class RbfSvmModelParameters : IPredictionModel<RbfSvmModelParameters>
{
    private readonly bool _breakTies;

    private RbfSvmModelParameters(SupportVectorClassifier classifier, bool breakTies)
    {
        Classifier = classifier;
        _breakTies = breakTies;
    }

    /// <inheritdoc/>
    public int FeatureCount => Classifier.Mean.Length;

    /// <inheritdoc/>
    public int OutputCount => Classifier.ClassCount;

    /// <summary>Training rows that a decision depends on.</summary>
    public int SupportVectorCount => Classifier.SupportVectors.Length;

    /// <summary>γ of K(x, y) = exp(-γ |x - y|²).</summary>
    public double Gamma => Classifier.Gamma;

    static string IPredictionModel<RbfSvmModelParameters>.ComponentName => "BioLearn.RbfSvm";

    internal SupportVectorClassifier Classifier { get; }

    /// <summary>Whether scores are probabilities.</summary>
    public bool HasProbabilities => Classifier.HasProbabilities;

    /// <summary>
    /// In double precision mean and scale [features], by which rows are standardized, (x - mean) / scale; vectors [support vectors, features], standardized;
    /// pairs [decisions, 2], the classes of each; coefficients [decisions, support vectors], α y, 0 of vectors that are not a decision's own; b [decisions];
    /// gamma. With probabilities sigmoid [decisions, 2], A and B of P(first) = 1 / (1 + exp(A f + B)).
    /// </summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors()
    {
        PairDecision[] decisions = Classifier.Decisions;
        double[] coefficients = new double[decisions.Length * SupportVectorCount];
        for (int p = 0; p < decisions.Length; p++)
        {
            for (int i = 0; i < decisions[p].Vectors.Length; i++)
                coefficients[(p * SupportVectorCount) + decisions[p].Vectors[i]] = decisions[p].Coefficients[i];
        }
        NamedTensors tensors = new NamedTensors().Add<double>("mean", Classifier.Mean, FeatureCount).Add<double>("scale", Classifier.Scale, FeatureCount)
            .Add<double>("vectors", [.. Classifier.SupportVectors.SelectMany(vector => vector)], SupportVectorCount, FeatureCount)
            .Add<int>("pairs", [.. decisions.SelectMany(decision => (int[])[decision.First, decision.Second])], decisions.Length, 2)
            .Add<double>("coefficients", coefficients, decisions.Length, SupportVectorCount)
            .Add<double>("b", [.. decisions.Select(decision => decision.Bias)], decisions.Length).Add<double>("gamma", [Gamma]);
        return HasProbabilities ? tensors.Add<double>("sigmoid", [.. decisions.SelectMany(decision => (double[])[decision.Sigmoid!.Value.A, decision.Sigmoid.Value.B])], decisions.Length, 2) : tensors;
    }

    /// <summary>Σ α y K(vector, x) + b for each pair of classes, (0, 1), (0, 2) ... (1, 2) ...; above 0 for the first of a pair.</summary>
    /// <param name="features">One row of <see cref="FeatureCount"/> features.</param>
    /// <returns>One value for each pair of classes that both had training rows.</returns>
    /// <exception cref="ArgumentException">The row has another length.</exception>
    public double[] Decide(ReadOnlySpan<float> features)
    {
        if (features.Length != FeatureCount)
            throw new ArgumentException($"The row has {features.Length} features, the model {FeatureCount}.", nameof(features));
        double[] decisions = new double[Classifier.Decisions.Length];
        Classifier.Decide(Widen(features), decisions);
        return decisions;
    }

    internal static BioLearnTrainer<RbfSvmModelParameters> Trainer(IHostEnvironment environment, RbfSvmOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new(environment, new("RbfSvm", PredictionTask.Multiclass, options, context => Train(context, options)));
    }

    bool IPredictionModel<RbfSvmModelParameters>.Predicts(PredictionTask task) => task == PredictionTask.Multiclass;

    BatchScorer IPredictionModel<RbfSvmModelParameters>.CreateScorer(int capacity) => (features, rows, scores) =>
    {
        for (int row = 0; row < rows; row++)
        {
            double[] point = Widen(features.Slice(row * FeatureCount, FeatureCount));
            if (Classifier.HasProbabilities)
                Classifier.Probabilities(point, scores.Slice(row * OutputCount, OutputCount));
            else
                Classifier.Score(point, _breakTies, scores.Slice(row * OutputCount, OutputCount));
        }
    };

    void IPredictionModel<RbfSvmModelParameters>.Save(ModelWriter writer)
    {
        writer.Fields.Write(_breakTies);
        writer.Fields.Write(OutputCount);
        writer.Fields.Write(FeatureCount);
        writer.Fields.Write(Classifier.Gamma);
        writer.WriteTensor<double>("Mean", Classifier.Mean);
        writer.WriteTensor<double>("Scale", Classifier.Scale);
        writer.WriteTensor<double>("SupportVectors", Classifier.SupportVectors.SelectMany(vector => vector).ToArray());
        writer.Fields.Write(Classifier.Decisions.Length);
        for (int p = 0; p < Classifier.Decisions.Length; p++)
        {
            var decision = Classifier.Decisions[p];
            writer.Fields.Write(decision.First);
            writer.Fields.Write(decision.Second);
            writer.Fields.Write(decision.Bias);
            writer.WriteTensor<int>($"Vectors{p}", decision.Vectors);
            writer.WriteTensor<double>($"Coefficients{p}", decision.Coefficients);
        }
        writer.Fields.Write(Classifier.HasProbabilities);
        if (!Classifier.HasProbabilities)
            return;
        foreach (PairDecision decision in Classifier.Decisions)
        {
            writer.Fields.Write(decision.Sigmoid!.Value.A);
            writer.Fields.Write(decision.Sigmoid.Value.B);
        }
    }

    static RbfSvmModelParameters IPredictionModel<RbfSvmModelParameters>.Load(ModelReader reader)
    {
        bool breakTies = reader.Fields.ReadBoolean();
        int classes = reader.ReadCount("number of classes", 1, 1 << 24), features = reader.ReadCount("number of features", 1, int.MaxValue);
        double gamma = reader.Fields.ReadDouble();
        double[] mean = reader.ReadTensor<double>("Mean", features), scale = reader.ReadTensor<double>("Scale", features);
        double[] vectors = reader.ReadTensor<double>("SupportVectors");
        if (vectors.Length % features != 0)
            throw reader.Damaged($"{vectors.Length} values of support vectors are not rows of {features} features");
        double[][] rows = [.. vectors.Chunk(features)];
        var decisions = new PairDecision[reader.ReadLength("number of decisions", 16)];
        for (int p = 0; p < decisions.Length; p++)
        {
            int first = reader.ReadCount("class", 0, classes - 1), second = reader.ReadCount("class", 0, classes - 1);
            double bias = reader.Fields.ReadDouble();
            int[] indices = reader.ReadTensor<int>($"Vectors{p}");
            if (indices.Any(i => i < 0 || i >= rows.Length))
                throw reader.Damaged($"decision {p} names a support vector that is not there");
            decisions[p] = new(first, second, indices, reader.ReadTensor<double>($"Coefficients{p}", indices.Length), bias);
        }

        bool probabilities = reader.ComponentVersion >= 3 && reader.Fields.ReadBoolean();
        for (int p = 0; probabilities && p < decisions.Length; p++)
            decisions[p] = decisions[p] with { Sigmoid = new(reader.Fields.ReadDouble(), reader.Fields.ReadDouble()) };
        return new(new() { ClassCount = classes, Gamma = gamma, Mean = mean, Scale = scale, SupportVectors = rows, Decisions = decisions }, breakTies);
    }

    private static RbfSvmModelParameters Train(TrainingContext<RbfSvmModelParameters> context, RbfSvmOptions options)
    {
        if (context.InitialModel is not null)
            throw new InvalidOperationException("RbfSvm solves for all rows at once and cannot go on from an initial model; train it on all rows together.");
        var data = context.Data;
        double[][] points = new double[data.Count][];
        for (int row = 0; row < points.Length; row++)
            points[row] = Widen(data.Features.Span.Slice(row * data.FeatureCount, data.FeatureCount));
        var classifier = SupportVectorClassifier.Train(
            points, data.Classes, data.ClassCount, options.Cost, options.Gamma, options.StandardizeFeatures, options.OptimizationTolerance, context.Run.ThrowIfCancelled, options.EstimateProbabilities ? context.Seed : null);
        if (classifier.Decisions.Length == 0)
            throw new InvalidOperationException("RbfSvm needs training rows of at least two classes.");
        WarnOfSmallFeatures(classifier, options, context.Run);
        context.Run.Info($"{classifier.SupportVectors.Length} support vectors of {data.Count} rows, {classifier.Decisions.Length} decisions");
        return new(classifier, options.BreakTies);
    }

    // What is added to deviations is the original's, and its figures depend on it.
    private static void WarnOfSmallFeatures(SupportVectorClassifier classifier, RbfSvmOptions options, TrainingRun run)
    {
        const double offset = SupportVectorClassifier.DeviationOffset;
        int small = options.StandardizeFeatures ? classifier.Scale.Count(scale => scale is > offset and < 2 * offset) : 0;
        if (small > 0)
            run.Warning($"{small} of {classifier.Scale.Length} features in column '{options.FeatureColumnName}' vary by less than {offset:g}, which StandardizeFeatures adds to every deviation: they hardly count. Normalize the column before (NormalizeMeanVariance), or measure them in smaller units.");
    }

    private static double[] Widen(ReadOnlySpan<float> row)
    {
        double[] wide = new double[row.Length];
        for (int i = 0; i < wide.Length; i++)
            wide[i] = row[i];
        return wide;
    }
}
