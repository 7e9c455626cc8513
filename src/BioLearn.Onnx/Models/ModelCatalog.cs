using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Models;

/// <summary>A model file of the catalogue.</summary>
/// <param name="Name">Short name: what <see cref="CnnModel.Load(string, CnnModelOptions?)"/> accepts in place of a path.</param>
/// <param name="Path">The .onnx file.</param>
/// <param name="Card">The card beside it, or null if there is none.</param>
/// <param name="IsBundled">True if it came with the application.</param>
public sealed record CatalogModel(string Name, string Path, ModelCard? Card, bool IsBundled);

/// <summary>
/// The models at hand: those bundled with the application (folder "models" beside it) and those pulled by the user
/// (<see cref="UserFolder"/>).
/// </summary>
public static class ModelCatalog
{
    /// <summary>Environment variable that names another folder for pulled models.</summary>
    public const string FolderVariable = "BIOLEARN_MODELS";

    /// <summary>Folder of bundled models.</summary>
    public static string BundledFolder => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Folder of pulled models: the user's local application data, or what BIOLEARN_MODELS names.</summary>
    public static string UserFolder => Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "BioLearn", "models");

    /// <summary>All models, bundled ones first, each group by name.</summary>
    /// <exception cref="OnnxModelException">A card is damaged.</exception>
    public static IReadOnlyList<CatalogModel> List() => [.. In(BundledFolder, isBundled: true), .. In(UserFolder, isBundled: false)];

    /// <summary>Finds a model by path, by short name, or by file name without extension.</summary>
    /// <exception cref="FileNotFoundException">There is no such model; the message lists those there are.</exception>
    public static CatalogModel Find(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(nameOrPath);
        if (File.Exists(nameOrPath)) return Describe(nameOrPath, isBundled: false);
        IReadOnlyList<CatalogModel> models = List();
        return models.FirstOrDefault(m => m.Name.Equals(nameOrPath, StringComparison.OrdinalIgnoreCase))
            ?? models.FirstOrDefault(m => Path.GetFileNameWithoutExtension(m.Path).Equals(nameOrPath, StringComparison.OrdinalIgnoreCase))
            ?? throw new FileNotFoundException($"\"{nameOrPath}\" is neither a model file nor one of the models at hand: {(models.Count == 0 ? "none" : string.Join(", ", models.Select(m => m.Name)))}", nameOrPath);
    }

    private static IEnumerable<CatalogModel> In(string folder, bool isBundled) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.onnx").Select(path => Describe(path, isBundled)).OrderBy(m => m.Name, StringComparer.Ordinal)
        : [];

    private static CatalogModel Describe(string path, bool isBundled)
    {
        string cardPath = ModelCardFile.PathBeside(path);
        ModelCard? card = File.Exists(cardPath) ? ModelCardFile.Read(cardPath) : null;
        return new(card?.Name ?? Path.GetFileNameWithoutExtension(path), path, card, isBundled);
    }
}
