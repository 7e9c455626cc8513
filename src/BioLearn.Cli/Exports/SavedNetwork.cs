using BioLearn.Cli.Scoring;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Plasticity;
using BioLearn.ML.Spiking;
using Microsoft.ML;

namespace BioLearn.Cli.Exports;

/// <summary>Whatever a command of the tool saved: a pipeline, or a network by itself.</summary>
/// <param name="Path">The file.</param>
/// <param name="Pipeline">The pipeline; null of a network by itself.</param>
/// <param name="Schema">Columns that the pipeline reads; null where it was saved without.</param>
/// <param name="Network">The network by itself; null of a pipeline.</param>
internal sealed record SavedNetwork(string Path, ITransformer? Pipeline, DataViewSchema? Schema, ITensorSource? Network)
{
    public static SavedNetwork Open(MLContext mlContext, string path)
    {
        switch (System.IO.Path.GetExtension(path).ToUpperInvariant())
        {
            case ".BLPN":
                return new(path, null, null, AssociativeMemory.Load(path));
            case ".BLSN":
                return new(path, null, null, SpikingNetwork.Load(path));
            default:
                ITransformer pipeline = BioLearnModel.Load(mlContext, path, out DataViewSchema? schema);
                return new(path, pipeline, schema, null);
        }
    }

    /// <exception cref="InvalidDataException">There are none; the message names the parts of the pipeline.</exception>
    public NamedTensors Tensors()
    {
        try
        {
            return Network?.GetTensors() ?? Pipeline!.GetTensors();
        }
        catch (InvalidOperationException none)
        {
            throw new InvalidDataException($"{Path}: {none.Message}", none);
        }
    }

    public NamedTensors Activations(MLContext mlContext, ExportModelSettings settings, CancellationToken cancellation)
    {
        (ITransformer pipeline, DataViewSchema schema) = Whole("--activations");
        try
        {
            return pipeline.GetActivations(ScoredData.Rows(mlContext, new(settings.Rows!, settings.Label, settings.Training) { Option = "--rows " }, pipeline, schema, needsTruth: false, cancellation).View, cancellation);
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{settings.Rows} does not fit the model {Path}: {GivenOptions.Plain(refused)}", refused);
        }
    }

    /// <summary>Writes the pipeline with all columns that it can be written with.</summary>
    /// <returns>What is left out, and why; null for nothing.</returns>
    public string? WriteOnnx(MLContext mlContext, string file)
    {
        (ITransformer pipeline, DataViewSchema schema) = Whole($"--to {file}");
        try
        {
            mlContext.Model.SaveAsOnnx(pipeline, schema, file);
            return null;
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            string why = refused.Message.Split(" (The targeted")[0]; // what ML.NET's converter has to add says nothing
            try
            {
                // Names of classes are not always to be had: their order is that of the scores.
                mlContext.Model.SaveAsOnnx(pipeline, schema, file, "Score");
                return why;
            }
            catch (Exception again) when (again is ArgumentException or NotSupportedException)
            {
                throw new InvalidDataException($"{Path} cannot be written as ONNX: {why}", refused);
            }
        }
    }

    private (ITransformer Pipeline, DataViewSchema Schema) Whole(string option) => Pipeline is null
        ? throw new UsageException($"{option}: {Path} is a network by itself; expected a saved ML.NET model")
        : (Pipeline, Schema ?? throw new InvalidDataException($"{option}: {Path} was saved without the schema of its rows, so that it cannot be told which columns it reads; only its weights can be had"));
}
