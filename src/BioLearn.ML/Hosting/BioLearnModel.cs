using System.Runtime.ExceptionServices;
using BioLearn.ML.Hosting;
using Microsoft.ML;

namespace BioLearn.ML;

/// <summary>Loads saved ML.NET pipelines that contain BioLearn components.</summary>
public static class BioLearnModel
{
    /// <summary>
    /// Loads a model that was saved with <c>mlContext.Model.Save</c>. The same as <c>mlContext.UseBioLearn()</c> followed by
    /// <c>mlContext.Model.Load</c>, except that every part's checksum is compared first, and that damage of any kind is one documented exception.
    /// </summary>
    /// <param name="mlContext">The context to load into.</param>
    /// <param name="filePath">The saved model, a zip file.</param>
    /// <param name="inputSchema">The schema that the model was saved with.</param>
    /// <returns>The loaded pipeline.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not a whole ML.NET model, or a part of it is damaged, which the message names, or was saved by a newer version.
    /// </exception>
    public static ITransformer Load(MLContext mlContext, string filePath, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using var stream = File.OpenRead(filePath);
        try
        {
            return Load(mlContext, stream, out inputSchema);
        }
        catch (InvalidDataException damaged)
        {
            throw new InvalidDataException($"'{filePath}': {damaged.Message}", damaged);
        }
    }

    /// <inheritdoc cref="Load(MLContext, string, out DataViewSchema)"/>
    /// <param name="mlContext">The context to load into.</param>
    /// <param name="stream">The saved model; must be seekable.</param>
    /// <param name="inputSchema">The schema that the model was saved with.</param>
    public static ITransformer Load(MLContext mlContext, Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        ArgumentNullException.ThrowIfNull(stream);
        ComponentManifest.Register(mlContext);
        try
        {
            ModelFileCheck.Check(stream);
            return mlContext.Model.Load(stream, out inputSchema);
        }
        catch (Exception e) when (IsDamage(e))
        {
            // ML.NET makes components by reflection, and meets damage with whatever exception that leads to.
            if (Find<InvalidDataException>(e) is { } damage)
                ExceptionDispatchInfo.Throw(damage);
            throw new InvalidDataException(
                (Find<FileLoadException>(e) ?? (Exception?)Find<FileNotFoundException>(e)) is { } assembly
                    ? $"The saved model names an assembly that is not here, or it is damaged: {assembly.Message}"
                    : $"This is not a whole ML.NET model: {(e.InnerException ?? e).Message}",
                e);
        }
    }

    /// <summary>The transformers that a pipeline is made of, chains within chains resolved, in their order: to find a part by its type.</summary>
    /// <param name="model">A fitted or loaded pipeline, or a part of one.</param>
    /// <returns>Its parts; itself where it is no chain.</returns>
    public static IEnumerable<ITransformer> Parts(this ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
    }

    private static bool IsDamage(Exception e) => e is not IOException and not ObjectDisposedException
        ? Find<OutOfMemoryException>(e) is null && Find<OperationCanceledException>(e) is null
        : e is EndOfStreamException or FileLoadException or FileNotFoundException; // the stream is open: what is not found is an assembly

    private static T? Find<T>(Exception? exception)
        where T : Exception
    {
        while (exception is not null and not T)
            exception = exception.InnerException;
        return exception as T;
    }
}
