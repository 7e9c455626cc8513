namespace BioLearn.Benchmarks.Harness;

/// <summary>Files of the repository that the benchmarks are run from.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    /// <summary>Full path of a file or folder.</summary>
    public static string File(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (System.IO.File.Exists(Path.Combine(folder, "BioLearn.ML.sln"))) return folder;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds BioLearn.ML.sln: run the benchmarks from the repository");
    }
}
