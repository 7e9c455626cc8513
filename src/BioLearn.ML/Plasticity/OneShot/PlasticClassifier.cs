using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Plastic;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.OneShot;

/// <summary>
/// The plastic head of one-shot classification (Miconi, Clune and Stanley 2018, Omniglot): it sees the features f of one
/// labelled example a class, then that of an unknown one, whose class must lie in the trace.
/// <code>
/// y(t) = softmax( (W + α∘H(t)) f(t) + 1000 label(t) )         label zero for the unknown example
/// H(t+1) = rule( H(t), η, y(t), f(t) )                        Hebb or Oja
/// L = mean over classes of the binary cross-entropy between y(T) and the truth
/// </code>
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PlasticClassifier<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double LabelStrength = 1000;
    private const double SmallestLog = -100;

    private readonly PlasticityCoefficients<T> _coefficients;
    private readonly TraceRule<T> _rule;
    private readonly int _steps;
    private readonly int _matrix;
    private readonly T[] _alpha;
    private readonly T[] _alphaGradient;
    private readonly T[] _traces;
    private readonly T[] _outputs;
    private readonly T[] _traceGradient;
    private readonly T[] _fixedPart;
    private readonly T[] _rates;
    private readonly T[] _rateGradients;
    private readonly T[] _outputGradient;
    private readonly T[] _ones;

    /// <summary>A head whose parameters are zero.</summary>
    /// <param name="classes">Classes, at least 2.</param>
    /// <param name="features">Features, at least 1.</param>
    /// <param name="steps">T: labelled examples and the unknown one.</param>
    /// <param name="rule">How the trace takes up activity.</param>
    /// <param name="sharing">Which connections share a plasticity coefficient.</param>
    /// <param name="traceRule">A trace rule of one's own in place of <paramref name="rule"/>.</param>
    public PlasticClassifier(int classes, int features, int steps, PlasticityRule rule, PlasticitySharing sharing, TraceRule<T>? traceRule = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (Classes, Features, _steps) = (classes, features, steps);
        _rule = traceRule ?? (rule == PlasticityRule.Oja ? TraceRule<T>.Of(new OjaRule<T>()) : TraceRule<T>.Of(new HebbRule<T>()));
        Weights = new("w", classes, features);
        _coefficients = new(sharing, classes, features);
        Rate = new("eta", 1, 1);
        _matrix = classes * Weights.Stride;
        _alpha = new T[_matrix];
        _alphaGradient = new T[_matrix];
        _traces = new T[(steps + 1) * _matrix];
        _outputs = new T[steps * classes];
        _traceGradient = new T[_matrix];
        _fixedPart = new T[classes];
        _rates = new T[classes];
        _rateGradients = new T[classes];
        _outputGradient = new T[classes];
        _ones = Enumerable.Repeat(T.One, classes).ToArray();
    }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Number of features.</summary>
    public int Features { get; }

    /// <summary>W, [classes, features].</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>α, [classes, features], [classes, 1] or [1, 1] as it is shared.</summary>
    public ParameterTensor<T> Alpha => _coefficients.Parameter;

    /// <summary>η, [1, 1].</summary>
    public ParameterTensor<T> Rate { get; }

    /// <summary>All that an optimizer trains.</summary>
    public IReadOnlyList<ParameterTensor<T>> Parameters => [Weights, Alpha, Rate];

    /// <summary>Elements from one step's features to the next.</summary>
    public int Stride => Weights.Stride;

    /// <summary>y(step).</summary>
    public Span<T> Output(int step) => _outputs.AsSpan((step - 1) * Classes, Classes);

    /// <summary>H(step), step 1..T+1, [classes, stride].</summary>
    public Span<T> Trace(int step) => _traces.AsSpan((step - 1) * _matrix, _matrix);

    /// <summary>Runs an episode. Returns the loss.</summary>
    /// <param name="features">[T, stride]</param>
    /// <param name="labels">One-hot [T, classes]; zeros for the unknown example.</param>
    /// <param name="truth">One-hot [classes].</param>
    public T Forward(ReadOnlySpan<T> features, ReadOnlySpan<T> labels, ReadOnlySpan<T> truth)
    {
        Span<T> plasticPart = stackalloc T[Classes];
        _coefficients.Expand(_alpha);
        _rates.AsSpan().Fill(Rate.Values[0]);
        Trace(1).Clear();
        for (int step = 1; step <= _steps; step++)
        {
            var input = features.Slice((step - 1) * Stride, Stride);
            var output = Output(step);
            TraceSweeps.Excite(Weights.Values, _alpha, Trace(step), input, _fixedPart, plasticPart);
            for (int k = 0; k < Classes; k++)
                output[k] = _fixedPart[k] + plasticPart[k] + T.CreateChecked(LabelStrength) * labels[(step - 1) * Classes + k];
            TensorPrimitives.Subtract(output, TensorPrimitives.Max<T>(output), output);
            TensorPrimitives.SoftMax(output, output);
            _rule.Update(Trace(step), Trace(step + 1), _rates, output, input);
        }

        return Loss(truth);
    }

    /// <summary>Adds the parameters' gradients of the episode that has run; writes those of the features [T, stride].</summary>
    public void Backward(ReadOnlySpan<T> features, ReadOnlySpan<T> truth, Span<T> featureGradients)
    {
        _traceGradient.AsSpan().Clear();
        _alphaGradient.AsSpan().Clear();
        _rateGradients.AsSpan().Clear();
        featureGradients.Clear();
        for (int step = _steps; step >= 1; step--)
        {
            var input = features.Slice((step - 1) * Stride, Stride);
            var output = Output(step);
            var inputGradient = featureGradients.Slice((step - 1) * Stride, Stride);
            if (step == _steps)
                LossGradient(truth);
            else
                _outputGradient.AsSpan().Clear();
            _rule.Backward(Trace(step), _traceGradient, _rates, output, input, _rateGradients, _outputGradient, inputGradient);
            T mean = TensorPrimitives.Dot<T>(output, _outputGradient);
            for (int k = 0; k < Classes; k++)
                _outputGradient[k] = output[k] * (_outputGradient[k] - mean);
            TraceSweeps.Backward(Weights.Values, _alpha, Trace(step), input, _outputGradient, _ones, _traceGradient, _alphaGradient, inputGradient);
            TraceSweeps.AddOuter(_outputGradient, input, Weights.Gradient);
        }

        Rate.Gradient[0] += TensorPrimitives.Sum<T>(_rateGradients);
        _coefficients.AddGradient(_alphaGradient);
    }

    private T Loss(ReadOnlySpan<T> truth)
    {
        var output = Output(_steps);
        T floor = T.CreateChecked(SmallestLog);
        T loss = T.Zero;
        for (int k = 0; k < Classes; k++)
            loss -= truth[k] * T.Max(T.Log(output[k]), floor) + (T.One - truth[k]) * T.Max(T.Log(T.One - output[k]), floor);
        return loss / T.CreateChecked(Classes);
    }

    private void LossGradient(ReadOnlySpan<T> truth)
    {
        var output = Output(_steps);
        for (int k = 0; k < Classes; k++)
            _outputGradient[k] = (output[k] - truth[k]) / (T.Max(output[k] * (T.One - output[k]), T.CreateChecked(1e-12)) * T.CreateChecked(Classes));
    }
}
