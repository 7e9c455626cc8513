using BioLearn.ML.Hosting;

namespace BioLearn.ML.Memories;

/// <summary>Boltzmann layers in a saved model.</summary>
internal static class BoltzmannFile
{
    /// <summary>2 has names where 1 has numbers.</summary>
    public const int Version = 2;

    public static void Write(ModelWriter writer, FeatureScale scale, IReadOnlyList<BoltzmannLayer<float>> layers)
    {
        writer.Fields.Write(layers.Count);
        writer.WriteTensor<float>("Mean", scale.Mean);
        writer.WriteTensor<float>("Deviation", scale.Deviation);
        for (int l = 0; l < layers.Count; l++)
        {
            writer.WriteName(layers[l].Units);
            ModelWriter part = writer.Within($"Layer{l + 1}");
            part.WriteTensor<float>("VisibleBiases", layers[l].VisibleBiases);
            part.WriteTensor<float>("HiddenBiases", layers[l].HiddenBiases);
            part.WriteTensor<float>("Weights", layers[l].Weights);
        }
    }

    public static (FeatureScale Scale, BoltzmannLayer<float>[] Layers) Read(ModelReader reader)
    {
        var layers = new BoltzmannLayer<float>[reader.ReadLength("layers", sizeof(int))];
        float[] mean = reader.ReadTensor<float>("Mean"), deviation = reader.ReadTensor<float>("Deviation", mean.Length);
        for (int l = 0; l < layers.Length; l++)
        {
            var units = reader.ReadName("visible units", namedSince: 2, [VisibleUnits.Bernoulli, VisibleUnits.Gaussian]);
            ModelReader part = reader.Within($"Layer{l + 1}");
            float[] a = part.ReadTensor<float>("VisibleBiases"), b = part.ReadTensor<float>("HiddenBiases");
            if (a.Length == 0 || b.Length == 0 || (l > 0 && a.Length != layers[l - 1].Hidden))
                throw reader.Damaged($"layer {l + 1} has {a.Length} visible and {b.Length} hidden units");
            float[] weights = part.ReadTensor<float>("Weights", (long)a.Length * b.Length);
            layers[l] = new(a.Length, b.Length, units) { Weights = weights, VisibleBiases = a, HiddenBiases = b };
        }
        if (layers.Length == 0 || (mean.Length != 0 && mean.Length != layers[0].Visible))
            throw reader.Damaged($"it has {layers.Length} layers and {mean.Length} means");
        return (new(mean, deviation), layers);
    }
}
