using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Terminal;
using BioLearn.Kernels.Random;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Naming;
using BioLearn.ML.Spiking;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace BioLearn.Cli.Naming;

/// <summary>
/// A network and the cells that were taught names on its spikes, as one ML.NET pipeline in a file: from a column <c>Image</c> to
/// <c>PredictedLabel</c> and <c>Score</c>, which any program with BioLearn.ML can load.
/// </summary>
internal sealed record NamingModel(MLContext Context, SpikingFeaturesTransformer Features, PredictionTransformer<NamingModelParameters> Cells)
{
    public const string FileName = "model.zip";
    private const string Counts = "Counts";

    /// <summary>The names, in the order of the scores.</summary>
    public string[] Names => [.. Cells.ClassNames!];

    /// <summary>Teaches cells the first examples of each name.</summary>
    public static NamingModel Train(PictureSet set, string networkPath, NamingSettings settings, int shots, Action<string> warn)
    {
        var mlContext = new MLContext((int)settings.Seed);
        mlContext.Log += (_, line) =>
        {
            if (line.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning)
                warn(line.RawMessage);
        };
        var images = mlContext.Data.LoadFromEnumerable(Array.Empty<ImageRow>());
        var features = SpikingFeatures(mlContext, images, networkPath, settings);
        if (set.Training.Select((places, name) => (places.Length, Name: set.Names[name])).MinBy(p => p.Length) is { } fewest && fewest.Length < shots)
            throw new UsageException($"--shots {shots}: '{fewest.Name}' has {fewest.Length} pictures to learn from; expected at most that, or 0 for all");
        var examples = set.Training.SelectMany((places, name) => Drawn(places, shots, settings.Seed, set.Names[name]).Select(place => (set.Names[name], set.Pictures[place].Picture))).ToArray();
        return Begin(mlContext, features, examples, settings.NamingOptions(set.Names.Count), settings.ThreadCount);
    }

    /// <summary>A model that knows one name, on a trained network: further names are taught it without a word to this one.</summary>
    public static NamingModel Begin(string networkPath, string name, IReadOnlyList<GrayPicture> pictures)
    {
        var mlContext = new MLContext(1);
        NamingSettings settings = new() { Rule = "as-intended" };
        var features = SpikingFeatures(mlContext, mlContext.Data.LoadFromEnumerable(Array.Empty<ImageRow>()), networkPath, settings);
        return Begin(mlContext, features, [.. pictures.Select(picture => (name, picture))], settings.NamingOptions(1), 1);
    }

    private static NamingModel Begin(MLContext mlContext, SpikingFeaturesTransformer features, (string Name, GrayPicture Picture)[] examples, OneShotNamingOptions options, int threads)
    {
        options.FeatureColumnName = Counts;
        options.Coding = FeatureCoding.Counts;
        float[][] counts = CountsOf(features, [.. examples.Select(example => example.Picture)], threads);
        var rows = View(mlContext, features.Network, counts, [.. examples.Select(example => example.Name)]);
        var cells = mlContext.Transforms.Conversion.MapValueToKey("Label", nameof(CountsRow.Name))
            .Append(mlContext.MulticlassClassification.Trainers.OneShotNaming(options)).Fit(rows).LastTransformer;
        return new(mlContext, features, cells);
    }

    private static SpikingFeaturesTransformer SpikingFeatures(MLContext mlContext, IDataView images, string networkPath, NamingSettings settings)
    {
        try
        {
            return mlContext.Transforms.SpikingFeatures(new SpikingFeaturesEstimator.Options
            {
                OutputColumnName = null,
                InputColumnName = nameof(ImageRow.Image),
                CountsColumnName = Counts,
                CountThreshold = settings.ActiveFrom,
                NetworkPath = networkPath,
                Thresholds = settings.Thresholds is { } thresholds ? NamingSettings.List<float>("--thresholds", thresholds) : null,
                NumberOfThreads = settings.ThreadCount,
            }).Fit(images);
        }
        catch (ArgumentException refused) when (settings.Thresholds is not null)
        {
            throw new UsageException($"--thresholds {settings.Thresholds}: {GivenOptions.Plain(refused)}");
        }
    }

