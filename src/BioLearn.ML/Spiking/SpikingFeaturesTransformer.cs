using BioLearn.ML.Hosting;
using BioLearn.ML.Spiking;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableComponent<SpikingFeaturesTransformer>]

namespace BioLearn.ML.Spiking;

/// <summary>Adds features of a trained spiking network to rows with images. Made by <see cref="SpikingFeaturesEstimator"/>.</summary>
public sealed class SpikingFeaturesTransformer : RowTransformer<SpikingFeaturesTransformer>, ILoadableTransformer<SpikingFeaturesTransformer>, ITensorSource
{
    internal SpikingFeaturesTransformer(
        IHostEnvironment environment, SpikingNetwork network, SpikingColumns columns, int batchSize, int threads, CancellationToken cancellationToken = default)
        : base(environment)
    {
        ImageValues.Register();
        columns.Validate(network.Options);
        Network = network;
        Columns = columns;
        BatchSize = batchSize;
        Threads = threads;
        CancellationToken = cancellationToken;
        Added = columns.Added(network.Options);
    }

    /// <summary>Potential from which a neuron of the last layer counts as active.</summary>
    public float CountThreshold => Columns.CountThreshold;

    /// <summary>The trained network.</summary>
    public SpikingNetwork Network { get; }

    /// <inheritdoc/>
    public NamedTensors GetTensors() => Network.GetTensors();

    internal SpikingColumns Columns { get; }

    internal IReadOnlyList<DataViewSchema.DetachedColumn> Added { get; }

    internal int Threads { get; }

    internal CancellationToken CancellationToken { get; }

    private int BatchSize { get; }

    static string ILoadableTransformer<SpikingFeaturesTransformer>.ComponentName => "SpikingFeatures";

    static int ILoadableTransformer<SpikingFeaturesTransformer>.Version => 2;

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        Columns.Save(writer);
        writer.Fields.Write(BatchSize);
        writer.Fields.Write(Network.Thresholds.Count);
        foreach (float threshold in Network.Thresholds)
            writer.Fields.Write(threshold);
        using var file = new MemoryStream();
        using (var network = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
            SpikingModelFile.Write(network, Network.Structure);
        writer.WriteTensor<byte>("Network.blsn", file.ToArray());
    }

    static SpikingFeaturesTransformer ILoadableTransformer<SpikingFeaturesTransformer>.Load(IHostEnvironment environment, ModelReader reader)
    {
        var columns = SpikingColumns.Load(reader);
        int batchSize = reader.ReadCount("batch size", 1, int.MaxValue);
        float[] thresholds = new float[reader.ReadLength("number of thresholds", sizeof(float))];
        foreach (ref float threshold in thresholds.AsSpan())
            threshold = reader.Fields.ReadSingle();
        using var file = new BinaryReader(new MemoryStream(reader.ReadTensor<byte>("Network.blsn"), writable: false));
        try
        {
            var network = new SpikingNetwork(SpikingModelFile.Read(file)).WithThresholds(thresholds);
            return new SpikingFeaturesTransformer(environment, network, columns, batchSize, Environment.ProcessorCount);
        }
        catch (Exception e) when (e is ArgumentException or InvalidDataException or EndOfStreamException)
        {
            throw reader.Damaged(e.Message);
        }
    }

    /// <inheritdoc/>
    protected override ColumnMap Map(DataViewSchema inputSchema)
    {
        PictureColumn.Of(Columns.Input).CheckIn(inputSchema);
        return new ColumnMap(Added, [Columns.Input], BatchSize, (row, _, capacity) => new SpikingFeaturesBatch(this, row, capacity));
    }
}
