using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Terminal;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Models;
using Spectre.Console;

namespace BioLearn.Cli.Naming;

/// <summary>The spiking network that the pictures go through: one from a file, or one that learns its features from them.</summary>
internal static class NetworkChoice
{
    private const int SmallPicture = 64;

    /// <summary>The network for a set's pictures.</summary>
    public static SpikingNetworkOptions For(PictureSet set, long seed)
    {
        int largest = set.Pictures.Max(picture => Math.Max(picture.Picture.Width, picture.Picture.Height));
        return (largest <= SmallPicture || set.Unnamed is not null ? SpikingNetworkOptions.SmallPictures : SpikingNetworkOptions.FaceMotor) with { Seed = seed };
    }

    /// <summary>The network that the options name, or one of this seed.</summary>
    /// <exception cref="UsageException">There is no such file, or the thresholds do not fit.</exception>
    public static SpikingNetwork Open(IAnsiConsole console, NamingSettings settings, PictureSet set, long seed, CancellationToken cancellation)
    {
        if (settings.Network is { } file && !File.Exists(file))
            throw new UsageException($"--network {file}: no such file");
        var network = settings.Network is { } path
            ? SpikingNetwork.Load(path)
            : TrainOrResume(console, set, For(set, seed), Path.Combine(settings.Out, $"network-{seed}.blsn"), settings.ThreadCount, cancellation);
        try
        {
            return settings.Thresholds is { } thresholds ? network.WithThresholds(NamingSettings.List<float>("--thresholds", thresholds)) : network;
        }
        catch (ArgumentException error)
        {
            throw new UsageException($"--thresholds {settings.Thresholds}: {GivenOptions.Plain(error)}");
        }
    }

    /// <summary>The file of a pretrained network.</summary>
    /// <exception cref="UsageException">There is none of this name.</exception>
    public static string Cnn(string name)
    {
        try
        {
            return ModelCatalog.Find(name).Path;
        }
        catch (FileNotFoundException problem)
        {
            throw new UsageException($"--cnn: {problem.Message}");
        }
    }

    /// <summary>Loads a network, or trains one into <paramref name="path"/>; what is there already goes on.</summary>
    public static SpikingNetwork TrainOrResume(IAnsiConsole console, PictureSet set, SpikingNetworkOptions options, string path, int threads, CancellationToken cancellation)
    {
        int total = options.Layers.Sum(layer => layer.Learning?.Iterations ?? 0);
        SpikingNetwork? network = null;
        var view = new ProgressView(console, $"network of seed {options.Seed}, iterations", total, 0);
        view.RunAsync(() => Task.Run(
            () =>
            {
                int before = 0;
                var training = new SpikingTraining
                {
                    Threads = threads,
                    CheckpointPath = path,
                    ThrowIfCancelled = cancellation.ThrowIfCancellationRequested,
                    Report = progress =>
                    {
                        for (; before < progress.Iteration; before++)
                            view.Step();
                    },
                };
                network = training.Train(options, set.NetworkPictures);
            },
            CancellationToken.None)).GetAwaiter().GetResult();
        return network!;
    }
}
