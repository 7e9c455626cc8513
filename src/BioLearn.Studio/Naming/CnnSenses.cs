using BioLearn.ML.Naming;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Images;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Studio.Naming;

/// <summary>Activations of a pretrained network's last hidden layer.</summary>
internal sealed class CnnSenses : ISenses
{
    private readonly CnnModel _model;
    private readonly TraceLevel _level;

    public CnnSenses(string name)
    {
        _model = CnnModel.Load(name, new CnnModelOptions { Threads = 1 });
        Level = _model.HasFeatures ? 0 : 1;
        _level = _model.Levels[Level];
        Key = name;
    }

    public string Key { get; }

    public string Title => TitleOf(Key);

    public FeatureCoding Coding => FeatureCoding.Rate;

    public string? NetworkFile => null;

    public int Level { get; }

    public int UsualFires => 60;

    public static string TitleOf(string name) => $"Pretrained network {name}, for photographs";

    public float[] Look(PixelImage picture) => _model.Forward(Input(picture), 1, [_level.Name], switches: false).Activation(_level, 0).ToArray();

    public IReadOnlyList<Recalled> Recall(double[] learned, PixelImage example)
    {
        using Recollector recollector = new(_model, Cue.Custom(_level.Name, Array.ConvertAll(learned, value => (float)value)));
        var recollected = recollector.Recollect(Input(example), 1)[0];
        return [new("sent back through the network, along the way that the example took", recollected.ToPicture(_model.Card.Preprocessing))];
    }

    public void Dispose() => _model.Dispose();

    private float[] Input(PixelImage picture)
    {
        var preprocessing = _model.Card.Preprocessing;
        float[] input = new float[preprocessing.InputLength];
        preprocessing.Normalize(preprocessing.ResizeAndCrop(picture), input);
        return input;
    }
}
