using BioLearn.ML.Hosting;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.MlNet;
using BioLearn.Onnx.Recollection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableComponent<BioLearn.Onnx.CnnActivationsTransformer>]

namespace BioLearn.Onnx;

/// <summary>Adds the activation of one level of a pretrained network. Made by <see cref="CnnActivationsEstimator"/>.</summary>
public sealed class CnnActivationsTransformer : RowTransformer<CnnActivationsTransformer>, ILoadableTransformer<CnnActivationsTransformer>
{
    private readonly EmbeddedNetwork _network;
    private readonly string _inputColumnName;
    private readonly LevelReference _level;
    private readonly CnnTensor _tensor;

    internal CnnActivationsTransformer(EmbeddedNetwork network, string outputColumnName, string inputColumnName, LevelReference level)
        : base(network.Environment)
    {
        _network = network;
        _inputColumnName = inputColumnName;
        _level = level;
        _tensor = CueStart.Find(network.Model.Graph, level);
        Added = [new(outputColumnName, new VectorDataViewType(NumberDataViewType.Single, _tensor.Shape.Dimensions))];
    }

    /// <summary>Shape of the activation: channels x height x width, or one number for a dense layer.</summary>
    public TensorShape Shape => _tensor.Shape;

    internal IReadOnlyList<DataViewSchema.DetachedColumn> Added { get; }

    static string ILoadableTransformer<CnnActivationsTransformer>.ComponentName => "CnnActivations";

    internal void CheckIn(SchemaShape inputSchema) => NetworkInput.CheckIn(inputSchema, _inputColumnName, orVector: true);

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.Fields.Write(Added[0].Name);
        writer.Fields.Write(_inputColumnName);
        writer.WriteOptions(_level);
        _network.Save(writer);
    }

    static CnnActivationsTransformer ILoadableTransformer<CnnActivationsTransformer>.Load(IHostEnvironment environment, ModelReader reader)
    {
        string output = reader.Fields.ReadString();
        string input = reader.Fields.ReadString();
        var level = reader.ReadOptions<LevelReference>("level");
        var network = EmbeddedNetwork.Load(environment, nameof(CnnActivationsEstimator), reader);
        try
        {
            return new CnnActivationsTransformer(network, output, input, level);
        }
        catch (ArgumentException e)
        {
            throw reader.Damaged(e.Message);
        }
    }

    /// <inheritdoc/>
    protected override ColumnMap Map(DataViewSchema inputSchema)
    {
        NetworkInput.CheckIn(inputSchema, _inputColumnName, orVector: true, _network.Model.InputShape.Count);
        return new ColumnMap(Added, [_inputColumnName], _network.BatchSize, (row, _, capacity) =>
            new Batch(_network, _tensor, new NetworkInput(row, _inputColumnName, _network, capacity)));
    }

    private sealed class Batch(EmbeddedNetwork network, CnnTensor tensor, NetworkInput input) : RowBatch
    {
        private readonly TraceRequest _request = new([tensor], []);
        private ForwardTrace? _trace;

        public override void Read(int row) => input.Read(row);

        public override void Run(int count)
        {
            network.ThrowIfCancelled();
            if (input.Count > 0)
                _trace = network.Model.Forward(input.Values, input.Count, _request, network.CancellationToken);
        }

        public override Delegate Getter(int column) => (RowGetter<VBuffer<float>>)((int row, ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, tensor.Shape.Count);
            if (input.TryGetPlace(row, out int place))
                Activation(place).CopyTo(editor.Values);
            else
                editor.Values.Fill(float.NaN);
            value = editor.Commit();
        });

        private ReadOnlySpan<float> Activation(int place)
            => tensor == network.Model.Graph.Logits ? _trace!.Logits(place) : _trace!.Activation(tensor.Name, place);
    }
}
