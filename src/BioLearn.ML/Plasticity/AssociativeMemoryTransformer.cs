using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Plasticity;

/// <summary>Completes degraded patterns from those it memorized. Made by <see cref="AssociativeMemoryEstimator"/>.</summary>
public sealed class AssociativeMemoryTransformer : RowTransformer<AssociativeMemoryTransformer>, ILoadableTransformer<AssociativeMemoryTransformer>, ITensorSource
{
    private readonly AssociativeMemory _memory;
    private readonly float[] _patterns; // [count, pattern size]
    private readonly StoredPatterns _stored;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;

    internal AssociativeMemoryTransformer(IHostEnvironment environment, AssociativeMemory memory, float[] patterns, string outputColumnName, string inputColumnName)
        : base(environment)
    {
        _memory = memory;
        _patterns = patterns;
        _stored = memory.Memorize(patterns);
        _outputColumnName = outputColumnName;
        _inputColumnName = inputColumnName;
    }

    /// <summary>Number of patterns that were memorized.</summary>
    public int PatternCount => _patterns.Length / _memory.PatternSize;

    /// <summary>The network's w, alpha and eta, and the patterns [count, elements] that it was shown.</summary>
    /// <returns>Copies.</returns>
    public NamedTensors GetTensors() => _memory.GetTensors().Add<float>("patterns", _patterns, PatternCount, _memory.PatternSize);

    static string ILoadableTransformer<AssociativeMemoryTransformer>.ComponentName => "AssociativeMemory";

    /// <inheritdoc/>
    protected override void Save(ModelWriter writer)
    {
        writer.Fields.Write(_outputColumnName);
        writer.Fields.Write(_inputColumnName);
        using var network = new MemoryStream();
        _memory.Save(network);
        writer.WriteTensor<byte>("Network.blpn", network.ToArray());
        writer.WriteTensor<float>("Patterns", _patterns);
    }

    static AssociativeMemoryTransformer ILoadableTransformer<AssociativeMemoryTransformer>.Load(IHostEnvironment environment, ModelReader reader)
    {
        string output = reader.Fields.ReadString();
        string input = reader.Fields.ReadString();
        using var network = new MemoryStream(reader.ReadTensor<byte>("Network.blpn"), writable: false);
        var memory = AssociativeMemory.Load(network);
        float[] patterns = reader.ReadTensor<float>("Patterns");
        if (patterns.Length == 0 || patterns.Length % memory.PatternSize != 0 || !Array.TrueForAll(patterns, float.IsFinite))
            throw reader.Damaged($"{patterns.Length} pattern values are no finite patterns of {memory.PatternSize}");
        return new AssociativeMemoryTransformer(environment, memory, patterns, output, input);
    }

    /// <inheritdoc/>
    protected override ColumnMap Map(DataViewSchema inputSchema)
    {
        AssociativeMemoryEstimator.Column(_inputColumnName).CheckIn(inputSchema, _memory.PatternSize);
        return new ColumnMap(
            [new(_outputColumnName, new VectorDataViewType(NumberDataViewType.Single, _memory.PatternSize))],
            [_inputColumnName],
            BatchSize: 1,
            (row, _, _) => new Completion(_stored, _memory.PatternSize, new FeatureReader(row, row.Schema[_inputColumnName])));
    }

    private sealed class Completion(StoredPatterns stored, int size, FeatureReader source) : RowBatch
    {
        private readonly float[] _degraded = new float[size];
        private readonly float[] _completed = new float[size];

        public override void Read(int row)
        {
            source.CopyTo(_degraded);
            for (int i = 0; i < size; i++)
            {
                if (float.IsNaN(_degraded[i]))
                    _degraded[i] = 0; // unknown
            }
        }

        public override void Run(int count) => stored.Complete(_degraded, _completed);

        public override Delegate Getter(int column) => (RowGetter<VBuffer<float>>)((int row, ref VBuffer<float> value) =>
        {
            var editor = VBufferEditor.Create(ref value, size);
            _completed.CopyTo(editor.Values);
            value = editor.Commit();
        });
    }
}
