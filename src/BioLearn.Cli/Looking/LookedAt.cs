using BioLearn.Cli.Exports;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.Onnx;
using BioLearn.Plots;
using Microsoft.ML;

namespace BioLearn.Cli.Looking;

/// <summary>A saved model whose weights are looked at.</summary>
internal sealed class LookedAt
{
    private readonly NetworkModelParameters? _network;
    private readonly IReadOnlyList<string>? _classes;
    private readonly NamedTensor? _weights; // of a model of another kind: W, [units, features]
    private readonly TensorShape _picture;

    private LookedAt(string name, TensorShape picture, NetworkModelParameters? network, IReadOnlyList<string>? classes, NamedTensor? weights) =>
        (Name, _picture, _network, _classes, _weights) = (name, picture, network, classes, weights);

    public string Name { get; }

    /// <summary>Whether it has outputs that can be sent backwards.</summary>
    public bool HasOutputs => _network is { InstructionWidth: 0 };

    /// <param name="saved">The model.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="picture">What its features are; null for what the network says, or a square.</param>
    /// <exception cref="InvalidDataException">It has no weights that are pictures.</exception>
    public static LookedAt Of(SavedNetwork saved, string name, TensorShape? picture)
    {
        try
        {
            if (saved.Pipeline?.Parts().OfType<PredictionTransformer<NetworkModelParameters>>().FirstOrDefault() is { } part)
                return new(name, LayerPictures.PictureOf(part.Model.Spec, picture), part.Model, part.ClassNames, null);
            NamedTensor? weights = saved.Tensors().Tensors.FirstOrDefault(tensor => tensor.Name.Split('.')[^1] is "W" or "W1" or "R1" && tensor.Shape.Count == 2 && tensor.Is<float>())
                ?? throw new InvalidDataException("has no weights [units, features]");
            return new(name, LayerPictures.PictureOf(NetworkSpec.Sequential(new TensorShape(weights.Shape[1]), new Dense(1)), picture), null, null, weights);
        }
        catch (Exception other) when (other is ArgumentException or InvalidDataException)
        {
            string option = picture is null && other is ArgumentException { ParamName: "picture" } ? " --picture says it, such as --picture 28x28, where features are the pixels of a picture." : "";
            throw new InvalidDataException($"{saved.Path} cannot be looked at: {GivenOptions.Plain(other)}{option}", other);
        }
    }

    /// <summary>What the units of the first layer see, and what those of the hidden layers above draw.</summary>
    public IEnumerable<(string What, ImageTiles Sheet)> Sheets(int units, CancellationToken cancellation)
    {
        if (_network is null)
        {
            ImageTiles fields = new() { Title = $"{Name}: receptive fields" };
            ReadOnlySpan<float> all = _weights!.Values<float>();
            for (int unit = 0; unit < Math.Min(units, _weights.Shape[0]); unit++)
                fields.Weights("", all.Slice(unit * _picture.Size, _picture.Size), _picture.Width, _picture.Height, _picture.Channels);
            yield return ("layer1", fields);
            yield break;
        }
        ImageTiles first = LayerPictures.FirstLayer(_network, _picture, units);
        first.Title = $"{Name}: what layer 1 sees";
        yield return ("layer1", first);
        if (!HasOutputs)
            yield break;
        using TaughtNetwork taught = new(_network, _picture);
        for (int layer = 2; layer < _network.Spec.Graph.Length; layer++)
        {
            cancellation.ThrowIfCancellationRequested();
            ImageTiles sheet = new() { Title = $"{Name}: what layer {layer} draws" };
            foreach (float[] drawn in taught.Draw(layer, [.. Enumerable.Range(0, Math.Min(units, _network.Spec.Graph[layer - 1].Output.Size))]))
                sheet.Weights("", drawn, _picture.Width, _picture.Height, _picture.Channels);
            yield return ($"layer{layer}", sheet);
        }
    }

    /// <summary>What the outputs of several models draw, a line each, with the names of the classes.</summary>
    public static ImageTiles OutputsOf(IReadOnlyList<LookedAt> models, int units)
    {
        ImageTiles sheet = new() { Columns = models.Max(model => Math.Min(units, model._network!.OutputCount)), Title = string.Join(", ", models.Select(model => model.Name)) };
        foreach (LookedAt model in models)
        {
            using TaughtNetwork taught = new(model._network!, model._picture);
            IReadOnlyList<float[]> drawn = taught.Draw(model._network!.Spec.Graph.Length, [.. Enumerable.Range(0, Math.Min(units, model._network.OutputCount))]);
            for (int output = 0; output < sheet.Columns; output++)
            {
                string caption = model._classes is { } classes && output < classes.Count ? classes[output] : "";
                if (output < drawn.Count)
                    sheet.Weights(caption, drawn[output], model._picture.Width, model._picture.Height, model._picture.Channels);
                else
                    sheet.Image("", new float[1] { 1 }, 1, 1); // models with fewer outputs end their line in white
            }
        }
        return sheet;
    }
}
