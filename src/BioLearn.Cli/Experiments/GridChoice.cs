using System.Reflection;
using System.Runtime.Loader;
using BioLearn.Cli.Learning;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Terminal;
using BioLearn.Experiments;
using BioLearn.Experiments.Grids;

namespace BioLearn.Cli.Experiments;

/// <summary>The grid that a command line names, and the folder of its results.</summary>
/// <param name="Experiment">The grid's trials.</param>
/// <param name="Folder">Where results are.</param>
/// <param name="File">What names the grid on a command line.</param>
internal sealed record GridChoice(Experiment Experiment, ResultsFolder Folder, string File)
{
    private const string Extension = ".yaml";

    /// <summary>What the command line says besides; null where it says nothing.</summary>
    private ExperimentSettings? Given { get; init; }

    /// <summary>A command line about this grid as it was named, with the same folder of results, data and trials.</summary>
    public string CommandLine(string command, params string[] words)
    {
        string folder = Path.GetRelativePath(Environment.CurrentDirectory, Folder.Path);
        string[] all =
        [
            "biolearn", "experiment", command, File, .. words,
            .. folder == DefaultFolder(Experiment) ? [] : (string[])["--out", folder],
            .. Given?.Data.SelectMany(data => (string[])["--data", data]) ?? [],
            .. Given?.Trials is { } trials ? ["--trials", trials] : Array.Empty<string>(),
        ];
        return ShellText.Of(all);
    }

