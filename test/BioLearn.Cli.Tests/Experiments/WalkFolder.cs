using BioLearn.Experiments;

namespace BioLearn.Cli.Tests.Experiments;

/// <summary>A grid of walks in a folder that goes with the test, and the tool that runs it.</summary>
internal sealed class WalkFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WalkFolder(string grid = WalkTrial.Grid) => File.WriteAllText(Grid, grid);

    public string this[string name] => _folder[name];

    public string Grid => _folder["walks.yaml"];

    public static string Assembly => typeof(WalkTrial).Assembly.Location;

    /// <summary>Words that start the tool as a process of its own.</summary>
    public static string[] Command => ["dotnet", Path.Combine(AppContext.BaseDirectory, "biolearn.dll")];

    public Experiment Experiment => Experiment.Read(Grid, new TrialCatalog().Add<WalkTrial>("walk"));

    /// <summary><c>biolearn experiment WORDS --trials ASSEMBLY</c>.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(params string[] words) => Tool.RunAsync(["experiment", .. words, "--trials", Assembly]);

    /// <summary>All results of a folder, by name, with their bytes.</summary>
    public SortedDictionary<string, string> Results(string folder)
    {
        string root = Path.Combine(this[folder], "trials");
        return new(Directory.Exists(root) ? Directory.EnumerateFiles(root, "*.jsonl", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(root, file), File.ReadAllText) : [], StringComparer.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
