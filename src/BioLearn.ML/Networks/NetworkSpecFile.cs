using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>A network's description in a saved model.</summary>
internal static class NetworkSpecFile
{
    private const int MostLayers = 10_000;

    public static void Write(NetworkSpec spec, BinaryWriter writer)
    {
        writer.Write(spec.Input.Channels);
        writer.Write(spec.Input.Height);
        writer.Write(spec.Input.Width);
        writer.Write((int)spec.Head);
        writer.Write(spec.Layers.Length);
        foreach (LayerSpec layer in spec.Layers)
            Write(layer, writer);
    }

    /// <exception cref="InvalidDataException">The description is damaged or describes no network.</exception>
    public static NetworkSpec Read(ModelReader reader)
    {
        BinaryReader fields = reader.Fields;
        TensorShape input = new(fields.ReadInt32(), fields.ReadInt32(), fields.ReadInt32());
        OutputHead head = (OutputHead)reader.ReadCount("output head", 0, (int)OutputHead.SoftmaxCrossEntropy);
        LayerSpec[] layers = new LayerSpec[reader.ReadCount("layers", 1, MostLayers)];
        for (int i = 0; i < layers.Length; i++)
            layers[i] = ReadLayer(reader);
        try
        {
            return new NetworkSpec(input, layers, head);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw reader.Damaged(e.Message);
        }
    }

    private static void Write(LayerSpec layer, BinaryWriter writer)
    {
        int[] fields = layer switch
        {
            Dense d => [0, d.Units, (int)d.Activation],
            Convolution2D c => [1, c.Channels, c.KernelSize, c.Stride, c.Padding, (int)c.Activation],
            MaxPooling2D p => [2, p.Size, p.Stride],
            AveragePooling2D p => [3, p.Size, p.Stride],
            _ => throw new InvalidOperationException($"Layers of kind {layer.GetType().Name} cannot be saved."),
        };
        foreach (int field in fields)
            writer.Write(field);
    }

    private static LayerSpec ReadLayer(ModelReader reader)
    {
        BinaryReader f = reader.Fields;
        return reader.ReadCount("kind of layer", 0, 3) switch
        {
            0 => new Dense(f.ReadInt32(), ReadActivation(reader)),
            1 => new Convolution2D(f.ReadInt32(), f.ReadInt32(), f.ReadInt32(), f.ReadInt32(), ReadActivation(reader)),
            2 => new MaxPooling2D(f.ReadInt32(), f.ReadInt32()),
            _ => new AveragePooling2D(f.ReadInt32(), f.ReadInt32()),
        };
    }

    private static Activation ReadActivation(ModelReader reader) =>
        (Activation)reader.ReadCount("activation", 0, (int)Activation.ShiftedSigmoid);
}
