using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Diagnostics;

/// <summary>
/// Measures a network in training on fixed rows: the rule computes its credit there in a context of its own, backpropagation does in
/// another, and the two are compared. All parameters are put back afterwards.
/// </summary>
internal sealed class DiagnosticProbe<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double NoVariation = 1e-6;

    private readonly LearningDiagnostics _diagnostics;
    private readonly LearningRule _rule;
    private readonly Network<T> _network;
    private readonly MiniBatch<T> _rows;
    private readonly LearningContext<T> _step;
    private readonly LearningContext<T> _reference;
    private readonly Backpropagation _backpropagation = new();
    private readonly ParameterSnapshot<T> _parameters;
    private readonly T[][] _before;
    private (long Step, int Epoch) _now;
    private bool _hasBefore;

    public DiagnosticProbe(LearningDiagnostics diagnostics, Network<T> network, LearningRule rule, in Samples<T> samples, int threads, long steps = 0, int epochs = 0)
    {
        diagnostics.Validate();
        diagnostics.Clear();
        _diagnostics = diagnostics;
        _rule = rule;
        _network = network;
        int[] order = new int[samples.Count];
        new RandomStream(network.Seed, "diagnostics/rows").FillPermutation(order);
        int count = Math.Min(diagnostics.ProbeRows, samples.Count);
        _rows = new MiniBatch<T>(network.Spec, count);
        _rows.Gather(samples, order.AsSpan(0, count));
        _step = new LearningContext<T>(network, count, threads) { Notes = Note };
        _reference = new LearningContext<T>(network, count, threads);
        _parameters = new ParameterSnapshot<T>(network);
        _before = [.. Enumerable.Range(1, network.Depth).Select(l => new T[network.Weights(l).Values.Length])];
        Measure(steps, epochs);
        RememberIfNext(steps);
    }

    /// <summary>To be called after every learning step.</summary>
    /// <param name="done">Steps done, from 1.</param>
    /// <param name="epoch">The epoch, from 1.</param>
    public void AfterStep(long done, int epoch)
    {
        if (done % _diagnostics.Every == 0)
        {
            _now = (done, epoch);
            NoteUpdates();
            Measure(done, epoch);
        }
        RememberIfNext(done);
    }

    public void Dispose()
    {
        _step.Dispose();
        _reference.Dispose();
        _rows.Dispose();
    }

    private void Measure(long done, int epoch)
    {
        _now = (done, epoch);
        _parameters.Take();
        try
        {
            CompareFeedback();
            // Before the rule, so that both see the same weights whatever the rule does.
            _reference.Begin(_rows.Input, _rows.Target, _rows.Weights, _rows.Instructions);
            _rule.Guide(_reference);
            _backpropagation.ComputeCredit(_reference);
            _step.BeginAs(done, _rows.Input, _rows.Target, _rows.Weights, _rows.Instructions);
            // What is still NaN afterwards, the rule does not use.
            for (int l = 1; l <= _step.Depth; l++)
                _step.Delta(l).Span.Fill(T.NaN);
            _rule.ComputeCredit(_step);
            Note(DiagnosticMetric.Loss, 0, _step.MeanLoss);
            CompareGradients();
            CompareCredit();
            CountDeadUnits();
            NoteTargetAlignment();
        }
        finally
        {
            _parameters.PutBack();
        }
    }

    private void CompareGradients()
    {
        for (int l = 1; l <= _step.Depth; l++)
        {
            ReadOnlySpan<T> gradient = _step.LastGradientOf(_network.Weights(l)), reference = _reference.LastGradientOf(_network.Weights(l));
            if (gradient.IsEmpty)
                continue;
            Note(DiagnosticMetric.GradientAngle, l, VectorAngle.Degrees(gradient, reference));
            Note(DiagnosticMetric.GradientNorm, l, VectorAngle.Norm(gradient));
            Note(DiagnosticMetric.GradientNormRatio, l, VectorAngle.Norm(gradient) / VectorAngle.Norm(reference));
        }
    }

    private void CompareCredit()
    {
        for (int l = 1; l < _step.Depth; l++)
            Note(DiagnosticMetric.CreditAngle, l, VectorAngle.Degrees<T>(_step.Delta(l).Span, _reference.Delta(l).Span));
        for (int l = _step.Depth; l > 1; l--)
        {
            _step.Delta(l).Span.CopyTo(_reference.Delta(l).Span);
            _reference.Backward(l, _network.Weights(l));
            Note(DiagnosticMetric.LocalCreditAngle, l - 1, VectorAngle.Degrees<T>(_step.Delta(l - 1).Span, _reference.Delta(l - 1).Span));
        }
    }

    private void CompareFeedback()
    {
        foreach (Parameter<T> feedback in _network.Parameters)
        {
            if (FeedbackTarget.Of(_network, feedback) is not { } target)
                continue;
            Note(DiagnosticMetric.FeedbackAngle, feedback.Layer, VectorAngle.Degrees<T>(feedback.Values, target));
            Note(DiagnosticMetric.SignConcordance, feedback.Layer, VectorAngle.SignConcordance<T>(feedback.Values, target));
            Note(DiagnosticMetric.FeedbackNormRatio, feedback.Layer, VectorAngle.Norm<T>(feedback.Values) / VectorAngle.Norm<T>(target));
        }
    }

    private void CountDeadUnits()
    {
        for (int l = 1; l < _step.Depth && _rule.PredictsByForwardPass; l++)
        {
            Signal<T> units = _reference.Clean.Units(l);
            int dead = 0;
            for (int i = 0; i < units.Width; i++)
            {
                T lowest = units.Row(0)[i], highest = lowest;
                for (int b = 1; b < units.Batch; b++)
                {
                    lowest = T.Min(lowest, units.Row(b)[i]);
                    highest = T.Max(highest, units.Row(b)[i]);
                }
                if (double.CreateChecked(highest - lowest) <= NoVariation)
                    dead++;
            }
            Note(DiagnosticMetric.DeadUnits, l, units.Batch > 1 ? dead / (double)units.Width : double.NaN);
        }
    }

    private void NoteTargetAlignment()
    {
        // The prediction anew: a rule may have left other numbers in the clean phase.
        _parameters.PutBack();
        Action<string, int, double>? notes = _step.Notes;
        _step.Notes = null;
        _rule.Predict(_step);
        T[] before = _step.Clean.Units(_step.Depth).Span.ToArray();
        double alignment = TargetAlignment.AfterStep<T>(_step, _rule, _diagnostics.TargetAlignmentRate, before);
        _step.Notes = notes;
        Note(DiagnosticMetric.TargetAlignment, 0, alignment);
    }

    private void NoteUpdates()
    {
        for (int l = 1; l <= _network.Depth && _hasBefore; l++)
        {
            ReadOnlySpan<T> weights = _network.Weights(l).Values;
            if (weights.IsEmpty)
                continue;
            double change = VectorAngle.Distance<T>(weights, _before[l - 1]);
            Note(DiagnosticMetric.UpdateNorm, l, change);
            Note(DiagnosticMetric.RelativeUpdate, l, change / VectorAngle.Norm(weights));
        }
    }

    private void RememberIfNext(long done)
    {
        _hasBefore = (done + 1) % _diagnostics.Every == 0;
        for (int l = 1; l <= _network.Depth && _hasBefore; l++)
            _network.Weights(l).Values.CopyTo(_before[l - 1]);
    }

    private void Note(string metric, int layer, double value) => _diagnostics.Add(new DiagnosticRecord(_now.Step, _now.Epoch, layer, metric, value));
}
