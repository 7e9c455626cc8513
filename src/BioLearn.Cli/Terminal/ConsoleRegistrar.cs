using Spectre.Console;
using Spectre.Console.Cli;

namespace BioLearn.Cli.Terminal;

/// <summary>Makes commands, which take the console in their constructor; nothing here needs a container.</summary>
internal sealed class ConsoleRegistrar(IAnsiConsole console) : ITypeRegistrar, ITypeResolver
{
    private readonly Dictionary<Type, Func<object>> _known = new() { [typeof(IAnsiConsole)] = () => console };

    public ITypeResolver Build() => this;

    public void Register(Type service, Type implementation) => _known[service] = () => Create(implementation);

    public void RegisterInstance(Type service, object implementation) => _known[service] = () => implementation;

    public void RegisterLazy(Type service, Func<object> factory) => _known[service] = factory;

    public object? Resolve(Type? type)
    {
        if (type is null)
            return null;
        if (_known.TryGetValue(type, out var make))
            return make();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            return All(type.GetGenericArguments()[0]);
        return type.IsAbstract ? null : Create(type);
    }

    private Array All(Type type)
    {
        object[] instances = _known.TryGetValue(type, out var make) ? [make()] : [];
        var all = Array.CreateInstance(type, instances.Length);
        instances.CopyTo(all, 0);
        return all;
    }

    private object Create(Type type)
    {
        var constructor = type.GetConstructors()[0];
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Resolve(parameter.ParameterType))]);
    }
}
