using BioLearn.ML.Hosting;
using BioLearn.Onnx.MlNet;
using BioLearn.Onnx.Recollection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace BioLearn.Onnx;

/// <summary>
/// Recollects images: runs each through a pretrained convolutional network, then sends a cue backwards through the same weights until it
/// reaches the image, and gives what arrives there as a picture.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and Output Columns
/// | | Column type |
/// | -- | -- |
/// | Input | Image ([MLImage](xref:Microsoft.ML.Data.MLImage)) of any size |
/// | Output | Image of the network's input size: the recollection |
/// | Output on request | Known-sized vector of [Single](xref:System.Single): the array that reached the input, channels x height x width |
/// | Output on request | [Single](xref:System.Single): edge correlation E, Pearson correlation, structural similarity of original and recollection |
/// | Output on request | [key](xref:Microsoft.ML.Data.KeyDataViewType): the class that the network predicts |
///
/// A missing image (null) gives a missing image, missing (NaN) values and a missing key.
///
/// ### Estimator Characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Required NuGet in addition to BioLearn.Onnx | Microsoft.ML.OnnxRuntime, or Microsoft.ML.OnnxRuntime.Gpu |
/// | Exportable to ONNX | No |
///
/// ### Algorithm Details
/// The image passes the network once; activations and, at each max-pool, the position of the maximum (switch) are recorded. A current
/// then starts at the cue (the predicted class, a level's stored activation, ...) and passes back through each operator's own weights:
/// transposed dense products and convolutions, unpooling by the switches, with a normalisation and rectification at each level and no
/// biases. There is no gradient and no iteration.
///
/// With recorded switches the picture comes from the switches, whatever the cue: see `docs/recollection.md` for the controls
/// that tell what a recollection owes to cue, switches and weights. With `RecollectionOptions.DeconvNet`, `GuidedBackpropagation` or
/// `Gradient` the same machinery gives the methods of
/// [Zeiler and Fergus 2014](https://arxiv.org/abs/1311.2901), [Springenberg et al. 2014](https://arxiv.org/abs/1412.6806) and the gradient.
///
/// Rows run through the network in batches under the cursor. The network is saved with the pipeline.
/// ]]></format>
/// </remarks>
public sealed class RecollectionEstimator : IEstimator<RecollectionTransformer>
{
    private readonly EmbeddedNetwork _network;
    private readonly RecollectionColumns _columns;
    private readonly Options _options;
    private readonly IReadOnlyList<DataViewSchema.DetachedColumn> _added;

    internal RecollectionEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _network = EmbeddedNetwork.Open(environment, nameof(RecollectionEstimator), options);
        _columns = RecollectionColumns.Of(options, _network.ClassNames);
        _options = options;
        using var transformer = Create(); // tells now what is wrong with cue and variant
        _added = transformer.Added;
    }

    /// <summary>There is nothing to learn: checks the columns and gives the transformer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or not of images.</exception>
    public RecollectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = Create();
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        NetworkInput.CheckIn(inputSchema, _columns.Input, orVector: false);
        return inputSchema.With(_added);
    }

    private RecollectionTransformer Create() => new(_network, _columns, _options.Cue, _options.Recollection);

    /// <summary>Options of <see cref="RecollectionEstimator"/>.</summary>
    public sealed class Options : CnnTransformOptions
    {
        /// <summary>What starts the recollection, and at which level.</summary>
        public Cue Cue { get; set; } = Cue.PredictedClass;

        /// <summary>The variant: how currents pass back through the network, and how the result is shown.</summary>
        public RecollectionOptions Recollection { get; set; } = new();

        /// <summary>Column for the array that reached the input, before it is made a picture; null adds none.</summary>
        public string? VectorColumnName { get; set; }

        /// <summary>Column for the edge correlation E (-1 to 1) of recollection and original as the network saw it; null adds none.</summary>
        public string? EdgeCorrelationColumnName { get; set; }

        /// <summary>Column for the Pearson correlation (-1 to 1) of the grey values; null adds none.</summary>
        public string? PearsonColumnName { get; set; }

        /// <summary>Column for the structural similarity (-1 to 1); null adds none.</summary>
        public string? SsimColumnName { get; set; }

        /// <summary>Column for the class that the network predicts, a key; null adds none.</summary>
        public string? PredictedClassColumnName { get; set; }

        /// <summary>
        /// Names of the network's classes, in its order, as values of the key; null takes those of the card beside the model file, and where
        /// there is none their numbers, from 0.
        /// </summary>
        public IReadOnlyList<string>? ClassNames { get; set; }
    }
}
