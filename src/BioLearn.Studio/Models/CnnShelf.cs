using BioLearn.Onnx.Models;

namespace BioLearn.Studio.Models;

/// <summary>The pretrained networks at hand, each loaded once for all who look, and only read.</summary>
internal sealed class CnnShelf : IDisposable
{
    private const int MostLoaded = 4;

    private readonly LeasedCache<string, LoadedCnn> _loaded = new(MostLoaded);

    /// <summary>What there is: bundled networks first.</summary>
    /// <exception cref="Onnx.Graph.OnnxModelException">A card is damaged.</exception>
    public static IReadOnlyList<CatalogModel> List() => ModelCatalog.List();

    /// <summary>Takes a network by its name in <see cref="List"/>. A name never becomes a path.</summary>
    /// <exception cref="ArgumentException">There is no such network.</exception>
    /// <exception cref="Onnx.Graph.OnnxModelException">Its file is damaged.</exception>
    public LeasedCache<string, LoadedCnn>.Lease Take(string name)
    {
        var known = List();
        var found = known.FirstOrDefault(model => model.Name == name)
            ?? throw new ArgumentException($"There is no network \"{name}\" here; there are {string.Join(", ", known.Select(model => model.Name))}.");
        return _loaded.Take(found.Name, () => new(CnnModel.Load(found.Path)));
    }

    public void Dispose() => _loaded.Dispose();
}
