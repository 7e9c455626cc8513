using System.Collections.Concurrent;
using System.Reflection;

namespace BioLearn.ML.Hosting;

/// <summary>What is saved of a type of options: the properties that a program can set, alone or by the constructor.</summary>
internal sealed class SavedMembers
{
    private static readonly ConcurrentDictionary<Type, SavedMembers> Known = new();

    private readonly Type _type;
    private readonly ConstructorInfo? _constructor;
    private readonly ParameterInfo[] _parameters;
    private readonly HashSet<string> _computed;

    private SavedMembers(Type type)
    {
        _type = type;
        PropertyInfo[] readable = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.GetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)];
        // The constructor without parameters, or that of a positional record.
        _constructor = type.GetConstructors().Where(c => c.GetParameters().All(p => readable.Any(r => Names(p, r)))).MinBy(c => c.GetParameters().Length is var n && n == 0 ? -1 : -n);
        _parameters = _constructor?.GetParameters() ?? [];
        Options = [.. readable.Where(p => p.SetMethod is { IsPublic: true } || _parameters.Any(a => Names(a, p)))];
        _computed = [.. readable.Except(Options).Select(p => p.Name)];
    }

    public IReadOnlyList<PropertyInfo> Options { get; }

    public static SavedMembers Of(Type type) => Known.GetOrAdd(type, t => new(t));

    /// <summary>The name of an enumeration's member.</summary>
    public static string NameOf(Enum member) => Enum.GetName(member.GetType(), member)
        ?? throw new InvalidOperationException($"{member} is no {member.GetType().Name} and cannot be saved.");

    /// <summary>The member of a name, or of a name that it had; null if there is none.</summary>
    public static object? Member(Type enumeration, string name) => enumeration.GetFields(BindingFlags.Public | BindingFlags.Static)
        .FirstOrDefault(f => f.Name == name || WasCalled(f, name))?.GetValue(null);

    /// <summary>The option of a name, or of a name that it had; null if there is none.</summary>
    public PropertyInfo? Find(string name) => Options.FirstOrDefault(p => p.Name == name) ?? Options.FirstOrDefault(p => WasCalled(p, name));

    /// <summary>Whether the type makes the member from its options: version 0.1 wrote some of these, and nobody needs them.</summary>
    public bool IsComputed(string name) => _computed.Contains(name);

    /// <summary>An object with these options; the others keep their defaults.</summary>
    /// <exception cref="InvalidDataException">The type's own checks refuse a value, or one that it needs is missing.</exception>
    public object Make(IReadOnlyDictionary<PropertyInfo, object?> values)
    {
        try
        {
            object made = _constructor is null ? Activator.CreateInstance(_type)! : _constructor.Invoke([.. _parameters.Select(p => Argument(p, values))]);
            foreach ((PropertyInfo option, object? value) in values)
            {
                if (!_parameters.Any(p => Names(p, option)))
                    option.SetValue(made, value);
            }
            return made;
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException refused)
        {
            throw new InvalidDataException(refused.Message, refused);
        }
    }

    private object? Argument(ParameterInfo parameter, IReadOnlyDictionary<PropertyInfo, object?> values)
    {
        PropertyInfo option = Options.First(o => Names(parameter, o));
        return values.TryGetValue(option, out object? value) ? value
            : parameter.HasDefaultValue ? Default(parameter) : throw new InvalidDataException($"{_type.Name}.{option.Name} is missing");
    }

    // Reflection gives the default of an enumeration as its number.
    private static object? Default(ParameterInfo parameter) => parameter is { ParameterType.IsEnum: true, DefaultValue: { } number }
        ? Enum.ToObject(parameter.ParameterType, number) : parameter.DefaultValue;

    private static bool Names(ParameterInfo parameter, PropertyInfo property) =>
        property.PropertyType == parameter.ParameterType && string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase);

    private static bool WasCalled(MemberInfo member, string name) => member.GetCustomAttributes<FormerNameAttribute>().Any(former => former.Name == name);
}
