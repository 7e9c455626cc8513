using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Hosting;

/// <summary>Scores a batch of feature vectors; the sub-classes serve the columns of their task.</summary>
internal abstract class ScoreBatch<TModel> : RowBatch
    where TModel : class, IPredictionModel<TModel>
{
    private readonly TModel _model;
    private readonly int _featureCount;
    private readonly int _outputCount;
    private readonly FeatureReader _reader;
    private readonly BatchScorer _score;
    private readonly float[] _features; // [capacity, features]
    private readonly float[] _scores; // [capacity, outputs]

    protected ScoreBatch(TModel model, DataViewRow input, string featureColumnName, int capacity)
    {
        _model = model;
        _featureCount = model.FeatureCount;
        _outputCount = model.OutputCount;
        _reader = new FeatureReader(input, input.Schema[featureColumnName]);
        _score = model.CreateScorer(capacity);
        _features = new float[capacity * _featureCount];
        _scores = new float[capacity * _outputCount];
    }

    public override void Read(int row) => _reader.CopyTo(_features.AsSpan(row * _featureCount, _featureCount));

    public override void Run(int count)
    {
        _score(_features.AsSpan(0, count * _featureCount), count, _scores.AsSpan(0, count * _outputCount));
        for (int row = 0; row < count; row++)
        {
            if (!TensorPrimitives.IsFiniteAll<float>(_features.AsSpan(row * _featureCount, _featureCount)))
                Scores(row).Fill(float.NaN);
        }
    }

    protected int Choose(int row) => _model.Choose(Scores(row));

    protected Span<float> Scores(int row) => _scores.AsSpan(row * _outputCount, _outputCount);
}

internal sealed class MulticlassScores<TModel>(TModel model, DataViewRow input, string featureColumnName, int capacity)
    : ScoreBatch<TModel>(model, input, featureColumnName, capacity)
    where TModel : class, IPredictionModel<TModel>
{
    public override Delegate Getter(int column) => column == 0 ? (RowGetter<uint>)PredictedLabel : (RowGetter<VBuffer<float>>)Score;

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

internal sealed class BinaryScores<TModel>(TModel model, DataViewRow input, string featureColumnName, int capacity)
    : ScoreBatch<TModel>(model, input, featureColumnName, capacity)
    where TModel : class, IPredictionModel<TModel>
{
    public override Delegate Getter(int column) => column switch
    {
        0 => (RowGetter<bool>)((int row, ref bool value) => value = Scores(row)[0] > 0),
        1 => (RowGetter<float>)((int row, ref float value) => value = Scores(row)[0]),
        _ => (RowGetter<float>)((int row, ref float value) => value = 1 / (1 + MathF.Exp(-Scores(row)[0]))),
    };
}

internal sealed class RegressionScores<TModel>(TModel model, DataViewRow input, string featureColumnName, int capacity)
    : ScoreBatch<TModel>(model, input, featureColumnName, capacity)
    where TModel : class, IPredictionModel<TModel>
{
    public override Delegate Getter(int column) => (RowGetter<float>)((int row, ref float value) => value = Scores(row)[0]);
}
