namespace BioLearn.Experiments.Tests;

/// <summary>The grid files that the repository brings, with data for each: of CIFAR-10, of which nothing may be copied here, and of Omniglot files of which only the checksum is asked for; pictures stand for features that the tool writes.</summary>
internal sealed class RepositoryGrids : IDisposable
{
    private readonly TemporaryFolder _cifar = new(), _omniglot = new();

    public RepositoryGrids()
    {
        foreach (string name in (string[])["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin", "test_batch.bin"])
            _cifar.Write(name, "");
        foreach (string name in (string[])["background-images-105-idx3-ubyte", "evaluation-images-105-idx3-ubyte"])
            _omniglot.Write(name, "");
    }

    private static string Folder => RepositoryFiles.Find("experiments");

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order(StringComparer.Ordinal)];

    public Experiment Read(string file) => Experiment.Read(
        Path.Combine(Folder, file),
        folders: new Dictionary<string, string> { ["fashion-mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist"), ["mnist"] = RepositoryFiles.Find("examples/data/fashion-mnist"), ["cifar-10"] = _cifar.Path, ["omniglot"] = _omniglot.Path, ["features"] = RepositoryFiles.Find("examples/data/fashion-mnist") });

    public void Dispose()
    {
        _cifar.Dispose();
        _omniglot.Dispose();
    }
}
