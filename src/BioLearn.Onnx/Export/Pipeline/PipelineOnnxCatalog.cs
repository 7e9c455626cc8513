using BioLearn.ML.Hosting;
using BioLearn.Onnx.Export;
using Google.Protobuf;

namespace Microsoft.ML;

/// <summary>Whole pipelines as ONNX files.</summary>
public static class PipelineOnnxCatalog
{
    /// <summary>
    /// Writes a fitted pipeline, ML.NET's steps and BioLearn's, as one ONNX file whose outputs are the columns that <c>model.Transform</c> gives. ML.NET's
    /// <c>ConvertToOnnx</c> cannot do so: what a transformer must implement to take part in it is not public, and it leaves out what does not.
    /// </summary>
    /// <param name="catalog">The model operations: <c>mlContext.Model</c>.</param>
    /// <param name="model">A fitted pipeline with a network taught by a learning rule in it.</param>
    /// <param name="inputSchema">Schema of the rows that the pipeline takes, such as <c>data.Schema</c>.</param>
    /// <param name="path">The file; written beside, then renamed.</param>
    /// <param name="outputColumnNames">
    /// Columns to give; none means every column that depends on a BioLearn step. Steps that no output needs, such as those that prepare the label, are left out.
    /// </param>
    /// <remarks>
    /// Inputs and outputs are named as the columns: vectors are [N, length], single values [N, 1]; keys are uint32. Rows with features that are missing or
    /// infinite have NaN scores, as in ML.NET. ML.NET's steps are written by Microsoft.ML.OnnxConverter, which knows most of those that work on numbers, keys
    /// and categories, but neither <c>FeaturizeText</c> nor <c>Expression</c>.
    /// </remarks>
    /// <exception cref="NotSupportedException">An output needs a step that cannot be written; the message names it. Nothing is written.</exception>
    /// <exception cref="ArgumentException">There is no such column, or no BioLearn step.</exception>
    /// <example><code>
    /// var model = pipeline.Fit(data);
    /// mlContext.Model.SaveAsOnnx(model, data.Schema, "pipeline.onnx");
    /// </code></example>
    public static void SaveAsOnnx(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema inputSchema, string path, params string[] outputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(outputColumnNames);
        byte[] bytes = PipelineExport.Of(catalog, model, inputSchema, outputColumnNames).ToByteArray();
        SafeFile.Write(path, file => file.Write(bytes));
    }
}
