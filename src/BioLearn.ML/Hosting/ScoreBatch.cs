using System.Numerics.Tensors;
using BioLearn.Kernels.Sparse;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Scores a batch of feature vectors, sparse ones as they are where the model can; the sub-classes serve the columns of their task.</summary>
internal abstract class ScoreBatch<TModel> : RowBatch
    where TModel : class, IPredictionModel<TModel>
{
    private readonly TModel _model;
    private readonly int _featureCount;
    private readonly int _outputCount;
    private readonly FeatureReader _reader;
    private readonly InstructionBatch? _asked;
    private readonly IReadOnlyList<GatedLayer> _gated;
    private readonly Lazy<BatchScorer> _score;
    private readonly Lazy<SparseScorer?> _scoreSparse;
    private readonly SparseRows<float> _sparse; // the rows so far, as long as all of them came so
    private readonly int _capacity;
    private readonly float[] _scores; // [capacity, outputs]
    private float[] _features = []; // [capacity, features]; made for the first row that comes dense
    private bool _isSparse;

    protected ScoreBatch(TModel model, DataViewRow input, string featureColumnName, AskedColumn? asked, int capacity)
    {
        _model = model;
        _featureCount = model.FeatureCount;
        _outputCount = model.OutputCount;
        _capacity = capacity;
        _reader = new FeatureReader(input, input.Schema[featureColumnName]);
        _asked = asked is { } column ? new InstructionBatch(model.CreateInstructedScorer(capacity), input, input.Schema[column.Name], capacity, capacity > 1 ? column.Warn : null) : null;
        _gated = model.GatedLayers;
        _score = new(() => _asked is null ? model.CreateScorer(capacity) : _asked.Score, isThreadSafe: false);
        _scoreSparse = new(() => _featureCount < FeatureRows.Wide ? null : _asked is null ? model.CreateSparseScorer(capacity) : _asked.Score, isThreadSafe: false);
        _sparse = new SparseRows<float>(_featureCount);
        _scores = new float[capacity * _outputCount];
    }

    public override void Read(int row)
    {
        _asked?.Read(row);
        ref readonly VBuffer<float> features = ref _reader.Read();
        if (row == 0)
        {
            _isSparse = !features.IsDense && _scoreSparse.Value is not null;
            _sparse.Clear();
        }

        if (_isSparse && !features.IsDense)
        {
            _sparse.Add(features.GetIndices(), features.GetValues());
            return;
        }

        if (_features.Length == 0)
            _features = new float[_capacity * _featureCount];
        for (int before = 0; before < row && _isSparse; before++)
            _sparse.CopyTo(before, Dense(before));
        _isSparse = false;
        features.CopyTo(Dense(row));
    }

    public override void Run(int count)
    {
        if (_isSparse)
            _scoreSparse.Value!(_sparse, _scores.AsSpan(0, count * _outputCount));
        else
            _score.Value(_features.AsSpan(0, count * _featureCount), count, _scores.AsSpan(0, count * _outputCount));
        for (int row = 0; row < count; row++)
        {
            var values = _isSparse ? _sparse.Values(row) : Dense(row);
            if ((!values.IsEmpty && !TensorPrimitives.IsFiniteAll(values)) || _asked?.IsMissing(row) == true)
                Scores(row).Fill(float.NaN);
        }
    }

    public sealed override Delegate Getter(int column) => column < ScoreCount ? ScoreGetter(column) : _asked!.Gates(_gated[column - ScoreCount]);

    /// <summary>How many columns the scores of the task have; gates come behind them.</summary>
    protected abstract int ScoreCount { get; }

    protected abstract Delegate ScoreGetter(int column);

    private Span<float> Dense(int row) => _features.AsSpan(row * _featureCount, _featureCount);

    protected int Choose(int row) => _model.Choose(Scores(row));

    protected Span<float> Scores(int row) => _scores.AsSpan(row * _outputCount, _outputCount);
}

internal sealed class MulticlassScores<TModel>(TModel model, DataViewRow input, string featureColumnName, AskedColumn? asked, int capacity)
    : ScoreBatch<TModel>(model, input, featureColumnName, asked, capacity)
    where TModel : class, IPredictionModel<TModel>
{
    protected override int ScoreCount => 2;

    protected override Delegate ScoreGetter(int column) => column == 0 ? (RowGetter<uint>)PredictedLabel : (RowGetter<VBuffer<float>>)Score;

    private void PredictedLabel(int row, ref uint value)
    {
        int best = Choose(row);
        value = best < 0 || float.IsNaN(Scores(row)[best]) ? 0 : (uint)best + 1;
    }

    private void Score(int row, ref VBuffer<float> value)
    {
        var scores = Scores(row);
        var editor = VBufferEditor.Create(ref value, scores.Length);
        scores.CopyTo(editor.Values);
        value = editor.Commit();
    }
}

internal sealed class BinaryScores<TModel>(TModel model, DataViewRow input, string featureColumnName, AskedColumn? asked, int capacity)
    : ScoreBatch<TModel>(model, input, featureColumnName, asked, capacity)
    where TModel : class, IPredictionModel<TModel>
{
    protected override int ScoreCount => 3;

    protected override Delegate ScoreGetter(int column) => column switch
    {
        0 => (RowGetter<bool>)((int row, ref bool value) => value = Scores(row)[0] > 0),
        1 => (RowGetter<float>)((int row, ref float value) => value = Scores(row)[0]),
        _ => (RowGetter<float>)((int row, ref float value) => value = 1 / (1 + MathF.Exp(-Scores(row)[0]))),
    };
}

internal sealed class RegressionScores<TModel>(TModel model, DataViewRow input, string featureColumnName, AskedColumn? asked, int capacity)
    : ScoreBatch<TModel>(model, input, featureColumnName, asked, capacity)
    where TModel : class, IPredictionModel<TModel>
{
    protected override int ScoreCount => 1;

    protected override Delegate ScoreGetter(int column) => (RowGetter<float>)((int row, ref float value) => value = Scores(row)[0]);
}
