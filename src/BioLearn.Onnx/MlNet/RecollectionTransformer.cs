using BioLearn.ML.Hosting;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.MlNet;
using BioLearn.Onnx.Recollection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableComponent<BioLearn.Onnx.RecollectionTransformer>]

namespace BioLearn.Onnx;

/// <summary>Adds recollected images. Made by <see cref="RecollectionEstimator"/>.</summary>
public sealed class RecollectionTransformer : RowTransformer<RecollectionTransformer>, IDisposable, ILoadableTransformer<RecollectionTransformer>
{
    private readonly EmbeddedNetwork _network;
    private readonly RecollectionColumns _columns;
    private readonly Recollector _recollector;

    internal RecollectionTransformer(EmbeddedNetwork network, RecollectionColumns columns, Cue cue, RecollectionOptions options)
        : base(network.Environment)
    {
        ArgumentNullException.ThrowIfNull(cue);
        ArgumentNullException.ThrowIfNull(options);
        _network = network;
        _columns = columns;
        _recollector = new Recollector(network.Model, cue, options);
        Added = columns.Added(_recollector.Plan.End.Shape.Shape, network.Model.Classes);
    }

    /// <summary>What starts the recollections.</summary>
    public Cue Cue => _recollector.Cue;

    /// <summary>Their variant.</summary>
    public RecollectionOptions Options => _recollector.Options;

    internal IReadOnlyList<DataViewSchema.DetachedColumn> Added { get; }

    static string ILoadableTransformer<RecollectionTransformer>.ComponentName => "Recollection";

    static int ILoadableTransformer<RecollectionTransformer>.Version => 2; // names where 1 has numbers

    /// <summary>Frees the memory of finished runs; the transformer can still be used.</summary>
    public void Dispose() => _recollector.Dispose();

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.WriteOptions(Cue);
        writer.WriteOptions(Options);
        _columns.Save(writer);
        _network.Save(writer);
    }

    static RecollectionTransformer ILoadableTransformer<RecollectionTransformer>.Load(IHostEnvironment environment, ModelReader reader)
    {
        var cue = reader.ReadOptions<Cue>("cue");
        var options = reader.ReadOptions<RecollectionOptions>("options");
        var columns = RecollectionColumns.Load(reader);
        var network = EmbeddedNetwork.Load(environment, nameof(RecollectionEstimator), reader);
        try
        {
            return new RecollectionTransformer(network, columns, cue, options);
        }
        catch (ArgumentException e)
        {
            throw reader.Damaged(e.Message);
        }
    }

    /// <inheritdoc/>
    protected override ColumnMap Map(DataViewSchema inputSchema)
    {
        NetworkInput.CheckIn(inputSchema, _columns.Input, orVector: false, _network.Model.InputShape.Count);
        return new ColumnMap(Added, [_columns.Input], _network.BatchSize, (row, isActive, capacity) =>
            new RecollectionBatch(_network, _recollector, _columns, isActive, new NetworkInput(row, _columns.Input, _network, capacity)));
    }
}
