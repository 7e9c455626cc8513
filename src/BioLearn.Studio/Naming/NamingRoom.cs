using System.Collections.Concurrent;
using BioLearn.Onnx.Models;
using BioLearn.Studio.Gallery;
using BioLearn.Studio.Models;
using BioLearn.Studio.Pictures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BioLearn.Studio.Naming;

/// <summary>What all lessons of this server share: networks, loaded when first asked for and then only read, and pictures to choose from.</summary>
internal sealed class NamingRoom(PictureShelf shelf, CnnShelf networks)
{
    private static readonly string Network = Path.Combine(ModelCatalog.BundledFolder, "clothes-28x28.blsn");

    private readonly ConcurrentDictionary<string, Lazy<ISenses>> _loaded = new(StringComparer.Ordinal);
    private readonly Lazy<Clothes> _clothes = new(() => new(Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist")));

    /// <summary>The networks to choose from: the bundled ones, so that what is kept has a bound.</summary>
    public IReadOnlyList<(string Key, string Title)> Choices { get; } =
    [
        (SpikingSenses.Name, SpikingSenses.Says),
        .. CnnShelf.List().Where(model => model.IsBundled).Select(model => (model.Name, CnnSenses.TitleOf(model.Name))),
    ];

    /// <summary>Pictures of clothes.</summary>
    public Clothes Clothes => _clothes.Value;

    /// <summary>Names of the photographs of the shelf.</summary>
    public IReadOnlyList<string> Photographs => shelf.Names;

    /// <summary>What this part of the page adds to the services.</summary>
    public static void AddTo(IServiceCollection services)
    {
        services.TryAddSingleton<CnnShelf>();
        services.AddSingleton<NamingRoom>().AddSingleton<IGalleryView, NamingGallery>();
    }

    /// <summary>A network by its key; loading it takes a moment.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this key.</exception>
    public ISenses Senses(string key)
    {
        if (!Choices.Any(choice => choice.Key == key))
            throw new KeyNotFoundException($"\"{key}\" is no network of this page; expected {string.Join(", ", Choices.Select(choice => choice.Key))}");
        return _loaded.GetOrAdd(key, key => new(() => key == SpikingSenses.Name ? new SpikingSenses(Network) : new CnnSenses(networks, key))).Value;
    }

    /// <summary>A picture by its key, or null if it is not at hand.</summary>
    public ShownPicture? Picture(string key) => Clothes.Find(key) ?? shelf.Find(key);
}
