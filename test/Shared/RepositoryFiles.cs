namespace BioLearn.Tests;

/// <summary>Files of the repository, found above the test assembly.</summary>
internal static class RepositoryFiles
{
    /// <summary>Full path of a file or folder by its path in the repository.</summary>
    public static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, path);
            if (Path.Exists(candidate))
                return candidate;
        }
        throw new FileNotFoundException($"{path} is not above the test assembly");
    }
}