    /// <summary>The grids that lie beside the tool.</summary>
    public static IEnumerable<string> Bundled()
    {
        string root = Path.Combine(AppContext.BaseDirectory, "experiments");
        return Directory.Exists(root)
            ? Directory.EnumerateFiles(root, $"*{Extension}", SearchOption.AllDirectories).Select(file => Path.ChangeExtension(Path.GetRelativePath(root, file), null).Replace('\\', '/')).Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>The name by which the tool knows the grid, such as <c>credit/rules.full</c>: of bundled ones with this file's name the one in the folder that the experiment is named after.</summary>
    /// <returns>The name; null where none is bundled.</returns>
    public string? BundledName()
    {
        string own = OwnName();
        string[] alike = [.. Bundled().Where(bundled => bundled == own || bundled.EndsWith($"/{Stem}", StringComparison.Ordinal))];
        return alike.Contains(own) ? own : alike is [var one] ? one : null;
    }

    /// <summary>The experiment's folder with the file's name.</summary>
    public string OwnName() => Path.Combine(Path.GetDirectoryName(Experiment.Grid.Name) ?? "", Stem).Replace('\\', '/');

    // A bundled grid may be named without its extension, and has a point in its name.
    private string Stem => Path.GetExtension(File) is Extension or ".yml" ? Path.GetFileNameWithoutExtension(File) : Path.GetFileName(File);

    /// <summary>A grid file's path: as named, or one that lies beside the tool.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Find(string name, string option = "<FILE>")
    {
        string bundled = Path.Combine(AppContext.BaseDirectory, "experiments", name.EndsWith(Extension, StringComparison.Ordinal) ? name : name + Extension);
        return System.IO.File.Exists(name) ? name
            : System.IO.File.Exists(bundled) ? bundled
            : throw new UsageException($"{option} {name}: there is no such grid file; bundled are {string.Join(", ", Bundled().Where(one => one.EndsWith(".quick", StringComparison.Ordinal)).DefaultIfEmpty("none"))}");
    }

    /// <summary>The one grid of a file, or of a folder that holds one.</summary>
    /// <exception cref="UsageException">There is none, or the folder holds several.</exception>
    public static GridChoice Open(string file, GridSettings settings)
    {
        if (!Directory.Exists(file))
            return Checked([OfFile(file, settings)], settings)[0];
        GridChoice[] all = [.. OfFolder(file, settings, null)];
        return all is [var one] ? Checked([one], settings)[0] : throw new UsageException($"<FILE> {file}: holds {all.Length} grids; name one of their files: {string.Join(", ", all.Select(choice => choice.File))}");
    }

    /// <summary>The grids of a file or of a folder.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static IReadOnlyList<GridChoice> OpenAll(string file, GridSettings settings) => Checked(Directory.Exists(file) ? [.. OfFolder(file, settings, null)] : [OfFile(file, settings)], settings);

    /// <summary>Grids of one command line, where each of its sources of data is one of theirs.</summary>
    /// <exception cref="UsageException"><c>--data</c> names a source that no grid has.</exception>
    public static GridChoice[] Checked(GridChoice[] choices, ExperimentSettings settings)
    {
        string[] known = [.. choices.SelectMany(choice => choice.Experiment.Sources).Select(source => source.Name).Distinct().Order(StringComparer.Ordinal)];
        foreach (string name in DataOf(settings).Keys.Where(name => !known.Contains(name)))
        {
            throw new UsageException($"--data {name}=...: the grid has no source '{name}'; "
                + (known.Length == 0 ? "it has none" : $"did you mean '{NearestName.Of(name, known)}'? It has {string.Join(", ", known)}"));
        }
        return choices;
    }

    /// <summary>The grids whose copies lie in a folder of results.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static IEnumerable<GridChoice> OfFolder(string path, ExperimentSettings settings, string? grid)
    {
        ResultsFolder folder = new(path);
        IReadOnlyList<string> names = folder.Grids.Names();
        if (names.Count == 0)
            throw new UsageException($"{path}: is no folder of results: it has no grids/*{Extension}; biolearn experiment run FILE makes one");
        if (grid is not null && !names.Contains(grid))
            throw new UsageException($"--grid {grid}: {path} holds {string.Join(", ", names)}");
        (TrialCatalog catalog, Dictionary<string, string> data) = (Catalog(settings), DataOf(settings));
        return (grid is null ? names : [grid]).Select(name => new GridChoice(Of(folder.Grids.FileOf(name), catalog, data), folder, folder.Grids.FileOf(name)) { Given = settings });
    }

    /// <summary>A grid file with the folder of its results; null for the one that its name gives.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    public static GridChoice OfFile(string file, string? folder, ExperimentSettings settings, string option = "<FILE>")
    {
        Dictionary<string, string> data = DataOf(settings);
        TrialCatalog catalog = Catalog(settings);
        Experiment experiment = Of(Find(file, option), catalog, data);
        return new(experiment, new(folder ?? DefaultFolder(experiment)), file) { Given = settings };
    }

    /// <summary>Where results lie unless a command line says otherwise.</summary>
    public static string DefaultFolder(Experiment experiment) => Path.Combine("results", Path.Combine(experiment.Grid.Name.Split('/')));

    private static GridChoice OfFile(string file, GridSettings settings) => OfFile(file, settings.Out, settings);

    /// <summary>A grid file's experiment; CSV files in the place of folders are read here.</summary>
    private static Experiment Of(string file, TrialCatalog catalog, Dictionary<string, string> data)
    {
        GridFile grid = GridFile.Read(file);
        KeyValuePair<string, string>[] tables = [.. data.Concat(grid.Data.Where(own => !data.ContainsKey(own.Key))).Where(source => System.IO.File.Exists(source.Value))];
        return new(grid, catalog, data, tables.Select(source => TableData.Source(source.Key, source.Value)).ToArray());
    }

    private static Dictionary<string, string> DataOf(ExperimentSettings settings)
    {
        Dictionary<string, string> folders = [];
        foreach (string given in settings.Data)
        {
            string[] sides = given.Split('=', 2);
            if (sides.Length < 2 || sides[0].Length == 0 || !(Directory.Exists(sides[1]) || System.IO.File.Exists(sides[1])))
                throw new UsageException($"--data {given}: expected NAME=FOLDER, a source's name and a folder of pictures, or a CSV file, that is there");
            folders[sides[0]] = sides[1];
        }
        return folders;
    }

    /// <summary>Classes of trials: the library's, the tool's, and those of an assembly of the user's.</summary>
    /// <exception cref="UsageException">The assembly cannot be read.</exception>
    public static TrialCatalog Catalog(ExperimentSettings settings)
    {
        TrialCatalog catalog = TrialCatalog.Standard().Add<TaughtTrial>(TaughtTrial.Name); // folders of biolearn compare have a status and a report, too
        if (settings.Trials is not { } path)
            return catalog;
        if (!System.IO.File.Exists(path))
            throw new UsageException($"--trials {path}: there is no such file; expected an assembly (.dll)");
        try
        {
            return catalog.AddAll(Load(Path.GetFullPath(path)));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or ArgumentException or TypeLoadException or ReflectionTypeLoadException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new UsageException($"--trials {path}: {e.Message}");
        }
    }

    /// <summary>The assembly, with what lies beside it; what the tool has itself is the tool's.</summary>
    private static Assembly Load(string path)
    {
        AssemblyDependencyResolver beside = new(path);
        AssemblyLoadContext.Default.Resolving += (context, name) => beside.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
        return AssemblyLoadContext.Default.LoadFromAssemblyPath(path);
    }
}
