using System.Numerics.Tensors;
using BioLearn.ML.Naming;
using BioLearn.ML.Naming.Svm;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>A way to name pictures after examples.</summary>
/// <param name="Key">Its word on the command line and in tables.</param>
/// <param name="Title">What a reader is told.</param>
/// <param name="Sees">Which features it works on.</param>
/// <param name="Name">From an episode to a label for each of its tests; -1 for none.</param>
internal sealed record Contestant(string Key, string Title, string Sees, Func<Features, Episode, int[]> Name)
{
    public const string Naming = "naming";
    public const string Svm = "svm";

    /// <summary>All that can take part.</summary>
    /// <param name="options">Of naming.</param>
    /// <param name="seed">Of the cells' first connections.</param>
    /// <param name="withCnn">Whether there are activations of a pretrained network.</param>
    public static IReadOnlyList<Contestant> All(OneShotNamingOptions options, long seed, bool withCnn)
    {
        List<Contestant> all =
        [
            new(Naming, "Concept cells, normalized read-out", "active steps of every neuron", (f, e) => ByCells(f, e, options, seed, NamingReadOut.Normalized, false)),
            new("naming-plain", "Concept cells, plain read-out", "active steps of every neuron", (f, e) => ByCells(f, e, options, seed, NamingReadOut.Plain, false)),
            new("naming-potential", "Concept cells, plain potential score", "potentials over the active steps", (f, e) => ByCells(f, e, options, seed, NamingReadOut.Plain, true)),
            new(Svm, "SVM, radial basis functions", "largest potential of each map", (f, e) => BySvm(place => f.Maxima[place], e)),
            new("svm-neurons", "SVM, radial basis functions", "active steps of every neuron", (f, e) => BySvm(place => Array.ConvertAll(f.Counts[place], count => (double)count), e, standardize: false)),
            new("linear-svm", "SVM, linear (ML.NET's LinearSvm)", "largest potential of each map", ByLinearSvm),
            new("nearest", "Nearest example", "active steps of every neuron", (f, e) => ByNearest(place => Array.ConvertAll(f.Counts[place], count => (float)count), e)),
            new("pixels", "Nearest example", "grey values", (f, e) => ByNearest(place => f.Pixels[place], e)),
        ];
        if (withCnn)
        {
            all.Add(new("cnn-naming", "Concept cells, normalized read-out", "activations of a pretrained CNN", (f, e) => ByCellsOnRates(f.Cnn!, e, options, seed)));
            all.Add(new("cnn-svm", "SVM, radial basis functions", "activations of a pretrained CNN", (f, e) => BySvm(place => Array.ConvertAll(f.Cnn![place], x => (double)x), e, standardize: false)));
            all.Add(new("cnn-nearest", "Nearest example", "activations of a pretrained CNN", (f, e) => ByNearest(place => f.Cnn![place], e)));
        }

        return all;
    }

    /// <summary>Cells that were shown the examples of an episode, in random order.</summary>
    public static ConceptCells Taught(Func<int, byte[]> counts, Episode episode, OneShotNamingOptions options, long seed)
    {
        var cells = new ConceptCells(counts(episode.Examples[0]).Length);
        for (int label = 0; label < episode.Names.Length; label++)
            cells.Add(seed, options.InitialMean, options.InitialDeviation);
        int[] order = new int[episode.Examples.Length];
        new BioLearn.Kernels.Random.RandomStream(seed, $"order/{episode.Title}").FillPermutation(order);
        NamingLesson.Teach(cells, options, episode.ExampleLabels, example => counts(episode.Examples[example]), _ => order);
        return cells;
    }

    private static int[] ByCells(Features features, Episode episode, OneShotNamingOptions options, long seed, NamingReadOut readOut, bool byPotential)
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

    private static int[] ByCellsOnRates(float[][] rows, Episode episode, OneShotNamingOptions options, long seed)
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
    private static int[] BySvm(Func<int, double[]> row, Episode episode, bool standardize = true)
    {
        double[][] examples = [.. episode.Examples.Select(row)];
        var classifier = SupportVectorClassifier.Train(
            examples, episode.ExampleLabels, episode.Names.Length, 1, standardize ? null : SupportVectorClassifier.GammaOfVariance(examples), standardize, 1e-3);
        float[] scores = new float[episode.Names.Length];
        return Array.ConvertAll(episode.Tests, place =>
        {
            classifier.Score(row(place), breakTies: true, scores);
            return TensorPrimitives.IndexOfMax<float>(scores);
        });
    }

    private static int[] ByNearest(Func<int, float[]> row, Episode episode)
    {
        float[][] examples = [.. episode.Examples.Select(row)];
        return Array.ConvertAll(episode.Tests, place =>
        {
            float[] asked = row(place);
            float[] distances = Array.ConvertAll(examples, example => TensorPrimitives.Distance<float>(asked, example));
            return episode.ExampleLabels[TensorPrimitives.IndexOfMin<float>(distances)];
        });
    }

    private static int[] ByLinearSvm(Features features, Episode episode)
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
