using BioLearn.Kernels.Sparse;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>Scores rows with a trained network, as ML.NET wants them: probabilities, a logit, or the output itself.</summary>
internal sealed class NetworkScorer : IInstructedScorer, IDisposable
{
    private readonly NetworkModelParameters _model;
    private readonly LearningRule? _rule;
    private readonly LearningContext<float> _step;
    private readonly MiniBatch<float> _batch;

    public NetworkScorer(NetworkModelParameters model, LearningRule? rule, int capacity)
    {
        _model = model;
        _rule = rule;
        _step = new LearningContext<float>(model.Network, capacity);
        _batch = new MiniBatch<float>(model.Spec, capacity);
    }

    /// <param name="features">[rows, features].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="scores">Receives [rows, outputs].</param>
    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores)
    {
        _batch.Fill(features, rows, _model.InputMap);
        Score(scores);
    }

    /// <param name="rows">Rows of which few features are set.</param>
    /// <param name="scores">Receives [rows, outputs].</param>
    public void Score(SparseRows<float> rows, Span<float> scores)
    {
        _batch.Fill(rows, _model.InputMap);
        Score(scores);
    }

    public void Score(ReadOnlySpan<float> features, ReadOnlySpan<float> instructions, int rows, Span<float> scores)
    {
        _batch.Fill(features, rows, _model.InputMap);
        _batch.Instruct(instructions);
        Score(scores);
    }

    public void Score(SparseRows<float> features, ReadOnlySpan<float> instructions, Span<float> scores)
    {
        _batch.Fill(features, _model.InputMap);
        _batch.Instruct(instructions);
        Score(scores);
    }

    public ReadOnlySpan<float> Gates(int layer, int row) => _step.Gates(layer, row);

    private void Score(Span<float> scores)
    {
        Predict();
        Signal<float> output = _step.Clean.Units(_step.Depth);
        if (_model.IsRegression)
        {
            output.Span.CopyTo(scores);
            for (int i = 0; i < scores.Length && _model.LabelMap is { } map; i++)
                scores[i] = (float)map.Invert(i % output.Width, scores[i]);
        }
        else if (_model.OutputCount == 1)
            Logits(output, scores);
        else
            Probabilities(output, scores);
    }

    /// <param name="layer">Layer l, from 1.</param>
    /// <param name="features">[rows, features].</param>
    /// <param name="instructions">[rows, width], or empty where nothing is asked.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="activities">Receives h_l, [rows, outputs of the layer].</param>
    public void Activate(int layer, ReadOnlySpan<float> features, ReadOnlySpan<float> instructions, int rows, Span<float> activities)
    {
        _batch.Fill(features, rows, _model.InputMap);
        _batch.Instruct(instructions);
        Predict();
        _step.Clean.Activity(layer).Span.CopyTo(activities);
    }

    public void Dispose()
    {
        _step.Dispose();
        _batch.Dispose();
    }

    private void Predict()
    {
        _step.Observe(_batch.Input, _batch.Target, default, _batch.Instructions);
        if (_rule is null)
            _step.Forward();
        else
            _rule.Predict(_step);
    }

    private void Logits(Signal<float> output, Span<float> scores)
    {
        if (_model.Spec.Head.IsLogit)
        {
            _step.Clean.PreActivation(_step.Depth).Span.CopyTo(scores);
            return;
        }
        for (int i = 0; i < scores.Length; i++)
        {
            float p = Math.Clamp(output.Span[i], 1e-6f, 1 - 1e-6f);
            scores[i] = MathF.Log(p / (1 - p));
        }
    }

    private void Probabilities(Signal<float> output, Span<float> scores)
    {
        output.Span.CopyTo(scores);
        if (_model.Spec.Head.SumsToOne)
            return;
        for (int row = 0; row < output.Batch; row++)
            SquaredErrorScores.Normalize(scores.Slice(row * output.Width, output.Width));
    }
}
