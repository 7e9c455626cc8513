using BioLearn.ML.Naming;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;

namespace BioLearn.Studio.Naming;

/// <summary>Active steps of every neuron of a spiking network's last layer.</summary>
internal sealed class SpikingSenses(string path) : ISenses
{
    public const string Name = "spiking";
    public const string Says = "Spiking network, for drawings and clothes";
    private static readonly SpikingReadOut ReadOut = new();

    private readonly SpikingNetwork _network = SpikingNetwork.Load(path);

    public string Key => Name;

    public string Title => Says;

    public FeatureCoding Coding => FeatureCoding.Counts;

    public string? NetworkFile => path;

    public int Level => 0;

    public int UsualFires => 20;

    public float[] Look(PixelImage picture) => Array.ConvertAll(_network.Respond(Gray(picture), ReadOut).Counts, count => (float)count);

    public IReadOnlyList<Recalled> Recall(double[] learned, PixelImage example) =>
    [
        new("from the name alone: blurred, for the network has forgotten the places", Coloured(SpikingReversal.ToPicture(_network, learned))),
        new("let through only where the example made neurons fire", Coloured(SpikingReversal.ToPicture(_network, learned, Gray(example)))),
    ];

    private static GrayPicture Gray(PixelImage picture) => new(picture.Width, picture.Height, picture.ToGray());

    private static PixelImage Coloured(GrayPicture picture) => PixelImage.FromGray(picture.Width, picture.Height, picture.Pixels.Span);
}
