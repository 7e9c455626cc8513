using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Hosting;

/// <summary>A transformer that can be read back from a saved model.</summary>
/// <typeparam name="TSelf">The transformer itself.</typeparam>
public interface ILoadableTransformer<TSelf> : ITransformer
    where TSelf : class, ILoadableTransformer<TSelf>
{
    /// <summary>The name that stands in model files. It never changes, whatever the type is called.</summary>
    static abstract string ComponentName { get; }

    /// <summary>Version of what the transformer saves; all up to this one can be loaded.</summary>
    static virtual int Version => 1;

    /// <summary>The assembly that declares the component with a <see cref="LoadableComponentAttribute{T}"/>.</summary>
    static virtual Assembly Owner => typeof(TSelf).Assembly;

    /// <summary>Reads what the transformer saved. Any exception but one of memory counts as damage of the file.</summary>
    static abstract TSelf Load(IHostEnvironment environment, ModelReader reader);
}

/// <summary>Says which components an assembly can load: <c>[assembly: LoadableComponent&lt;RecollectionTransformer&gt;]</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public abstract class LoadableComponentAttribute : Attribute
{
    private protected LoadableComponentAttribute(string name) => Name = name;

    /// <summary>The name that stands in model files.</summary>
    public string Name { get; }

    internal abstract ITransformer Load(IHostEnvironment environment, ModelReader reader);
}

/// <inheritdoc/>
/// <typeparam name="T">The transformer.</typeparam>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class LoadableComponentAttribute<T>() : LoadableComponentAttribute(T.ComponentName)
    where T : class, ILoadableTransformer<T>
{
    internal override ITransformer Load(IHostEnvironment environment, ModelReader reader)
    {
        reader.RequireVersion(T.Version);
        T loaded = T.Load(environment, reader);
        reader.RequireEnd();
        return loaded;
    }
}

/// <summary>The one loader that ML.NET knows: it reads which component of which assembly was saved and hands the file on.</summary>
internal static class ComponentLoader
{
    public const string Signature = "BioLearnComponent";

    // Called by ML.NET's component catalog, which looks for this name and accepts object for its internal ModelLoadContext.
    private static ITransformer Create(IHostEnvironment environment, object loadContext)
    {
        ComponentManifest.Register(environment);
        var reader = ModelReader.Open(loadContext);
        try
        {
            return Find(reader).Load(environment, reader);
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException or OperationCanceledException))
        {
            throw reader.Damaged(e is EndOfStreamException ? "it ends too early" : e.Message, e);
        }
    }

    private static LoadableComponentAttribute Find(ModelReader reader)
    {
        Assembly owner;
        try
        {
            owner = Assembly.Load(new AssemblyName(reader.AssemblyName));
        }
        catch (Exception e) when (e is IOException or BadImageFormatException or ArgumentException)
        {
            throw new InvalidDataException($"The saved model needs the assembly '{reader.AssemblyName}' for its component '{reader.ComponentName}', which is not here: {e.Message}", e);
        }
        return owner.GetCustomAttributes<LoadableComponentAttribute>().FirstOrDefault(c => c.Name == reader.ComponentName)
            ?? throw new InvalidDataException($"Assembly '{owner.FullName}' has no BioLearn component '{reader.ComponentName}'; the model was saved by another version.");
    }
}
