using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;

namespace BioLearn.Onnx.Models;

/// <summary>
/// What a model file itself does not say: the names of its classes and how a picture becomes its input. Read from a
/// JSON file beside the model (alexnet.onnx, alexnet.card.json), or assumed where there is none.
/// </summary>
public sealed record ModelCard
{
    /// <summary>Short name, by which the model can be asked for.</summary>
    public required string Name { get; init; }

    /// <summary>What the network is, in one line.</summary>
    public string Title { get; init; } = "";

    /// <summary>Names of the output units in order; empty if unknown.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>From a picture to the network's input.</summary>
    public required ImagePreprocessing Preprocessing { get; init; }

    /// <summary>SHA-256 of the model file in hexadecimal, or null if unknown.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Licence of the model, or empty if unknown.</summary>
    public string License { get; init; } = "";

    /// <summary>Where the model comes from, or empty if unknown.</summary>
    public string Source { get; init; } = "";

    /// <summary>Share of test images whose class has the largest output, or null if unknown.</summary>
    public double? Top1Accuracy { get; init; }

    /// <summary>Share of test images whose class is among the five largest outputs, or null if unknown.</summary>
    public double? Top5Accuracy { get; init; }

    /// <summary>False if the card was assumed because there is no file.</summary>
    public bool IsRead { get; init; }

    /// <summary>Name of an output unit: from <see cref="Classes"/>, or "class 17".</summary>
    public string ClassName(int index) => index < Classes.Count ? Classes[index] : $"class {index}";

    /// <summary>
    /// The card beside a model, checked against the model; without one the preprocessing of torchvision's ImageNet
    /// networks at the model's own input size, pixels divided by 255 for a network with one channel, or the bytes as they are for one that takes bytes.
    /// </summary>
    /// <exception cref="OnnxModelException">The card is damaged or does not fit the model.</exception>
    internal static ModelCard For(CnnGraph graph)
    {
        string? path = graph.File is null ? null : ModelCardFile.PathBeside(graph.File);
        return path is not null && File.Exists(path) ? ModelCardFile.Read(path).CheckedAgainst(graph, path) : Assumed(graph);
    }

    private static ModelCard Assumed(CnnGraph graph)
    {
        TensorShape input = graph.Input.Shape;
        ImagePreprocessing preprocessing = new() { Width = input.Width, Height = input.Height };
        if (input.Channels == 1) preprocessing = preprocessing with { Channels = ChannelOrder.Gray, Mean = [0], StandardDeviation = [1] };
        else if (input.Channels != 3) throw new OnnxModelException($"takes images of {input.Channels} channels; pictures have 1 or 3", graph.File);
        if (graph.TakesBytes) preprocessing = preprocessing with { Divisor = 1, Mean = new float[input.Channels], StandardDeviation = [.. Enumerable.Repeat(1f, input.Channels)] };
        return new() { Name = graph.File is null ? graph.Name : Path.GetFileNameWithoutExtension(graph.File), Preprocessing = preprocessing };
    }

    private ModelCard CheckedAgainst(CnnGraph graph, string path)
    {
        TensorShape input = graph.Input.Shape;
        if (Preprocessing.ChannelCount != input.Channels || Preprocessing.Height != input.Height || Preprocessing.Width != input.Width)
            throw new OnnxModelException($"describes an input of {Preprocessing.ChannelCount}x{Preprocessing.Height}x{Preprocessing.Width}, but the model takes {input}", path);
        if (Classes.Count != 0 && Classes.Count != graph.Logits.Shape.Count)
            throw new OnnxModelException($"names {Classes.Count} classes, but the model has {graph.Logits.Shape.Count} outputs", path);
        return this;
    }
}