    /// <summary>Path of the model in a folder.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string RequireAt(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) ? path : throw new UsageException($"--model {path}: no such file; biolearn naming train makes one");
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="UsageException">There is no model, or another pipeline.</exception>
    public static NamingModel Load(string folder)
    {
        string path = RequireAt(folder);
        var mlContext = new MLContext(1);
        var model = BioLearnModel.Load(mlContext, path, out _);
        return model is TransformerChain<ITransformer> chain && chain.ToArray() is [SpikingFeaturesTransformer features, PredictionTransformer<NamingModelParameters> cells]
            && cells.ClassNames is not null
                ? new(mlContext, features, cells)
                : throw new UsageException($"{path}: not a model of biolearn naming train");
    }

    /// <summary>Writes the pipeline beside its place, then renames it. Without a schema: ML.NET cannot save one with images.</summary>
    public void Save(string folder) => SafeFile.Write(
        Path.Combine(folder, FileName), file => Context.Model.Save(new TransformerChain<ITransformer>(Features, Cells), null, file));

    /// <summary>The same with one more name, or a better known one.</summary>
    public NamingModel Teach(string name, IReadOnlyList<GrayPicture> pictures, int threads)
        => this with { Cells = Cells.TeachName(name, CountsOf(Features, pictures, threads)) };

    /// <summary>The name of each picture, "" for none, its scores, and whether it leaves the network silent, so that the name is a guess.</summary>
    public (string Name, float[] Scores, bool IsSilent)[] Name(IReadOnlyList<GrayPicture> pictures, int threads)
    {
        float[][] counts = CountsOf(Features, pictures, threads);
        var scored = Cells.Transform(View(Context, Features.Network, counts, new string[pictures.Count]));
        string[] names = Names;
        return [.. scored.GetColumn<uint>("PredictedLabel").Zip(scored.GetColumn<float[]>("Score"), counts).Select(one => (one.First == 0 ? "" : names[one.First - 1], one.Second, IsSilent(one.Third)))];
    }

    /// <summary>How many of these pictures make no neuron active: nothing can be learned from them.</summary>
    public int Silent(IReadOnlyList<GrayPicture> pictures, int threads) => CountsOf(Features, pictures, threads).Count(IsSilent);

    private static bool IsSilent(float[] counts) => counts.AsSpan().IndexOfAnyExcept(0f) < 0;

    /// <summary>The picture that a name recalls.</summary>
    public GrayPicture Recall(int name) => SpikingReversal.ToPicture(Features.Network, Cells.Model.Recall(name));

    private static float[][] CountsOf(SpikingFeaturesTransformer features, IReadOnlyList<GrayPicture> pictures, int threads)
    {
        var readOut = new SpikingReadOut { CountThreshold = features.CountThreshold };
        return Array.ConvertAll(features.Network.Respond(pictures, readOut, threads), response => Array.ConvertAll(response.Counts, count => (float)count));
    }

    private static int[] Drawn(int[] places, int shots, long seed, string name)
    {
        int[] pool = [.. places];
        new RandomStream(seed, $"examples/{name}").Shuffle<int>(pool);
        return shots == 0 ? pool : pool[..Math.Min(shots, pool.Length)];
    }

    private static IDataView View(MLContext mlContext, SpikingNetwork network, float[][] counts, string[] names)
    {
        var schema = SchemaDefinition.Create(typeof(CountsRow));
        schema[nameof(CountsRow.Counts)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, network.Height, network.Width, network.Maps);
        return mlContext.Data.LoadFromEnumerable(counts.Select((row, i) => new CountsRow { Counts = row, Name = names[i] ?? "" }), schema);
    }

    private sealed class CountsRow
    {
        public float[] Counts { get; set; } = [];

        public string Name { get; set; } = "";
    }

    private sealed class ImageRow
    {
        [ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }
}
