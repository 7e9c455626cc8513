using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// A network's description in a saved model, as JSON: <c>{"Version":1,"Input":{"Channels":4,...},"Head":"SoftmaxCrossEntropy","Layers":[...]}</c>,
/// a layer as <see cref="LayerKinds"/> says.
/// </summary>
internal static class NetworkSpecFile
{
    private const int Version = 1;
    private const int MostLayers = 10_000;

    // What the numbers of version 0.1 mean, whatever becomes of the enumerations.
    private static readonly OutputHead[] Heads = [OutputHead.LinearSquaredError, OutputHead.SigmoidSquaredError, OutputHead.SigmoidCrossEntropy, OutputHead.SoftmaxCrossEntropy];
    private static readonly Activation[] Activations =
        [Activation.Linear, Activation.ReLU, Activation.LeakyReLU, Activation.Tanh, Activation.Sigmoid, Activation.HardSigmoid, Activation.ShiftedSigmoid];

    public static string Write(NetworkSpec spec) => OptionsJson.Text(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("Version", Version);
        writer.WritePropertyName("Input");
        OptionsJson.WriteValue(writer, spec.Input);
        writer.WriteString("Head", spec.Head.Name);
        writer.WriteStartArray("Layers");
        foreach (LayerSpec layer in spec.Layers)
            LayerKinds.Write(writer, layer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <exception cref="InvalidDataException">The description is damaged or describes no network.</exception>
    public static NetworkSpec Read(string text)
    {
        using JsonDocument document = OptionsJson.Parse(text);
        JsonElement root = document.RootElement;
        OptionsJson.Version(root, "a network's description", Version);
        string head = OptionsJson.Member(root, "Head", JsonValueKind.String).GetString()!;
        return Make(
            (TensorShape)OptionsJson.ReadMembers(OptionsJson.Member(root, "Input", JsonValueKind.Object), typeof(TensorShape)),
            [.. OptionsJson.Member(root, "Layers", JsonValueKind.Array).EnumerateArray().Select(LayerKinds.Read)],
            OutputHead.Find(head) ?? throw new InvalidDataException($"there is no output head '{head}', only {string.Join(", ", OutputHead.All)}; a head of your own needs OutputHead.Register"));
    }

    /// <summary>The description as version 0.1 wrote it, in numbers.</summary>
    /// <exception cref="InvalidDataException">The description is damaged or describes no network.</exception>
    public static NetworkSpec ReadNumbers(ModelReader reader)
    {
        BinaryReader fields = reader.Fields;
        TensorShape input = new(fields.ReadInt32(), fields.ReadInt32(), fields.ReadInt32());
        OutputHead head = ReadHeadNumber(reader);
        LayerSpec[] layers = new LayerSpec[reader.ReadCount("layers", 1, MostLayers)];
        for (int i = 0; i < layers.Length; i++)
            layers[i] = ReadLayer(reader);
        return reader.Checked(() => Make(input, layers, head));
    }

    /// <summary>An output head of a component that saved its number before <paramref name="namedSince"/>, and its name since.</summary>
    public static OutputHead ReadHead(ModelReader reader, int namedSince)
    {
        if (reader.ComponentVersion < namedSince)
            return ReadHeadNumber(reader);
        string name = reader.Fields.ReadString();
        return OutputHead.Find(name) ?? throw reader.Damaged($"there is no output head '{name}', only {string.Join(", ", OutputHead.All)}; a head of your own needs OutputHead.Register");
    }

    private static OutputHead ReadHeadNumber(ModelReader reader) => Heads[reader.ReadCount("output head", 0, Heads.Length - 1)];

    private static NetworkSpec Make(TensorShape input, LayerSpec[] layers, OutputHead head)
    {
        try
        {
            return new NetworkSpec(input, layers, head);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InvalidDataException(e.Message, e);
        }
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

    private static Activation ReadActivation(ModelReader reader) => Activations[reader.ReadCount("activation", 0, Activations.Length - 1)];
}
