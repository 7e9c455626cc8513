using System.Globalization;

namespace BioLearn.Experiments.Grids;

/// <summary>
/// A grid file: an experiment's name and version, its task, and the settings of its trials, of which any may stand for several values.
/// </summary>
public sealed class GridFile
{
    private static readonly string[] Keys = ["name", "version", "summary", "task", "data", "needs", "seeds", "trial", "overrides", "except", "select", "report"];
    private const int MostSeeds = 1_000_000;

    private readonly GridReferences _references;
    private readonly (GridMap When, GridMap Set)[] _overrides;
    private readonly GridMap[] _except;

    private GridFile(GridMap document)
    {
        Document = document;
        if (document.Entries.FirstOrDefault(entry => !Keys.Contains(entry.Key)) is { } unknown)
            throw unknown.Place.Error(NearestName.Unknown("key", unknown.Key, Keys));
        Name = Text("name") ?? throw document.Place.Error("the key name is missing: the experiment's name, from which its streams of random numbers are drawn");
        CheckName();
        Task = Text("task") ?? throw document.Place.Error("the key task is missing: what a trial does");
        Summary = Text("summary") ?? "";
        Version = document["version"] switch
        {
            null => 1,
            GridScalar { Value: long and >= 1 and <= int.MaxValue and var version } => (int)version,
            var other => throw other.Place.Error($"version: {other.Kind}: expected a whole number from 1"),
        };
        Settings = Map("trial") ?? new GridMap(document.Place, []);
        Data = Map("data") is { } data ? data.Entries.ToDictionary(entry => entry.Key, entry => Path.Combine(Path.GetDirectoryName(entry.Place.File) ?? "", Folder(entry))) : [];
        Needs = Map("needs") is { } needs ? needs.Entries.ToDictionary(entry => entry.Key, Rows) : [];
        Seeds = ReadSeeds(document["seeds"]);
        _except = Maps("except");
        _overrides = [.. Maps("overrides").Select(Override)];
        _references = new(document);
    }

    /// <summary>The whole file, merged with those that it is based on.</summary>
    public GridMap Document { get; }

    /// <summary>The experiment's name: streams of random numbers are drawn from it and the seed's name.</summary>
    public string Name { get; }

    /// <summary>The version that the file declares, from 1; a new one makes all trials new.</summary>
    public int Version { get; }

    /// <summary>One line: what it shows.</summary>
    public string Summary { get; }

    /// <summary>Name of what a trial does.</summary>
    public string Task { get; }

    /// <summary>Names of the seeds.</summary>
    public IReadOnlyList<string> Seeds { get; }

    /// <summary>The settings, with all that is left to choose in them.</summary>
    public GridMap Settings { get; }

    /// <summary>Folders of data sources by name, as the file gives them; relative ones from the file's folder.</summary>
    public IReadOnlyDictionary<string, string> Data { get; }

    /// <summary>Training rows that data sources must have, by name: a grid that is meant for a whole set does not run on a part of it. 0 needs none.</summary>
    public IReadOnlyDictionary<string, int> Needs { get; }

    /// <summary>How the best setting is chosen, or null; of several entries the first.</summary>
    public GridMap? Select => Document["select"] is GridList { Items: [GridMap first, ..] } ? first : Map("select");

    /// <summary>What the report holds, or null.</summary>
    public GridMap? Report => Map("report");

