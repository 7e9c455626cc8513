using BioLearn.ML.Hosting;
using BioLearn.Onnx.MlNet;
using BioLearn.Onnx.Recollection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace BioLearn.Onnx;

/// <summary>
/// Runs images through a pretrained convolutional network and gives the activation of one of its levels as a vector, for instance as
/// features of a trainer.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and Output Columns
/// | | Column type |
/// | -- | -- |
/// | Input | Image ([MLImage](xref:Microsoft.ML.Data.MLImage)) of any size, or a vector of [Single](xref:System.Single) that is the network's input already: channels x height x width, normalised |
/// | Output | Known-sized vector of [Single](xref:System.Single): the level's activation, channels x height x width, or as long as a dense layer |
///
/// A missing image (null), or a vector with a missing value, gives a vector of NaN, which trainers leave out with a warning.
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Required NuGet in addition to BioLearn.Onnx | Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu |
/// | Exportable to ONNX | No |
///
/// ### Details
/// Images are resized (bilinear, antialiased, exactly as Pillow does) until the shorter side fits, cropped at the centre, and normalised
/// per channel; see [ImagePreprocessing](xref:BioLearn.Onnx.Images.ImagePreprocessing). Rows run through the network in batches under
/// the cursor. The network is saved with the pipeline.
/// ]]></format>
/// </remarks>
public sealed class CnnActivationsEstimator : IEstimator<CnnActivationsTransformer>
{
    private readonly CnnActivationsTransformer _transformer;

    internal CnnActivationsEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _transformer = new CnnActivationsTransformer(
            EmbeddedNetwork.Open(environment, nameof(CnnActivationsEstimator), options), options.OutputColumnName, options.Input, options.Level);
    }

    /// <summary>There is nothing to learn: checks the columns and gives the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or of another type.</exception>
    public CnnActivationsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _transformer.CheckIn(inputSchema);
        return inputSchema.With(_transformer.Added);
    }

    /// <summary>Options of <see cref="CnnActivationsEstimator"/>.</summary>
    public sealed class Options : CnnTransformOptions
    {
        /// <summary>
        /// The level whose activation is wanted: a number counted from the output (1, the default, is the last hidden layer), or the name of a
        /// level (S4), of a tensor or of a node.
        /// </summary>
        public LevelReference Level { get; set; } = 1;
    }
}
