using System.Numerics.Tensors;
using BioLearn.Kernels.Sparse;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Networks;

/// <summary>Gradients of layers that read sparse rows: only weights of features that are set have one.</summary>
public sealed unsafe partial class LearningContext<T>
{
    private readonly Dictionary<Parameter<T>, SetGradient<T>> _setGradients = [];

    /// <summary>The gradient that a taught parameter moves along, where only some columns have one; null where all do.</summary>
    internal SetGradient<T>? SetGradientOf(Parameter<T> parameter)
    {
        if (_taughtAlike.ContainsKey(parameter))
            return null;
        Close(parameter);
        return _setGradients.TryGetValue(parameter, out SetGradient<T>? gradient) && gradient.IsPresent ? gradient : null;
    }

    private void MeetSets(int layer, Signal<T> post, SparseBatch<T> set, T coefficient, T keep)
    {
        Parameter<T> weights = Weights(layer);
        if (!_setGradients.TryGetValue(weights, out SetGradient<T>? gradient))
            _setGradients[weights] = gradient = new SetGradient<T>();
        Close(weights);
        Teach(weights);
        if (keep == T.Zero)
        {
            gradient.Begin(set.Features, weights.Rows);
            MeetSets(post, set, coefficient, gradient.Matrix, gradient.Places, T.Zero);
        }
        else if (gradient.IsPresent && gradient.Features.SequenceEqual(set.Features))
            MeetSets(post, set, coefficient, gradient.Matrix, gradient.Places, keep);
        else
        {
            // The pair before was dense, or that of another batch.
            Signal<T> dense = DenseGradient(weights);
            _maps[layer - 1].Meet(post, new Signal<T>(set.Dense, post.Batch, weights.Columns), coefficient, dense.Span, keep);
        }
    }

    /// <summary>into = keep into + Σ_b (c post_b) pre_b in some rows of a matrix [.., units], a row for each feature that is set.</summary>
    private void MeetSets(Signal<T> post, SparseBatch<T> set, T coefficient, MatrixSpan<T> into, ReadOnlySpan<int> rows, T keep)
    {
        // Scaled first, as the dense product scales its left factor.
        Signal<T> scaled = _memory.Signal("scaled post", post.Width, post.Batch, post.Width);
        TensorPrimitives.Multiply(post.Span, coefficient, scaled.Span);
        SparseGemm.AddTo(set.ByFeature, scaled.Matrix, into, rows, keep, _threads);
    }

    /// <summary>The gradient of every weight; what only some columns have is spread out.</summary>
    private Signal<T> DenseGradient(Parameter<T> parameter)
    {
        if (!_gradients.TryGetValue(parameter, out NativeBuffer<T>? buffer))
            _gradients[parameter] = buffer = new NativeBuffer<T>(parameter.Length);
        if (_setGradients.TryGetValue(parameter, out SetGradient<T>? set) && set.IsPresent)
            set.SpreadInto(new MatrixSpan<T>(buffer.Span, parameter.Rows, parameter.Columns));
        return new Signal<T>(buffer.Pointer, parameter.Rows, parameter.Columns);
    }
}
