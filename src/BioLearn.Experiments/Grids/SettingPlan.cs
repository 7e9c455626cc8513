using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace BioLearn.Experiments.Grids;

/// <summary>What can be set of a class: its public properties with a set or init accessor, and the parameters of a record's constructor.</summary>
internal sealed class SettingPlan
{
    private static readonly ConcurrentDictionary<Type, SettingPlan> Known = new();

    private readonly ConstructorInfo _constructor;
    private readonly ParameterInfo[] _parameters;

    private SettingPlan(Type type)
    {
        ConstructorInfo[] constructors = type.GetConstructors();
        _constructor = Array.Find(constructors, c => c.GetParameters().Length == 0) ?? constructors.FirstOrDefault()
            ?? throw new ArgumentException($"{type.Name} has no public constructor");
        _parameters = _constructor.GetParameters();
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            bool isParameter = Array.Exists(_parameters, p => p.Name == property.Name);
            if (property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
                Settings.Add(new(SettingName.Of(property.Name), property, property.IsDefined(typeof(RequiredMemberAttribute)) || (isParameter && !Parameter(property.Name).HasDefaultValue)));
        }
    }

    public List<Setting> Settings { get; } = [];

    public static SettingPlan Of(Type type) => Known.GetOrAdd(type, static type => new(type));

    public Setting? Find(string name)
    {
        foreach (Setting setting in Settings)
        {
            if (setting.Name == name)
                return setting;
        }
        return null;
    }

    /// <summary>Makes the object.</summary>
    /// <param name="values">What is set; the rest keeps what the class gives it.</param>
    /// <param name="made">An object that is there already, or null.</param>
    public object Make(IReadOnlyDictionary<Setting, object?> values, object? made = null)
    {
        object instance = made ?? _constructor.Invoke([.. _parameters.Select(p => values.FirstOrDefault(v => v.Key.Property.Name == p.Name) is { Key: not null, Value: var value } ? value : p.HasDefaultValue ? p.DefaultValue : null)]);
        foreach ((Setting setting, object? value) in values)
            setting.Property.SetValue(instance, value);
        return instance;
    }

    private ParameterInfo Parameter(string name) => Array.Find(_parameters, p => p.Name == name)!;

    /// <summary>One property.</summary>
    /// <param name="Name">Its name in a grid file.</param>
    /// <param name="Property">The property.</param>
    /// <param name="IsRequired">Whether it must be given.</param>
    public sealed record Setting(string Name, PropertyInfo Property, bool IsRequired)
    {
        public Type Type => Property.PropertyType;

        public bool Equals(Setting? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
    }
}
