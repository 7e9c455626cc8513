using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>
/// A grid file with the class of its trials: every trial's settings are checked and its identity is known before the first one runs.
/// </summary>
public sealed class Experiment
{
    private readonly Type _type;
    private readonly SettingReader _reader;
    private readonly SettingPlan _plan;
    private readonly TrialCheck _check;
    private readonly (string Name, DataSource Source)[] _data;
    private readonly ConcurrentDictionary<(GridValue, Type), BoundValue> _bound = [];
    private readonly SortedDictionary<string, DataSource> _sources = new(StringComparer.Ordinal);

    /// <summary>Expands a grid file and checks all its trials.</summary>
    /// <param name="grid">The grid file.</param>
    /// <param name="catalog">Classes of trials by name; null for those of this library.</param>
    /// <param name="folders">Folders of data sources by name; they win over those that the file names.</param>
    /// <param name="sources">Data sources that are there already, such as rows of one's own; they win over folders.</param>
    /// <exception cref="InvalidDataException">A task, key or value is unknown or of the wrong type; the message has file, line and what was expected.</exception>
    /// <exception cref="IOException">Files of a data source cannot be read.</exception>
    public Experiment(GridFile grid, TrialCatalog? catalog = null, IReadOnlyDictionary<string, string>? folders = null, IEnumerable<DataSource>? sources = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        catalog ??= TrialCatalog.Standard();
        Grid = grid;
        GridValue task = grid.Document["task"]!;
        _type = catalog.Find(grid.Task) ?? throw task.Place.Error(NearestName.Unknown("task", grid.Task, catalog.Names));
        _reader = new(new Dictionary<string, string>([.. grid.Data.Where(d => folders?.ContainsKey(d.Key) != true), .. folders ?? new Dictionary<string, string>()]), sources);
        _plan = SettingPlan.Of(_type);
        _check = new(_plan);
        object untouched = Activator.CreateInstance(_type)!;
        _data = [.. _plan.Settings.Where(s => s.Type == typeof(DataSource)).Select(s => (s.Name, Source: (DataSource?)s.Property.GetValue(untouched))).Where(d => d.Source is not null).Select(d => (d.Name, d.Source!))];
        CheckMentioned();
        Trials = Expand();
        CheckNeeds();
    }

    /// <summary>The grid file.</summary>
    public GridFile Grid { get; }

    /// <summary>The trials, in the grid's order: all settings with the first seed, then with the next. Those that are the same trial stand once.</summary>
    public IReadOnlyList<Trial> Trials { get; }

    /// <summary>How many combinations were left out because they came to the same trial as another.</summary>
    public int Repeated { get; private set; }

    /// <summary>The data sources of the trials, by name.</summary>
    public IReadOnlyCollection<DataSource> Sources => _sources.Values;

    /// <summary>What the grid file needs and a data source lacks.</summary>
    /// <returns>A sentence for people, or null where nothing is lacking.</returns>
    /// <exception cref="InvalidDataException">A file of a source is damaged.</exception>
    public string? Lacking()
    {
        foreach ((string name, int rows) in Grid.Needs)
        {
            if (_sources.TryGetValue(name, out DataSource? source) && source.Training.Count < rows)
                return FormattableString.Invariant($"needs {rows} training rows of {name}; {source.Folder}{(source.IsBundled ? ", the bundled part," : "")} has {source.Training.Count}: --data {name}=FOLDER names another folder");
        }
        return null;
    }

    /// <summary>Refuses to go on where <see cref="Lacking"/> says something.</summary>
    /// <exception cref="InvalidDataException">A data source has fewer rows than the grid file needs.</exception>
    public void CheckData()
    {
        if (Lacking() is { } lacking)
            throw Grid.Document["needs"]!.Place.Error(lacking);
    }

    /// <summary>Reads a grid file and expands it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="catalog">Classes of trials by name; null for those of this library.</param>
    /// <param name="folders">Folders of data sources by name.</param>
    /// <returns>The experiment.</returns>
    /// <inheritdoc cref="Experiment(GridFile, TrialCatalog?, IReadOnlyDictionary{string, string}?, IEnumerable{DataSource}?)" path="/exception"/>
    public static Experiment Read(string file, TrialCatalog? catalog = null, IReadOnlyDictionary<string, string>? folders = null) => new(GridFile.Read(file), catalog, folders);

    /// <summary>Makes the object that does a trial's work.</summary>
    /// <param name="trial">A trial of this experiment.</param>
    /// <returns>A new one, with the trial's settings.</returns>
    public ITrial Create(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return (ITrial)_reader.Object(trial.Settings, _type, Activator.CreateInstance(_type)).Value!;
    }

    /// <summary>What a trial's identity is computed from.</summary>
    /// <param name="trial">A trial of this experiment.</param>
    /// <returns>JSON on one line: experiment, version, task, seed, settings as given, checksums of data.</returns>
    public string Configuration(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return Head(trial.Seed) + SettingsAndData(trial.Settings);
    }

