using BioLearn.Kernels.Sparse;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>What the rows of a batch that is scored ask, and which units that opens.</summary>
internal sealed class InstructionBatch
{
    private readonly IInstructedScorer _scorer;
    private readonly InstructionReader _reader;
    private readonly int _width;
    private readonly float[] _instructions; // [capacity, width]
    private readonly bool[] _missing;
    private readonly Action<string>? _warn;

    /// <param name="scorer">The model's.</param>
    /// <param name="input">The row or cursor.</param>
    /// <param name="column">The instruction column; it has been compared with the model's.</param>
    /// <param name="capacity">The most rows.</param>
    /// <param name="warn">Hears of rows of a table that ask what nobody taught; null where one row is asked by itself, whose answer somebody waits for.</param>
    public InstructionBatch(IInstructedScorer scorer, DataViewRow input, DataViewSchema.Column column, int capacity, Action<string>? warn)
    {
        _warn = warn;
        _scorer = scorer;
        _reader = new InstructionReader(input, column);
        _width = _reader.Form.Width;
        _instructions = new float[capacity * _width];
        _missing = new bool[capacity];
    }

    /// <summary>Reads what the current row asks.</summary>
    /// <exception cref="InvalidOperationException">It is a vector of zeros, or, of a row by itself, a task that the model does not know.</exception>
    public void Read(int row)
    {
        Span<float> instruction = _instructions.AsSpan(row * _width, _width);
        _missing[row] = !_reader.TryRead();
        if (!_missing[row])
        {
            _reader.CopyTo(instruction);
            return;
        }
        instruction.Clear(); // as rows with missing features, it has missing scores
        if (_warn is null)
            throw new InvalidOperationException(_reader.Unknown());
        _warn(_reader.Unknown());
    }

    public bool IsMissing(int row) => _missing[row];

    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores) => _scorer.Score(features, _instructions.AsSpan(0, rows * _width), rows, scores);

    public void Score(SparseRows<float> features, Span<float> scores) => _scorer.Score(features, _instructions.AsSpan(0, features.Count * _width), scores);

    /// <summary>Gives the gates of a layer; missing (NaN) where the instruction is.</summary>
    public RowGetter<VBuffer<float>> Gates(GatedLayer layer) => (int row, ref VBuffer<float> value) =>
    {
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, layer.Units);
        if (_missing[row])
            editor.Values.Fill(float.NaN);
        else
            _scorer.Gates(layer.Layer, row).CopyTo(editor.Values);
        value = editor.Commit();
    };
}
