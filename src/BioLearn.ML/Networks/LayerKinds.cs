using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// The kinds of layers that saved models may name, and where a program adds its own. A layer is saved as its kind, the version of the kind's
/// form, and its properties by their names: <c>{"Kind":"dense","Version":1,"Units":10,"Activation":"ReLU"}</c>.
/// </summary>
public static class LayerKinds
{
    private const string Kind = "Kind", Version = "Version";

    private static readonly SavedNames Names = new("layer kind");
    private static readonly Dictionary<Type, int> Versions = [];

    static LayerKinds()
    {
        Register<Dense>("dense");
        Register<Convolution2D>("convolution-2d");
        Register<LocallyConnected2D>("locally-connected-2d");
        Register<MaxPooling2D>("max-pooling-2d");
        Register<AveragePooling2D>("average-pooling-2d");
        Register<GlobalAveragePooling>("global-average-pooling");
        Register<Flatten>("flatten");
        Register<BatchNormalization>("batch-normalization");
        Register<Dropout>("dropout");
        Register<Identity>("identity");
        Register<InstructionGate>("instruction-gate");
        Register<TaskDecoders>("task-decoders");
    }

    /// <summary>
    /// Lets saved models name a layer kind of your own. What is saved of it are its public properties that have a setter or stand in its
    /// constructor; when you rename one, mark it with <see cref="FormerNameAttribute"/>.
    /// </summary>
    /// <typeparam name="TLayer">The layer's description.</typeparam>
    /// <param name="name">Its name in saved models, for example "maxout"; it never changes, whatever the type is called.</param>
    /// <param name="version">Raise it when older programs must not read the kind's new form; at least 1.</param>
    /// <exception cref="ArgumentException">Another kind has the name, or the type has a property that is called Kind or Version.</exception>
    public static void Register<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties | DynamicallyAccessedMemberTypes.PublicConstructors)] TLayer>(
        string name, int version = 1)
        where TLayer : LayerSpec
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        if (SavedMembers.Of(typeof(TLayer)).Options.FirstOrDefault(o => o.Name is Kind or Version) is { } taken)
            throw new ArgumentException($"{typeof(TLayer)}.{taken.Name} has a name that saved layers need for themselves.", nameof(name));
        Names.Add(typeof(TLayer), name);
        lock (Versions)
            Versions[typeof(TLayer)] = version;
    }

    /// <summary>Names of all kinds that are known, such as "dense" and "convolution-2d".</summary>
    public static IReadOnlyList<string> All => Names.All;

    /// <summary>The kind of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The type of its description, a <see cref="LayerSpec"/>; null if there is none.</returns>
    public static Type? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names.Find(name);
    }

    /// <exception cref="InvalidOperationException">The layer's kind has no name, or a property that cannot be saved.</exception>
    internal static void Write(Utf8JsonWriter writer, LayerSpec layer)
    {
        Type type = layer.GetType();
        writer.WriteStartObject();
        writer.WriteString(Kind, Names.Of(type) ?? throw new InvalidOperationException($"Layers of {type} have no name in saved models; give them one by LayerKinds.Register."));
        writer.WriteNumber(Version, VersionOf(type));
        OptionsJson.WriteMembers(writer, layer);
        writer.WriteEndObject();
    }

    /// <exception cref="InvalidOperationException">The layer, or its activation, has no name in saved models, or a property that cannot be saved.</exception>
    internal static void RequireSavable(LayerSpec layer)
    {
        using JsonDocument saved = OptionsJson.Parse(OptionsJson.Text(writer => Write(writer, layer)));
        try
        {
            Read(saved.RootElement);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidOperationException($"{layer} cannot be saved: {e.Message}.", e);
        }
    }

    /// <exception cref="InvalidDataException">No such kind is registered, or its properties are others.</exception>
    internal static LayerSpec Read(JsonElement element)
    {
        string name = OptionsJson.Member(element, Kind, JsonValueKind.String).GetString()!;
        Type type = Names.Find(name) ?? throw new InvalidDataException($"there is no layer kind '{name}', only {string.Join(", ", Names.All)}; a kind of your own needs LayerKinds.Register");
        OptionsJson.Version(element, $"the layer kind '{name}'", VersionOf(type));
        return (LayerSpec)OptionsJson.ReadMembers(element, type, [Kind, Version]);
    }

    private static int VersionOf(Type type)
    {
        lock (Versions)
            return Versions[type];
    }
}
