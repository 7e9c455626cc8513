namespace BioLearn.ML.Networks;

/// <summary>Which type stands in saved models under which name.</summary>
/// <param name="what">What the types are, in a word, for messages.</param>
internal sealed class SavedNames(string what)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Type> _types = [];
    private readonly Dictionary<Type, string> _names = [];

    /// <summary>Gives a type its name, and names under which it is found in older models.</summary>
    /// <exception cref="ArgumentException">Another type has one of the names, or the type another name.</exception>
    public void Add(Type type, string name, params ReadOnlySpan<string> formerNames)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        lock (_lock)
        {
            if (_names.TryGetValue(type, out string? given) && given != name && given != type.FullName)
                throw new ArgumentException($"The {what} {type} is saved under the name '{given}' already.", nameof(name));
            foreach (string each in (string[])[name, .. formerNames, type.FullName!])
            {
                if (!_types.TryAdd(each, type) && _types[each] != type)
                    throw new ArgumentException($"The name '{each}' is that of the {what} {_types[each]} already.", nameof(name));
            }
            _names[type] = name;
        }
    }

    /// <summary>The type of a name, or null.</summary>
    public Type? Find(string name)
    {
        lock (_lock)
            return _types.GetValueOrDefault(name);
    }

    /// <summary>The name of a type, or null if it was given none.</summary>
    public string? Of(Type type)
    {
        lock (_lock)
            return _names.GetValueOrDefault(type);
    }

    /// <summary>Names in use, former ones left out.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
                return [.. _names.Values.Order(StringComparer.Ordinal)];
        }
    }
}
