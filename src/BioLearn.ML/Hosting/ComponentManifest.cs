using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>
/// What ML.NET's component catalog is given instead of assembly-level <c>LoadableClass</c> attributes (that attribute is
/// internal): an <see cref="Assembly"/> that lists one loader, <see cref="ComponentLoader"/>, through which every BioLearn
/// component of every assembly is loaded.
/// </summary>
internal sealed class ComponentManifest : Assembly
{
    private static readonly ComponentManifest Instance = new();

    private ComponentManifest()
    {
    }

    /// <summary>Makes BioLearn models loadable in <paramref name="environment"/>. Calling it again changes nothing.</summary>
    public static void Register(IHostEnvironment environment) => environment.ComponentCatalog.RegisterAssembly(Instance);

    public override string FullName => GetName().FullName;

    public override AssemblyName GetName() => new("BioLearn.ML.Components");

    public override Type[] GetTypes() => [];

    public override object[] GetCustomAttributes(bool inherit) => GetCustomAttributes(MlNetInterop.LoadableClassBase, inherit);

    public override object[] GetCustomAttributes(Type attributeType, bool inherit)
    {
        bool asksForLoaders = attributeType.IsAssignableFrom(MlNetInterop.LoadableClassBase);
        var attributes = Array.CreateInstance(attributeType, asksForLoaders ? 1 : 0);
        if (asksForLoaders)
            attributes.SetValue(MlNetInterop.LoadableClass(typeof(ITransformer), typeof(ComponentLoader), ComponentLoader.Signature), 0);
        return (object[])attributes;
    }
}
