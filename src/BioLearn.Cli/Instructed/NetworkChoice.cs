using System.Globalization;
using BioLearn.Cli.Instructed.Data;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Instructed;

/// <summary>The network that <c>--network</c>, <c>--hidden</c> and <c>--normalize</c> name.</summary>
internal static class NetworkChoice
{
    private static readonly string[] Names = ["fc", "simple", "conv", "tiny-resnet", "resnet18"];

    /// <summary>Its layers but the last.</summary>
    /// <exception cref="UsageException">There is no such network, or it does not fit the data.</exception>
    public static IReadOnlyList<LayerSpec> Layers(InstructTrainSettings settings, InstructedData data)
    {
        string name = NameOf(settings, data);
        if (name != "fc" && !data.Input.IsPicture)
            throw new UsageException($"--network {name}: is for pictures; expected fc for a table");
        bool residual = name is "tiny-resnet" or "resnet18";
        if (settings.Normalize && !residual)
            throw new UsageException($"--normalize: is for tiny-resnet and resnet18, not for {name}");
        if (settings.Hidden is not null && residual)
            throw new UsageException($"--hidden {settings.Hidden}: {name} has no fully connected layer below its output");
        var shape = data.Input.Shape;
        // What a network's last layer and its loss are, the trainer decides; here they only close the description.
        var (decoder, head) = (new Dense(1), OutputHead.LinearSquaredError);
        try
        {
            NetworkSpec spec = name switch
            {
                "fc" => InstructedNetworks.FullyConnected(shape, Units(settings.Hidden, 500), decoder, head),
                "simple" => InstructedNetworks.Simple(shape, decoder, head, hidden: One(settings.Hidden, 50)),
                "conv" => InstructedNetworks.Convolutional(shape, decoder, head, hidden: One(settings.Hidden, 100)),
                "tiny-resnet" => InstructedNetworks.TinyResNet(shape, decoder, head, normalized: settings.Normalize),
                _ => InstructedNetworks.ResNet18(shape, decoder, head, normalized: settings.Normalize),
            };
            return [.. spec.Layers.SkipLast(1)];
        }
        catch (ArgumentException refused)
        {
            throw new UsageException($"--network {name}: does not fit pictures of {shape}: {GivenOptions.Plain(refused)}");
        }
    }

    public static string NameOf(InstructTrainSettings settings, InstructedData data) =>
        Choice.Parse("--network", settings.Network ?? (!data.Input.IsPicture ? "fc" : data.Input.Shape.Channels == 1 ? "simple" : "tiny-resnet"), Names, name => name);

    private static int One(string? hidden, int usual) => Units(hidden, usual) is [var units]
        ? units
        : throw new UsageException($"--hidden {hidden}: this network has one fully connected layer; expected one number");

    /// <summary>Numbers of units with hyphens between them.</summary>
    public static int[] Units(string? list, int usual, string option = "--hidden") => list is null
        ? [usual]
        : [.. list.Split('-').Select(size => int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out int units) && units is > 0 and <= MostUnits
            ? units
            : throw new UsageException($"{option} {list}: expected numbers of units such as 500 or 500-200, each at most {MostUnits}"))];

    private const int MostUnits = 100_000;
}
