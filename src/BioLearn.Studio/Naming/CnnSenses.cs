using BioLearn.ML.Naming;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Studio.Models;

namespace BioLearn.Studio.Naming;

/// <summary>Activations of a pretrained network's last hidden layer; the network is on loan while a picture is looked at.</summary>
internal sealed class CnnSenses : ISenses
{
    private readonly CnnShelf _networks;

    public CnnSenses(CnnShelf networks, string name)
    {
        _networks = networks;
        Key = name;
        using var lease = networks.Take(name);
        Level = lease.Value.Model.HasFeatures ? 0 : 1;
    }

    public string Key { get; }

    public string Title => TitleOf(Key);

    public FeatureCoding Coding => FeatureCoding.Rate;

    public string? NetworkFile => null;

    public int Level { get; }

    public int UsualFires => 60;

    public static string TitleOf(string name) => $"Pretrained network {name}, for photographs";

    public float[] Look(PixelImage picture)
    {
        using var lease = _networks.Take(Key);
        var model = lease.Value.Model;
        return model.Forward(Input(model, picture), 1, [model.Levels[Level].Name], switches: false).Activation(model.Levels[Level], 0).ToArray();
    }

    public IReadOnlyList<Recalled> Recall(double[] learned, PixelImage example)
    {
        using var lease = _networks.Take(Key);
        var model = lease.Value.Model;
        using Recollector recollector = new(model, Cue.Custom(model.Levels[Level].Name, Array.ConvertAll(learned, value => (float)value)));
        var recollected = recollector.Recollect(Input(model, example), 1)[0];
        return [new("sent back through the network, along the way that the example took", recollected.ToPicture(model.Card.Preprocessing))];
    }

    private static float[] Input(CnnModel model, PixelImage picture)
    {
        var preprocessing = model.Card.Preprocessing;
        float[] input = new float[preprocessing.InputLength];
        preprocessing.Normalize(preprocessing.ResizeAndCrop(picture), input);
        return input;
    }
}
