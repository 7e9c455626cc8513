using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Naming;
using BioLearn.ML.Naming.Svm;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Experiments.Naming;

/// <summary>A way to name rows after examples.</summary>
/// <param name="Key">Its word on the command line and in tables.</param>
/// <param name="Title">What a reader is told.</param>
/// <param name="Sees">Which features it works on.</param>
/// <param name="Name">From an episode to a label for each of its tests; -1 for none.</param>
public sealed record NamingContestant(string Key, string Title, string Sees, Func<NamingFeatures, NamingEpisode, int[]> Name)
{
    /// <summary>Key of concept cells on spikes, with the normalized read-out.</summary>
    public const string Naming = "naming";

    /// <summary>Key of the support vector machine on the largest potentials.</summary>
    public const string Svm = "svm";

    /// <summary>Key of the nearest example by grey values.</summary>
    public const string Pixels = "pixels";

    /// <summary>Those who look at a spiking network's last layer; and one at grey values.</summary>
    /// <param name="options">Of naming.</param>
    /// <param name="seed">Of the cells' first connections.</param>
    /// <returns>The contestants.</returns>
    public static IReadOnlyList<NamingContestant> OnSpikes(OneShotNamingOptions options, long seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            new(Naming, "Concept cells, normalized read-out", "active steps of every neuron", (f, e) => ByCells(f, e, options, seed, NamingReadOut.Normalized, false)),
            new("naming-plain", "Concept cells, plain read-out", "active steps of every neuron", (f, e) => ByCells(f, e, options, seed, NamingReadOut.Plain, false)),
            new("naming-potential", "Concept cells, plain potential score", "potentials over the active steps", (f, e) => ByCells(f, e, options, seed, NamingReadOut.Plain, true)),
            new(Svm, "SVM, radial basis functions", "largest potential of each map", (f, e) => BySvm(place => f.Maxima[place], e)),
            new("svm-neurons", "SVM, radial basis functions", "active steps of every neuron", (f, e) => BySvm(place => Array.ConvertAll(f.Counts[place], count => (double)count), e, standardize: false)),
            new("linear-svm", "SVM, linear (ML.NET's LinearSvm)", "largest potential of each map", ByLinearSvm),
            new("nearest", "Nearest example", "active steps of every neuron", (f, e) => ByNearest(place => Array.ConvertAll(f.Counts[place], count => (float)count), e)),
            new(Pixels, "Nearest example", "grey values", (f, e) => ByNearest(place => f.Pixels[place], e)),
        ];
    }

    /// <summary>Those who look at features of one's own: concept cells on rates, the support vector machine, the nearest example.</summary>
    /// <param name="options">Of naming; cells know rates only of features that are not negative.</param>
    /// <param name="seed">Of the cells' first connections.</param>
    /// <param name="word">What their keys begin with.</param>
    /// <param name="sees">What the features are, for people.</param>
    /// <returns>The contestants.</returns>
    public static IReadOnlyList<NamingContestant> OnRows(OneShotNamingOptions options, long seed, string word, string sees)
    {
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            new($"{word}-naming", "Concept cells, normalized read-out", sees, (f, e) => ByCellsOnRates(f.Rows, e, options, seed)),
            new($"{word}-svm", "SVM, radial basis functions", sees, (f, e) => BySvm(place => Array.ConvertAll(f.Rows[place], x => (double)x), e, standardize: false)),
            new($"{word}-nearest", "Nearest example", sees, (f, e) => ByNearest(place => f.Rows[place], e)),
        ];
    }

    /// <summary>Cells that were shown the examples of an episode, in random order.</summary>
    /// <param name="counts">From a place to active steps of every feature.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="options">Of naming.</param>
    /// <param name="seed">Of the cells' first connections and of the order.</param>
    /// <returns>A cell a name of the episode.</returns>
    public static ConceptCells Taught(Func<int, byte[]> counts, NamingEpisode episode, OneShotNamingOptions options, long seed)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(episode);
        ArgumentNullException.ThrowIfNull(options);
        var cells = new ConceptCells(counts(episode.Examples[0]).Length);
        for (int label = 0; label < episode.Names.Count; label++)
            cells.Add(seed, options.InitialMean, options.InitialDeviation);
        int[] order = new int[episode.Examples.Length];
        new RandomStream(seed, $"order/{episode.Title}").FillPermutation(order);
        NamingLesson.Teach(cells, options, episode.ExampleLabels, example => counts(episode.Examples[example]), _ => order);
        return cells;
    }

    private static int[] ByCells(NamingFeatures features, NamingEpisode episode, OneShotNamingOptions options, long seed, NamingReadOut readOut, bool byPotential)
    {
        var cells = Taught(place => features.Counts[place], episode, options, seed);
        double[] scores = new double[cells.Count];
        return Array.ConvertAll(episode.Tests, place =>
        {
            if (byPotential)
                cells.Score<double>(features.Charges[place], readOut, scores);
            else
                cells.Score<byte>(features.Counts[place], readOut, scores);
            return TensorPrimitives.IndexOfMax<double>(scores);
        });
    }

    private static int[] ByCellsOnRates(IReadOnlyList<float[]> rows, NamingEpisode episode, OneShotNamingOptions options, long seed)
    {
        var coder = new ActivityCoder(FeatureCoding.Rate, options.Steps);
        var cells = Taught(place => Encode(coder, rows[place]), episode, options, seed);
        double[] scores = new double[cells.Count];
        return Array.ConvertAll(episode.Tests, place =>
        {
            cells.Score<byte>(Encode(coder, rows[place]), NamingReadOut.Normalized, scores);
            return TensorPrimitives.IndexOfMax<double>(scores);
        });
    }

    private static byte[] Encode(ActivityCoder coder, float[] row)
    {
        byte[] counts = new byte[row.Length];
        coder.Encode(row, counts);
        return counts;
    }

    // Of many features, most of which an example leaves silent, nearly all have no deviation: standardized, the kernel would be 0 everywhere.
    private static int[] BySvm(Func<int, double[]> row, NamingEpisode episode, bool standardize = true)
    {
        double[][] examples = [.. episode.Examples.Select(row)];
        var classifier = SupportVectorClassifier.Train(
            examples, episode.ExampleLabels, episode.Names.Count, 1, standardize ? null : SupportVectorClassifier.GammaOfVariance(examples), standardize, 1e-3);
        float[] scores = new float[episode.Names.Count];
        return Array.ConvertAll(episode.Tests, place =>
        {
            classifier.Score(row(place), breakTies: true, scores);
            return TensorPrimitives.IndexOfMax<float>(scores);
        });
    }

    private static int[] ByNearest(Func<int, float[]> row, NamingEpisode episode)
    {
        float[][] examples = [.. episode.Examples.Select(row)];
        return Array.ConvertAll(episode.Tests, place =>
        {
            float[] asked = row(place);
            float[] distances = Array.ConvertAll(examples, example => TensorPrimitives.Distance<float>(asked, example));
            return episode.ExampleLabels[TensorPrimitives.IndexOfMin<float>(distances)];
        });
    }

    private static int[] ByLinearSvm(NamingFeatures features, NamingEpisode episode)
    {
        var mlContext = new MLContext(seed: 1);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features.Maxima[episode.Examples[0]].Length);
        IDataView View(int[] places, int[] labels) => mlContext.Data.LoadFromEnumerable(
            places.Select((place, i) => new Row { Features = Array.ConvertAll(features.Maxima[place], x => (float)x), Name = labels[i] }), schema);
        var model = mlContext.Transforms.NormalizeMeanVariance("Features", fixZero: false)
            .Append(mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name)))
            .Append(mlContext.MulticlassClassification.Trainers.OneVersusAll(mlContext.BinaryClassification.Trainers.LinearSvm(numberOfIterations: 20), useProbabilities: false))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"))
            .Fit(View(episode.Examples, episode.ExampleLabels));
        return [.. model.Transform(View(episode.Tests, episode.TestLabels)).GetColumn<int>("Answer")];
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public int Name { get; set; }
    }
}