    /// <summary>What the settings are where a grid file does not give them, as text; components by their types.</summary>
    internal SortedDictionary<string, string> Defaults()
    {
        object untouched = Activator.CreateInstance(_type)!;
        SortedDictionary<string, string> defaults = new(StringComparer.Ordinal);
        foreach (SettingPlan.Setting setting in _plan.Settings)
        {
            defaults[setting.Name] = setting.Property.GetValue(untouched) switch
            {
                null => "null",
                string or ValueType => FormattableString.Invariant($"{setting.Property.GetValue(untouched)}"),
                System.Collections.IEnumerable list => FormattableString.Invariant($"[{string.Join(", ", list.Cast<object?>())}]"),
                BioLearn.ML.Networks.Activation activation => activation.Name,
                BioLearn.ML.Networks.Initializer initializer => FormattableString.Invariant($"{initializer.Name} {initializer.Parameter} {initializer.Scale}"),
                var component => component.GetType().Name,
            };
        }
        return defaults;
    }

    private List<Trial> Expand()
    {
        // What settings come to is the same for every seed.
        List<(GridVariant Variant, string Text)> variants = [];
        foreach (GridVariant variant in Grid.Variants())
        {
            if ((variants.Count + 1L) * Grid.Seeds.Count > GridExpansion.Most)
                throw Grid.Settings.Place.Error(FormattableString.Invariant($"the grid has more than {GridExpansion.Most:N0} trials with its {Grid.Seeds.Count:N0} seeds; expected fewer values, or several grid files"));
            variants.Add((variant, SettingsAndData(variant.Settings)));
            Check(variant.Settings);
        }
        List<Trial> trials = new(Grid.Seeds.Count * variants.Count);
        HashSet<string> known = new(trials.Capacity, StringComparer.Ordinal);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (string seed in Grid.Seeds)
        {
            string head = Head(seed);
            foreach ((GridVariant variant, string text) in variants)
            {
                SHA256.HashData(Encoding.UTF8.GetBytes(head + text), hash);
                string identity = Convert.ToHexStringLower(hash[..8]);
                if (known.Add(identity))
                    trials.Add(new(trials.Count, identity, seed, variant.Settings, variant.Varied));
                else
                    Repeated++;
            }
        }
        return trials.Count > 0 ? trials : throw Grid.Settings.Place.Error("no trial is left: 'except' leaves all of them out");
    }

    private string Head(string seed) => $"{{\"experiment\":{BoundValue.Text(Grid.Name)},\"version\":{Grid.Version},\"task\":{BoundValue.Text(Grid.Task)},\"seed\":{BoundValue.Text(seed)},";

    private string SettingsAndData(GridMap settings)
    {
        KeyValuePair<string, string>[] given = new KeyValuePair<string, string>[settings.Entries.Count];
        SortedDictionary<string, string>? data = null;
        foreach ((string name, DataSource source) in _data)
        {
            if (settings[name] is null)
                Add(source, ref data);
        }
        for (int i = 0; i < given.Length; i++)
        {
            BoundValue bound = Bind(settings.Entries[i]);
            given[i] = new(settings.Entries[i].Key, bound.Canonical);
            foreach (DataSource source in SourcesOf(bound.Value))
                Add(source, ref data);
        }
        if (_plan.Settings.Find(s => s.IsRequired && settings[s.Name] is null) is { } missing)
            throw settings.Place.Error($"the setting {missing.Name} is missing");
        return $"\"settings\":{BoundValue.Object(given)},\"data\":{(data is null ? "{}" : BoundValue.Object(data))}}}";
    }

    private void Add(DataSource source, ref SortedDictionary<string, string>? data)
    {
        _sources.TryAdd(source.Name, source);
        (data ??= new(StringComparer.Ordinal))[source.Name] = BoundValue.Text(source.Checksum);
    }

    /// <summary>A setting, read once for all trials that share it.</summary>
    private BoundValue Bind(GridEntry entry)
    {
        SettingPlan.Setting setting = _plan.Find(entry.Key) ?? throw Unknown(entry);
        if (!_bound.TryGetValue((entry.Value, setting.Type), out BoundValue? bound))
            _bound[(entry.Value, setting.Type)] = bound = _reader.Named(entry, setting.Type);
        return bound;
    }

    private InvalidDataException Unknown(GridEntry entry) => entry.Place.Error(NearestName.Unknown($"setting of the task {Grid.Task}:", entry.Key, [.. _plan.Settings.Select(s => s.Name)]));

    private void Check(GridMap settings)
    {
        _check.Together(settings);
        _check.Ranges(settings, settings.Entries.ToDictionary(entry => _plan.Find(entry.Key)!, entry => Bind(entry).Value), Activator.CreateInstance(_type)!);
    }

    /// <summary>A name of <c>needs</c> that is nearly a source's is a mistake of writing: nothing would be compared with it. Others are those of a base whose data this grid does not take.</summary>
    private void CheckNeeds()
    {
        foreach (GridEntry need in (Grid.Document["needs"] as GridMap)?.Entries ?? [])
        {
            if (Grid.Needs[need.Key] > 0 && !_sources.ContainsKey(need.Key) && _sources.Keys.Any(name => NearestName.IsNear(need.Key, name)))
                throw need.Place.Error($"needs: the grid has no source '{need.Key}'; did you mean '{NearestName.Of(need.Key, _sources.Keys)}'? It has {string.Join(", ", _sources.Keys)}; 0 needs no rows");
        }
    }

    private void CheckMentioned()
    {
        foreach (GridEntry entry in Grid.Mentioned)
        {
            if (_plan.Find(entry.Key.Split('.')[0]) is null)
                throw Unknown(entry);
        }
    }

    private static DataSource[] SourcesOf(object? value) => value switch
    {
        DataSource source => [source],
        DataSource[] sources => sources,
        _ => [],
    };
}
