using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>A transformer that can be read back from a saved model.</summary>
/// <typeparam name="TSelf">The transformer itself.</typeparam>
internal interface ILoadableTransformer<TSelf> : ITransformer
    where TSelf : class, ILoadableTransformer<TSelf>
{
    /// <summary>The name that stands in model files. It never changes, whatever the type is called.</summary>
    static abstract string ComponentName { get; }

    static abstract TSelf Load(IHostEnvironment environment, ModelReader reader);
}

/// <summary>Says which components an assembly can load: <c>[assembly: LoadableComponent&lt;RecollectionTransformer&gt;]</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal abstract class LoadableComponentAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    public abstract ITransformer Load(IHostEnvironment environment, ModelReader reader);
}

/// <inheritdoc/>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableComponentAttribute<T>() : LoadableComponentAttribute(T.ComponentName)
    where T : class, ILoadableTransformer<T>
{
    public override ITransformer Load(IHostEnvironment environment, ModelReader reader) => T.Load(environment, reader);
}

/// <summary>The one loader that ML.NET knows: it reads which component of which assembly was saved and hands the file on.</summary>
internal static class ComponentLoader
{
    public const string Signature = "BioLearnComponent";

    // Called by ML.NET's component catalog, which looks for this name and accepts object for its internal ModelLoadContext.
    private static ITransformer Create(IHostEnvironment environment, object loadContext)
    {
        ComponentManifest.Register(environment);
        var reader = new ModelReader(loadContext);
        var owner = Assembly.Load(new AssemblyName(reader.AssemblyName));
        var component = owner.GetCustomAttributes<LoadableComponentAttribute>().FirstOrDefault(c => c.Name == reader.ComponentName)
            ?? throw new InvalidDataException($"Assembly '{owner.FullName}' has no BioLearn component '{reader.ComponentName}'; the model was saved by another version.");
        return component.Load(environment, reader);
    }
}
