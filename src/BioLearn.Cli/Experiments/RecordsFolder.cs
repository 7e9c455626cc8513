using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;
using BioLearn.Experiments.Reports;

namespace BioLearn.Cli.Experiments;

/// <summary>A folder of kept records: a file a grid, in the subfolders of the grids.</summary>
/// <param name="path">The folder.</param>
/// <param name="grids">Where grid files lie; null for those that the tool brings.</param>
/// <param name="catalog">Classes of trials.</param>
internal sealed class RecordsFolder(string path, string? grids, TrialCatalog catalog)
{
    public static string FileOf(string folder, string grid) => Path.Combine([folder, .. $"{grid}{KeptRecords.Extension}".Split('/', StringSplitOptions.RemoveEmptyEntries)]);

    /// <summary>The report of a grid, from its records.</summary>
    /// <exception cref="UsageException">There are no records, or no grid file.</exception>
    public ExperimentReport Report(string grid)
    {
        string file = FileOf(path, grid);
        if (!File.Exists(file))
            throw new UsageException($"there are no records of {grid}: expected {file}, which biolearn experiment export --records writes");
        GridFile read = GridFile.Read(GridChoice.Find(grids is null ? grid : Path.Combine(grids, $"{grid}.yaml"), "records of"));
        return new(KeptRecords.Read(file, read, KeptRecords.Command(grid, read), catalog));
    }
}
