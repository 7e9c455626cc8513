using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Turns images into spike times: grey, resized (Lanczos, as Pillow), seen through receptive fields, and the stronger the contrast the
/// earlier the spike. The input layer of a spiking network on its own.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Input and Output Columns
/// | | Column type |
/// | -- | -- |
/// | Input | Image ([MLImage](xref:Microsoft.ML.Data.MLImage)) of any size |
/// | Output | Vector of [Single](xref:System.Single), height x width x filters: step of each spike, 0 to `Bins`, -1 where there is none |
/// | Output on request | Vector of Single, height x width x filters: contrasts, 0 where there is no spike |
/// | Output on request | Vector of Single, height x width: the grey picture after resizing, 0 to 255 |
///
/// A missing image (null) gives missing (NaN) values. Nothing is learned: `Fit` only checks the input column.
///
/// ### Algorithm Details
/// Rank-order latency code: of n contrasts the one of rank j (from 0, largest first) fires at step ceil(j Bins / n). See `docs/naming.md`.
/// ]]></format>
/// </remarks>
public sealed class SpikeLatencyCodeEstimator : IEstimator<SpikeLatencyCodeTransformer>
{
    private readonly IHostEnvironment _environment;
    private readonly Options _options;

    internal SpikeLatencyCodeEstimator(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Input);
        ArgumentException.ThrowIfNullOrEmpty(options.InputName, nameof(Options.InputColumnName));
        options.Input.Validate();
        Guard.Between(options.Bins, 1, 1000, nameof(Options.Bins));
        if (options.Columns.Count == 0)
            throw new ArgumentException("no output column is named", nameof(options));
        if (options.Columns.DistinctBy(column => column.Name).Count() < options.Columns.Count)
            throw new ArgumentException("two output columns have the same name", nameof(options));
        ComponentManifest.Register(environment);
        _environment = environment;
        _options = options;
    }

    /// <summary>Checks the input column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or is none of images.</exception>
    public SpikeLatencyCodeTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        PictureColumn.Of(_options.InputName).CheckIn(input.Schema);
        return new(_environment, _options.Input, _options.Bins, _options.InputName, _options.Columns);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        PictureColumn.Of(_options.InputName).CheckIn(inputSchema);
        return inputSchema.With(SpikeLatencyCodeTransformer.AddedBy(_options.Input, _options.Columns));
    }

    /// <summary>Options of <see cref="SpikeLatencyCodeEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Name of the column of spike times; null or empty for none.</summary>
        public string? OutputColumnName { get; set; }

        /// <summary>Name of the column of images; null takes <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>Name of a column of contrasts; or null.</summary>
        public string? ContrastColumnName { get; set; }

        /// <summary>Name of a column of the resized grey picture; or null.</summary>
        public string? GrayColumnName { get; set; }

        /// <summary>Size, receptive fields, thresholds.</summary>
        public SpikingInputOptions Input { get; set; } = new();

        /// <summary>Steps after step 0 in which spikes fire, 1 to 1000.</summary>
        public int Bins { get; set; } = 9;

        internal string InputName => string.IsNullOrEmpty(InputColumnName) ? OutputColumnName ?? "" : InputColumnName;

        internal IReadOnlyList<(SpikeCodeColumn Kind, string Name)> Columns =>
        [
            .. new[] { (SpikeCodeColumn.Times, OutputColumnName), (SpikeCodeColumn.Contrasts, ContrastColumnName), (SpikeCodeColumn.Gray, GrayColumnName) }
                .Where(column => !string.IsNullOrEmpty(column.Item2)).Select(column => (column.Item1, column.Item2!)),
        ];
    }
}

/// <summary>What a column of the input coding holds. The numbers stand in model files.</summary>
internal enum SpikeCodeColumn
{
    Times = 0,
    Contrasts = 1,
    Gray = 2,
}
