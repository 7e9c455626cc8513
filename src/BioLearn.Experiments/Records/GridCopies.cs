using System.Text;
using BioLearn.Experiments.Grids;
using BioLearn.ML.Hosting;

namespace BioLearn.Experiments;

/// <summary>Copies of grid files in a results folder, each whole: what a file was based on stands in it.</summary>
public sealed class GridCopies
{
    private const string Extension = ".yaml";
    private readonly string _folder;

    internal GridCopies(string folder) => _folder = folder;

    /// <summary>Names of the grids, without folder and extension.</summary>
    /// <returns>The names, sorted.</returns>
    public IReadOnlyList<string> Names() => Directory.Exists(_folder) ? [.. Directory.EnumerateFiles(_folder, $"*{Extension}").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)] : [];

    /// <summary>Path of a grid.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The path.</returns>
    public string FileOf(string name) => Path.Combine(_folder, name + Extension);

    /// <summary>Keeps a copy under the file's name; one of the same experiment that is there is replaced.</summary>
    /// <param name="grid">The grid file.</param>
    /// <returns>The name.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidDataException">A copy of this name is of another experiment, whose trials nobody could name without it.</exception>
    public string Keep(GridFile grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        string name = Path.GetFileNameWithoutExtension(grid.Document.Place.File), file = FileOf(name);
        StringBuilder text = new();
        GridWriter.Write(grid.Document, text, 0, grid.Data);
        if (!File.Exists(file) || File.ReadAllText(file) != text.ToString())
        {
            if (NameIn(file) is { } other && other != grid.Name)
                throw grid.Document["name"]!.Place.Error($"name: the experiment '{grid.Name}' would replace {file}, which is of '{other}': expected another folder of results, or another name of the grid file");
            Directory.CreateDirectory(_folder);
            SafeFile.WriteText(file, text.ToString());
        }
        return name;
    }

    /// <summary>The experiment that a copy is of; null where there is none that can be read.</summary>
    private static string? NameIn(string file)
    {
        try
        {
            return File.Exists(file) ? GridFile.Read(file).Name : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
