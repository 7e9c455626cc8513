using BioLearn.Cli.Terminal;
using BioLearn.Experiments.Grids;
using BioLearn.ML.Networks;

namespace BioLearn.Cli.Learning;

/// <summary>The hidden layers that <c>--network</c> names: a network for pictures by its name, or a YAML file that lists layers.</summary>
internal static class NetworkChoice
{
    private const string Option = "--network";

    /// <summary>What a network file holds.</summary>
    private sealed class NetworkFile
    {
        /// <summary>The hidden layers from the input; the output layer is added.</summary>
        public required LayerSpec[] Layers { get; init; }
    }

    /// <summary>Whether it names a file.</summary>
    public static bool IsFile(string network) => !NetworkSpec.Names.Contains(network);

    /// <summary>Its hidden layers.</summary>
    /// <param name="network">A name, or the path of a YAML file.</param>
    /// <param name="channels">Channels of the first stage; 0 for the paper's.</param>
    /// <param name="input">Shape of a row.</param>
    /// <param name="outputs">Outputs of the network.</param>
    /// <exception cref="UsageException">There is no such network or file, or it does not fit the rows.</exception>
    /// <exception cref="InvalidDataException">The file describes no layers; the message has file and line.</exception>
    public static IReadOnlyList<LayerSpec> Layers(string network, int channels, TensorShape input, int outputs)
    {
        try
        {
            if (!IsFile(network))
                return [.. NetworkSpec.Named(network, input, outputs, channels).Layers.SkipLast(1)];
            if (channels != 0)
                throw new UsageException($"--channels {channels}: is for {string.Join(", ", NetworkSpec.Names)}; a file says it layer by layer");
            if (!File.Exists(network))
                throw new UsageException($"{Option} {network}: expected {string.Join(", ", NetworkSpec.Names)}, or a YAML file of layers that is there");
            LayerSpec[] layers = new SettingReader().Read<NetworkFile>(GridReader.ReadFile(network)).Layers;
            _ = new NetworkSpec(input, [.. layers, new Dense(outputs, Activation.Linear)], OutputHead.LinearSquaredError); // whether they fit
            return layers;
        }
        catch (ArgumentException refused)
        {
            throw new UsageException($"{Option} {network}: does not fit rows of {input}: {GivenOptions.Plain(refused)}{(input.IsVector && refused.Message.Contains("picture", StringComparison.Ordinal) ? " (--shape 1x28x28 says that columns are pixels)" : "")}");
        }
    }
}
