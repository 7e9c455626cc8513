using BioLearn.Cli.Models;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;

namespace BioLearn.Cli.Recollection;

/// <summary>The network of a run, and how pictures become its input.</summary>
internal sealed record ModelChoice(string Name, string Sha256, CnnModel Model, ImagePreprocessing Preprocessing, IReadOnlyList<string> Classes) : IDisposable
{
    private static readonly Dictionary<string, Func<ImagePreprocessing, ImagePreprocessing>> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["imagenet"] = input => new() { Width = input.Width, Height = input.Height },
        ["caffe"] = input => Range(input, ChannelOrder.Bgr, 1, [104, 117, 123], 1),
        ["bytes"] = input => Range(input, input.Channels, 1, [0, 0, 0], 1),
        ["unit"] = input => Range(input, input.Channels, 255, [0, 0, 0], 1),
        ["symmetric"] = input => Range(input, input.Channels, 255, [0.5f, 0.5f, 0.5f], 0.5f),
    };

    /// <summary>Loads what the options name.</summary>
    /// <param name="settings">The options.</param>
    /// <param name="threads">Threads inside one operator.</param>
    /// <exception cref="UsageException">There is no such model or preprocessing.</exception>
    public static ModelChoice Load(RecollectSettings settings, int threads)
    {
        CatalogModel found;
        try
        {
            found = ModelCatalog.Find(settings.Model);
        }
        catch (FileNotFoundException problem)
        {
            throw new UsageException($"--model: {problem.Message}");
        }
        var digest = Task.Run(() => ModelsVerifyCommand.Sha256(found.Path));
        var options = new CnnModelOptions { Provider = settings.Provider, Threads = threads };
        var model = CnnModel.Load(found.Path, settings.OpenInputSize is { } size ? options with { OpenInputSize = size } : options);
        var card = model.Card;
        return new(card.Name, digest.GetAwaiter().GetResult(), model, Preprocess(settings.Preprocessing, card.Preprocessing), card.Classes);
    }

    public void Dispose() => Model.Dispose();

    private static ImagePreprocessing Preprocess(string? kind, ImagePreprocessing card)
    {
        if (kind is null)
            return card;
        if (!Kinds.TryGetValue(kind, out var make))
            throw new UsageException($"--preprocessing {kind}: expected {string.Join(", ", Kinds.Keys)}");
        var made = make(card);
        return made.ChannelCount == card.ChannelCount ? made : throw new UsageException($"--preprocessing {kind}: the network takes pictures of {card.ChannelCount} channel{(card.ChannelCount == 1 ? "" : "s")}");
    }

    private static ImagePreprocessing Range(ImagePreprocessing input, ChannelOrder order, float divisor, float[] mean, float deviation) => input with
    {
        Channels = order,
        Divisor = divisor,
        Mean = mean[..(order == ChannelOrder.Gray ? 1 : 3)],
        StandardDeviation = [.. Enumerable.Repeat(deviation, order == ChannelOrder.Gray ? 1 : 3)],
    };
}
