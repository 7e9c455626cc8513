using System.Reflection;
using System.Runtime.ExceptionServices;
using BioLearn.ML.Hosting;
using Microsoft.ML;

namespace BioLearn.ML;

/// <summary>Loads saved ML.NET pipelines that contain BioLearn components.</summary>
public static class BioLearnModel
{
    /// <summary>
    /// Loads a model that was saved with <c>mlContext.Model.Save</c>. The same as <c>mlContext.UseBioLearn()</c> followed by
    /// <c>mlContext.Model.Load</c>, except that a damaged BioLearn component is reported by its own message.
    /// </summary>
    /// <param name="mlContext">The context to load into.</param>
    /// <param name="filePath">The saved model, a zip file.</param>
    /// <param name="inputSchema">The schema that the model was saved with.</param>
    /// <returns>The loaded pipeline.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is not a whole ML.NET model, or a BioLearn component in it is damaged or was saved by a newer version.
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
        catch (FormatException noModel)
        {
            throw new InvalidDataException($"'{filePath}' is not a whole ML.NET model: {noModel.Message}", noModel); // cut off, or no zip at all
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
            return mlContext.Model.Load(stream, out inputSchema);
        }
        catch (TargetInvocationException wrapper) when (Damage(wrapper) is { } damage)
        {
            ExceptionDispatchInfo.Throw(damage); // ML.NET makes components by reflection
            throw;
        }
    }

    private static InvalidDataException? Damage(Exception? exception)
    {
        while (exception is not null and not InvalidDataException)
            exception = exception.InnerException;
        return exception as InvalidDataException;
    }
}