    /// <summary>Reads a file, and those that it is based on.</summary>
    /// <param name="file">The file.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="InvalidDataException">It is no grid file; the message has file, line and what was expected.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static GridFile Read(string file)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file);
        return new(GridInheritance.Read(file));
    }

    /// <summary>Reads a text; it cannot be based on a file.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="InvalidDataException">It is no grid file; the message has line and what was expected.</exception>
    public static GridFile Parse(string text, string name = "grid") => new(GridReader.Read(text, name));

    /// <summary>All combinations of settings, without seeds: grids sorted by path, the first fastest; overrides applied, exceptions left out.</summary>
    internal IEnumerable<GridVariant> Variants()
    {
        bool refers = GridReferences.AreIn(Settings) || _overrides.Any(o => GridReferences.AreIn(o.Set));
        foreach (GridVariant chosen in GridExpansion.Expand(Settings))
        {
            GridMap overridden = Overridden(chosen.Settings);
            // What an override leaves to choose (the rates of one rule) is chosen here.
            IEnumerable<GridVariant> variants = ReferenceEquals(overridden, chosen.Settings) || !GridExpansion.HoldsGrid(overridden)
                ? [chosen with { Settings = overridden }]
                : GridExpansion.Expand(overridden).Select(inner => inner with { Varied = [.. chosen.Varied, .. inner.Varied.Where(path => !chosen.Varied.Contains(path))] });
            foreach (GridVariant variant in variants)
            {
                GridMap settings = refers ? _references.Resolve(variant.Settings) : variant.Settings;
                if (!Array.Exists(_except, except => GridMatch.Fits(settings, except)))
                    yield return variant with { Settings = settings };
            }
        }
    }

    /// <summary>Keys that <c>when</c>, <c>set</c> and <c>except</c> speak of: the task says whether there are such settings.</summary>
    internal IEnumerable<GridEntry> Mentioned => _except.Concat(_overrides.SelectMany(o => (GridMap[])[o.When, o.Set])).SelectMany(map => map.Entries);

    private GridMap Overridden(GridMap settings)
    {
        foreach ((GridMap when, GridMap set) in _overrides)
        {
            if (!GridMatch.Fits(settings, when))
                continue;
            foreach (GridEntry entry in set.Entries)
            {
                settings = settings[entry.Key] is GridMap && entry.Value is GridMap
                    ? GridInheritance.Over(settings, new(set.Place, [entry]))
                    : (GridMap)new GridPath(entry.Key.Split('.')).Replace(settings, entry.Value);
            }
        }
        return settings;
    }

    /// <summary>The name is that of the folder of results, too: it must not lead out of it.</summary>
    private void CheckName()
    {
        if (Name.Any(char.IsControl) || Name.Contains('\\', StringComparison.Ordinal) || Name.Split('/').Any(part => part.Trim() is "" or "." or ".."))
            throw Document["name"]!.Place.Error($"name: '{Name}': expected a name, or several with / between, such as prospective/deep-nets: it also names the folder of results");
    }

    private static (GridMap When, GridMap Set) Override(GridMap map)
    {
        if (map.Entries.FirstOrDefault(entry => entry.Key is not ("when" or "set")) is { } other)
            throw other.Place.Error(NearestName.Unknown("key", other.Key, ["when", "set"]));
        return map["when"] is GridMap when && map["set"] is GridMap set ? (when, set) : throw map.Place.Error("an override has two maps: when (settings that it is for) and set (what they get)");
    }

    private static string[] ReadSeeds(GridValue? seeds) => seeds switch
    {
        null => ["0"],
        GridScalar { Value: long and >= 1 and <= MostSeeds and var count } => [.. Enumerable.Range(0, (int)count).Select(i => i.ToString(CultureInfo.InvariantCulture))],
        GridList { Items.Count: > 0 } list => Names(list.Items),
        GridMap map when GridChoices.IsGrid(map) => Names(GridChoices.Of(map).Values),
        _ => throw seeds.Place.Error($"seeds: {seeds.Kind}: expected a number from 1 to {MostSeeds}, or a list of names"),
    };

    private static string[] Names(IReadOnlyList<GridValue> values)
    {
        HashSet<string> names = [];
        foreach (GridValue value in values)
        {
            if (value is not GridScalar { Text.Length: > 0 } scalar)
                throw value.Place.Error($"seeds: {value.Kind}: expected a name");
            if (!names.Add(scalar.Text))
                throw value.Place.Error($"seeds: {scalar.Text} stands twice");
        }
        return [.. names];
    }

    private string? Text(string key) => Document[key] switch
    {
        null => null,
        GridScalar { Value: not null } scalar => scalar.Text,
        var other => throw other.Place.Error($"{key}: {other.Kind}: expected a text"),
    };

    private GridMap? Map(string key) => Document[key] switch
    {
        null or GridScalar { Value: null } => null,
        GridMap map => map,
        var other => throw other.Place.Error($"{key}: {other.Kind}: expected a map"),
    };

    private GridMap[] Maps(string key) => Document[key] switch
    {
        null or GridScalar { Value: null } => [],
        GridList list => [.. list.Items.Select(item => item as GridMap ?? throw item.Place.Error($"{key}: {item.Kind}: expected a map"))],
        var other => throw other.Place.Error($"{key}: {other.Kind}: expected a list of maps"),
    };

    private static int Rows(GridEntry entry) => entry.Value is GridScalar { Value: long and >= 0 and <= int.MaxValue and var rows } ? (int)rows
        : throw entry.Value.Place.Error($"needs: {entry.Key}: {entry.Value.Kind}: expected a number of training rows");

    private static string Folder(GridEntry entry) => (entry.Value as GridScalar)?.Text ?? throw entry.Value.Place.Error($"data: {entry.Key}: expected a folder");
}
