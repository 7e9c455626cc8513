using System.Reflection;
using BioLearn.Experiments.Grids;

namespace BioLearn.Experiments;

/// <summary>What grid files can name as their <c>task</c>: classes of trials by name.</summary>
public sealed class TrialCatalog
{
    private readonly SortedDictionary<string, Type> _trials = new(StringComparer.Ordinal);

    /// <summary>The names.</summary>
    public IReadOnlyCollection<string> Names => _trials.Keys;

    /// <summary>A catalog with the tasks of this library.</summary>
    /// <returns>A new one, to which others can be added.</returns>
    public static TrialCatalog Standard() => BuiltInTrials.AddTo(new());

    /// <summary>Adds a class of trials.</summary>
    /// <typeparam name="TTrial">The class; its settable properties are its settings.</typeparam>
    /// <param name="name">The name that grid files give.</param>
    /// <returns>This catalog.</returns>
    /// <exception cref="ArgumentException">The name is taken, or a property is of a type that a grid file cannot give.</exception>
    public TrialCatalog Add<TTrial>(string name)
        where TTrial : class, ITrial => Add(name, typeof(TTrial));

    /// <summary>Adds every public class of trials of an assembly, under its name in lower case with hyphens, without "Trial" at its end.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>This catalog.</returns>
    /// <exception cref="ArgumentException">There is none, a name is taken, or a property is of a type that a grid file cannot give.</exception>
    public TrialCatalog AddAll(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        Type[] types = [.. assembly.GetExportedTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.IsAssignableTo(typeof(ITrial)) && t.GetConstructor([]) is not null)];
        if (types.Length == 0)
            throw new ArgumentException($"{assembly.GetName().Name} has no public class that implements {nameof(ITrial)} and has a constructor without parameters", nameof(assembly));
        foreach (Type type in types)
            Add(SettingName.Of(type.Name.EndsWith("Trial", StringComparison.Ordinal) && type.Name.Length > 5 ? type.Name[..^5] : type.Name), type);
        return this;
    }

    /// <summary>The class of a name.</summary>
    internal Type? Find(string name) => _trials.GetValueOrDefault(name);

    private TrialCatalog Add(string name, Type type)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (type.GetConstructor([]) is null)
            throw new ArgumentException($"{type.Name} has no public constructor without parameters", nameof(name));
        if (SettingPlan.Of(type).Settings.Find(s => !SettingReader.Knows(s.Type)) is { } setting)
            throw new ArgumentException($"{type.Name}.{setting.Property.Name} is of the type {setting.Type.Name}, which a grid file cannot give; without a set accessor it is no setting", nameof(name));
        return _trials.TryAdd(name, type) ? this : throw new ArgumentException($"there is a task {name} already", nameof(name));
    }
}
