using System.Reflection;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Grids;

/// <summary>
/// Reads values of grid files into the types of properties, strictly: an unknown key is refused with file, line and the nearest known key, a value
/// of another type with what was expected. Types: text, true or false, whole and other numbers, words of enumerations, lists of these, maps of
/// classes whose properties can be set, and named components (<see cref="LearningRule"/>, <see cref="BioLearn.ML.Hebbian.CompetitiveRule"/>,
/// <see cref="Activation"/>, <see cref="Initializer"/>, <see cref="DataSource"/>, layers of a network as <c>{kind: dense, units: 84}</c>).
/// </summary>
/// <param name="folders">Folders of data sources by name, for those that are not found by themselves; null for none.</param>
/// <param name="sources">Data sources that are there already; they win. Null for none.</param>
public sealed class SettingReader(IReadOnlyDictionary<string, string>? folders = null, IEnumerable<DataSource>? sources = null)
{
    private readonly NamedComponents _components = new(folders, sources?.ToDictionary(source => source.Name));

    /// <summary>An object from a map.</summary>
    /// <typeparam name="T">Its class; keys are its properties' names in lower case with hyphens.</typeparam>
    /// <param name="map">The map.</param>
    /// <returns>The object.</returns>
    /// <exception cref="InvalidDataException">A key is unknown or missing, or a value does not fit; the message has file, line and what was expected.</exception>
    public T Read<T>(GridMap map)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(map);
        return (T)Object(map, typeof(T), null).Value!;
    }

    /// <summary>Whether a property of this type can be given.</summary>
    internal static bool Knows(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Knows(inner)
        : ScalarReader.Knows(type) || NamedComponents.Knows(type) || type.IsAssignableTo(typeof(GridValue)) || ItemOf(type) is { } item && Knows(item) || ValueOf(type) is { } value && Knows(value) || IsOptions(type);

    /// <summary>One value.</summary>
    internal BoundValue Read(GridValue value, Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
            return IsNull(value) ? Null : Read(value, inner);
        if (type.IsAssignableFrom(value.GetType()) && type.IsAssignableTo(typeof(GridValue)))
            return new(value, BoundValue.Text(value.ToString()));
        if (type.IsAssignableTo(typeof(GridValue)))
            return IsNull(value) ? Null : throw new MismatchException($"{value.Kind}: expected {(type == typeof(GridList) ? "a list" : "a map")}");
        if (ScalarReader.Knows(type))
            return ScalarReader.Read(value, type);
        if (IsNull(value) && !type.IsValueType)
            return Null;
        if (NamedComponents.Knows(type))
            return _components.Read(value, type, this);
        if (ItemOf(type) is { } item)
            return List(value, type, item);
        if (ValueOf(type) is { } element)
            return Dictionary(value, element);
        return value is GridMap map ? Object(map, type, null) : throw value.Place.Error($"{value.Kind}: expected a map with {string.Join(", ", SettingPlan.Of(type).Settings.Select(s => s.Name))}");
    }

    /// <summary>An object's properties from a map.</summary>
    /// <param name="map">The map.</param>
    /// <param name="type">The object's class.</param>
    /// <param name="made">An object that is there already, or null.</param>
    /// <param name="others">Keys that are the caller's.</param>
    internal BoundValue Object(GridMap map, Type type, object? made, params string[] others)
    {
        SettingPlan plan = SettingPlan.Of(type);
        Dictionary<SettingPlan.Setting, object?> values = [];
        Dictionary<string, string> canonical = [];
        foreach (GridEntry entry in map.Entries)
        {
            if (others.Contains(entry.Key))
                continue;
            if (plan.Find(entry.Key) is not { } setting || !Knows(setting.Type))
                throw entry.Place.Error(NearestName.Unknown("key", entry.Key, [.. plan.Settings.Where(s => Knows(s.Type)).Select(s => s.Name), .. others]));
            BoundValue bound = Named(entry, setting.Type);
            values[setting] = bound.Value;
            canonical[entry.Key] = bound.Canonical;
        }
        if (made is null && plan.Settings.Find(s => s.IsRequired && !values.ContainsKey(s)) is { } missing)
            throw map.Place.Error($"the key {missing.Name} is missing");
        try
        {
            return new(plan.Make(values, made), BoundValue.Object(canonical));
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException refused)
        {
            throw map.Place.Error(PlainMessage.Of(refused));
        }
    }

    /// <summary>A key's value; what is wrong with it names the key.</summary>
    internal BoundValue Named(GridEntry entry, Type type)
    {
        try
        {
            return Read(entry.Value, type);
        }
        catch (MismatchException e)
        {
            throw entry.Value.Place.Error($"{entry.Key}: {e.Message}");
        }
    }

    private static BoundValue Null { get; } = new(null, "null");

    private static bool IsNull(GridValue value) => value is GridScalar { Value: null };

    private BoundValue List(GridValue value, Type type, Type item)
    {
        if (value is not GridList list)
            throw new MismatchException($"{value.Kind}: expected a list");
        BoundValue[] bound = [.. list.Items.Select(one => Read(one, item))];
        var array = Array.CreateInstance(item, bound.Length);
        for (int i = 0; i < bound.Length; i++)
            array.SetValue(bound[i].Value, i);
        return new(array, $"[{string.Join(',', bound.Select(b => b.Canonical))}]");
    }

    private BoundValue Dictionary(GridValue value, Type element)
    {
        if (value is not GridMap map)
            throw new MismatchException($"{value.Kind}: expected a map");
        var made = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!;
        Dictionary<string, string> canonical = [];
        foreach (GridEntry entry in map.Entries)
        {
            BoundValue bound = Named(entry, element);
            made[entry.Key] = bound.Value;
            canonical[entry.Key] = bound.Canonical;
        }
        return new(made, BoundValue.Object(canonical));
    }

    private static Type? ItemOf(Type type) => type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() is { } list && (list == typeof(IReadOnlyList<>) || list == typeof(IReadOnlyCollection<>) || list == typeof(IEnumerable<>)) ? type.GetGenericArguments()[0] : null;

    private static Type? ValueOf(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() is { } map && (map == typeof(IReadOnlyDictionary<,>) || map == typeof(Dictionary<,>)) && type.GetGenericArguments()[0] == typeof(string)
        ? type.GetGenericArguments()[1] : null;

    private static bool IsOptions(Type type) => type is { IsClass: true, IsAbstract: false } && type != typeof(string) && !type.IsAssignableTo(typeof(Delegate)) && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true
        && type.GetConstructors().Length > 0 && SettingPlan.Of(type).Settings.Count > 0;
}

/// <summary>A value of another type than the property's; the reader of the map adds place and key.</summary>
internal sealed class MismatchException(string message) : Exception(message);
