using BioLearn.ML;
using BioLearn.ML.Hebbian;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Grids;

/// <summary>Components that are found by their names: a name alone, or a map of a name and options.</summary>
internal sealed class NamedComponents(IReadOnlyDictionary<string, string>? folders, IReadOnlyDictionary<string, DataSource>? sources)
{
    private const string Name = "name", Kind = "kind";

    private static readonly string[] Initializers = [.. new[] { Initializer.Zeros, Initializer.GlorotUniform, Initializer.GlorotNormal, Initializer.HeUniform, Initializer.UniformByFanIn, Initializer.Orthogonal, Initializer.Normal(1), Initializer.Uniform(1) }.Select(one => SettingName.Of(one.Name))];

    public static bool Knows(Type type) => type == typeof(LearningRule) || type == typeof(CompetitiveRule) || type == typeof(Activation) || type == typeof(OutputHead) || type == typeof(Initializer) || type == typeof(DataSource) || type == typeof(LayerSpec);

    /// <exception cref="InvalidDataException">There is none of this name.</exception>
    public BoundValue Read(GridValue value, Type type, SettingReader reader)
    {
        if (type == typeof(LayerSpec))
            return Layer(value as GridMap ?? throw value.Place.Error($"{value.Kind}: expected a map with the key {Kind}, such as {{kind: dense, units: 84}}"), reader);
        GridScalar name = value as GridScalar ?? (value as GridMap)?[Name] as GridScalar ?? throw value.Place.Error($"{value.Kind}: expected a name, or a map with the key {Name}");
        if (type == typeof(LearningRule))
            return Rule(name, value as GridMap, reader);
        if (type == typeof(CompetitiveRule))
            return Competition(name, value as GridMap, reader);
        if (type == typeof(Initializer))
            return Start(name, value as GridMap, reader);
        if (value is GridMap)
            throw value.Place.Error("a map: expected a name alone");
        return type == typeof(Activation) ? Named(name, "activation", Activation.All, a => a.Name, Activation.Find)
            : type == typeof(OutputHead) ? Named(name, "head", OutputHead.All, head => head.Name, OutputHead.Find)
            : Data(name);
    }

    private static BoundValue Rule(GridScalar name, GridMap? options, SettingReader reader)
    {
        if (RuleTable.Find(name.Text) is not { IsLearningRule: true } row)
            throw name.Place.Error(NearestName.Unknown("learning rule", name.Text, [.. RuleTable.Rows.Where(r => r.IsLearningRule).Select(r => r.Name)]));
        LearningRule rule = row.CreateRule();
        return options is { Entries.Count: > 1 } ? WithOptions(name, options, rule, reader) : new(rule, BoundValue.Text(row.Name));
    }

    private static BoundValue Competition(GridScalar name, GridMap? options, SettingReader reader)
    {
        RuleRow[] rules = [.. RuleTable.Rows.Where(row => row.Type.IsAssignableTo(typeof(CompetitiveRule)))];
        RuleRow row = rules.FirstOrDefault(rule => rule.Name == name.Text) ?? throw name.Place.Error(NearestName.Unknown("competitive rule", name.Text, [.. rules.Select(rule => rule.Name)]));
        object made = Activator.CreateInstance(row.Type)!;
        return options is { Entries.Count: > 1 } ? WithOptions(name, options, made, reader) : new(made, BoundValue.Text(row.Name));
    }

    private static BoundValue Layer(GridMap map, SettingReader reader)
    {
        if (map[Kind] is not GridScalar kind)
            throw map.Place.Error($"the key {Kind} is missing; expected one of {string.Join(", ", LayerKinds.All)}");
        Type type = LayerKinds.Find(kind.Text) ?? throw kind.Place.Error(NearestName.Unknown("layer kind", kind.Text, [.. LayerKinds.All]));
        BoundValue bound = reader.Object(map, type, null, Kind);
        return bound with { Canonical = $"{{{BoundValue.Text(Kind)}:{BoundValue.Text(kind.Text)}{(bound.Canonical == "{}" ? "}" : $",{bound.Canonical[1..]}")}" };
    }

    private static BoundValue Start(GridScalar name, GridMap? options, SettingReader reader)
    {
        double parameter = options?.Find("parameter") is { } given ? (double)reader.Named(given, typeof(double)).Value! : 0;
        double scale = options?.Find("scale") is { } factor ? (double)reader.Named(factor, typeof(double)).Value! : 1;
        if (options?.Entries.FirstOrDefault(entry => entry.Key is not (Name or "parameter" or "scale")) is { } other)
            throw other.Place.Error(NearestName.Unknown("key", other.Key, [Name, "parameter", "scale"]));
        Initializer initializer = Initializer.Find(name.Text, parameter) ?? throw name.Place.Error($"{NearestName.Unknown("initializer", name.Text, Initializers)}; normal and uniform with a parameter");
        return new(initializer with { Scale = scale }, BoundValue.Object([new(Name, BoundValue.Text(SettingName.Of(initializer.Name))), new("parameter", BoundValue.Number(parameter)), new("scale", BoundValue.Number(scale))]));
    }

    /// <summary>One of the library's, by its name in lower case with hyphens, or one that was registered, by its name.</summary>
    private static BoundValue Named<T>(GridScalar name, string what, IReadOnlyList<T> all, Func<T, string> nameOf, Func<string, T?> find)
        where T : class => all.FirstOrDefault(one => SettingName.Of(nameOf(one)) == name.Text) is { } known ? new(known, BoundValue.Text(name.Text))
        : find(name.Text) is { } own ? new(own, BoundValue.Text(nameOf(own)))
        : throw name.Place.Error(NearestName.Unknown(what, name.Text, [.. all.Select(one => SettingName.Of(nameOf(one)))]));

    private BoundValue Data(GridScalar name)
    {
        try
        {
            return new(sources?.GetValueOrDefault(name.Text) ?? DataSource.Find(name.Text, folders), BoundValue.Text(name.Text));
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            throw name.Place.Error(e.Message);
        }
    }

    private static BoundValue WithOptions(GridScalar name, GridMap options, object made, SettingReader reader)
    {
        BoundValue bound = reader.Object(options, made.GetType(), made, Name);
        return bound with { Canonical = $"{{{BoundValue.Text(Name)}:{BoundValue.Text(name.Text)},{bound.Canonical[1..]}" };
    }
}
