using System.Numerics;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Recurrent;

/// <summary>
/// Exact backpropagation through time and through the Hebbian trace. With d = dL/dx, G = dL/dH, from the last step to the first:
/// <code>
/// dL/dy(t) = e(t) + (W + α∘H(t+1))ᵀ d(t+1)          as source of the next excitation
///          + η G(t+1) y(t-1)  [Oja: - 2η y(t)∘rowsum(G(t+1)∘H(t))]    as post-synaptic output of update t
///          + η G(t+2)ᵀ y(t+1)                        as pre-synaptic output of update t+1
/// d(t)  = (1 - y(t)²)∘dL/dy(t)                       zero where an input clamps
/// G(t)  = β(t)∘G(t+1) + α∘(d(t) y(t-1)ᵀ)
/// dα   += H(t)∘(d(t) y(t-1)ᵀ)        dW = Σ d(t) y(t-1)ᵀ        dη += ⟨G(t+1), ∂H(t+1)/∂η⟩
/// </code>
/// Steps whose neurons are all saturated or clamped have d = 0: of a run of them only G's scale and one sweep remain.
/// </summary>
internal sealed class RecurrentBackward<T>(PlasticRecurrentNetwork<T> network, RecurrentForward<T> forward, RecurrentGradients<T> gradients) : IGradientEngine<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _neurons = network.Neurons;
    private readonly PlasticityRule _rule = network.Options.Rule;
    private readonly T[] _traceGradient = new T[network.Neurons * network.Stride];
    private readonly T[] _scale = new T[network.Neurons];
    private readonly T[] _gain = new T[network.Neurons];
    private readonly T[] _withSource = new T[network.Neurons];
    private readonly T[] _withPrevious = new T[network.Neurons];
    private readonly T[] _withTrace = new T[network.Neurons];
    private readonly T[] _decay = new T[network.Neurons];
    private readonly T[] _carried = new T[network.Stride];
    private readonly T[] _next = new T[network.Stride];
    private readonly T[] _errors = new T[forward.Steps * network.Stride];
    private readonly T[] _sources = new T[forward.Steps * network.Stride];
    private PlasticEpisode<T> _episode = null!;
    private bool _traceGradientIsZero;
    private int _traceStep;
    private T _rateGradient;

    /// <summary>
    /// Adds the gradients of an episode that <see cref="RecurrentForward{T}"/> has just run, given e(t) in
    /// <see cref="PlasticEpisode{T}.OutputGradients"/>.
    /// </summary>
    public void Run(PlasticEpisode<T> episode)
    {
        Begin(episode);
        for (int step = episode.Steps; step >= 1;)
        {
            if (forward.IsSilent(step))
            {
                int first = step;
                while (first > 1 && forward.IsSilent(first - 1) && forward.Trace.FirstAlike(first - 1) == forward.Trace.FirstAlike(step))
                    first--;
                PassSilence(first, step);
                step = first - 1;
            }
            else
            {
                PassStep(step);
                step--;
            }
        }

        Finish();
    }

    private void Begin(PlasticEpisode<T> episode)
    {
        _episode = episode;
        _traceGradientIsZero = true;
        _traceStep = episode.Steps;
        _rateGradient = T.Zero;
        _traceGradient.AsSpan().Clear();
        _scale.AsSpan().Fill(T.One);
        _carried.AsSpan().Clear();
        episode.ExcitationGradients.Clear();
    }

    private void PassStep(int step)
    {
        var output = _episode.Output(step)[.._neurons];
        var source = _episode.Output(step - 1);
        var trace = TraceAt(step);
        T eta = network.Rate;
        for (int i = 0; i < _neurons; i++)
            _gain[i] = eta * output[i] * _scale[i];
        _next.AsSpan().Clear();
        TraceSweeps.Contract(_traceGradient, trace, source, _gain, _withSource, _withTrace, _next);

        var error = _episode.ExcitationGradient(step)[.._neurons];
        var direct = _episode.OutputGradient(step)[.._neurons];
        var input = _episode.Input(step)[.._neurons];
        for (int i = 0; i < _neurons; i++)
        {
            T y = output[i];
            T post = eta * _scale[i] * (_rule == PlasticityRule.Oja ? _withSource[i] - (y + y) * _withTrace[i] : _withSource[i]);
            bool clamped = network.Options.InputMode == InputMode.Clamp && input[i] != T.Zero;
            error[i] = clamped ? T.Zero : (T.One - y * y) * (direct[i] + _carried[i] + post);
            _rateGradient += _scale[i] * RateTerm(y, _withSource[i], _withTrace[i]);
            _decay[i] = FoldedTraceUpdate<T>.DecayOf(_rule, y, eta) * _scale[i];
            _scale[i] = T.One;
        }

        TraceSweeps.Backward(network.Weights.Values, network.AlphaMatrix, trace, source, error, _decay, _traceGradient, gradients.Alpha, _next);
        _traceGradientIsZero = false;
        _next.CopyTo(_carried, 0);
    }

    /// <summary>Steps first..last, silent, all with the same output p.</summary>
    private void PassSilence(int first, int last)
    {
        _carried.AsSpan().Clear();
        if (_traceGradientIsZero)
            return;
        var output = _episode.Output(last)[.._neurons];
        T eta = network.Rate;
        for (int i = 0; i < _neurons; i++)
        {
            // Of all updates in the run only the first takes an output as pre-synaptic that is not silent: y(first-1).
            T decay = FoldedTraceUpdate<T>.DecayOf(_rule, output[i], eta);
            _decay[i] = _scale[i];
            for (int k = first; k < last; k++)
                _scale[i] *= decay;
            _gain[i] = eta * output[i] * _scale[i];
            _scale[i] *= decay;
        }

        if (!network.Options.LearnRate)
        {
            TraceSweeps.Contract(_traceGradient, _traceGradient, _episode.Output(last), _gain, _withSource, _withTrace, _carried);
            return;
        }

        var trace = TraceAt(first);
        TraceSweeps.Contract(_traceGradient, trace, _episode.Output(first - 1), _gain, _withPrevious, _withTrace, _carried);
        TraceSweeps.Multiply(_traceGradient, _episode.Output(last), _withSource);
        for (int i = 0; i < _neurons; i++)
            _rateGradient += RunRateGradient(i, output[i], last - first);
    }

    /// <summary>
    /// dη of the updates first..last of one row. H follows forwards from its value before the run, G backwards from its
    /// value behind it: Σ_k β^(last-k) f_k by Horner's rule.
    /// </summary>
    private T RunRateGradient(int row, T output, int repetitions)
    {
        T eta = network.Rate;
        T decay = FoldedTraceUpdate<T>.DecayOf(_rule, output, eta);
        T withSource = _withPrevious[row];
        T withTrace = _withTrace[row];
        T sum = T.Zero;
        for (int k = 0; k <= repetitions; k++)
        {
            sum = decay * sum + RateTerm(output, withSource, withTrace);
            withTrace = decay * withTrace + eta * output * withSource;
            withSource = _withSource[row];
        }

        return _decay[row] * sum;
    }

    /// <summary>One row of ⟨G(t+1), ∂H(t+1)/∂η⟩ with G_i·q and G_i·H_i given: Hebb y q - H, Oja y q - y² H.</summary>
    private T RateTerm(T output, T withSource, T withTrace)
        => output * withSource - (_rule == PlasticityRule.Oja ? output * output * withTrace : withTrace);

    private Span<T> TraceAt(int step)
    {
        if (forward.Trace.IsRebuilt)
            forward.Trace.Retreat(_traceStep, step);
        _traceStep = step;
        return forward.Trace.At(step);
    }

    private void Finish()
    {
        _carried.CopyTo(_episode.InitialGradient, 0);
        gradients.Rate += _rateGradient;
        AddWeightGradient();
    }

    /// <summary>dW = Σ d(t) y(t-1)ᵀ over the steps that have an error: one product of two matrices.</summary>
    private void AddWeightGradient()
    {
        int stride = network.Stride, steps = 0;
        for (int step = 1; step <= _episode.Steps; step++)
        {
            if (forward.IsSilent(step))
                continue;
            _episode.ExcitationGradient(step).CopyTo(_errors.AsSpan(steps * stride));
            _episode.Output(step - 1).CopyTo(_sources.AsSpan(steps * stride));
            steps++;
        }

        Gemm.TN(
            new ReadOnlyMatrixSpan<T>(_errors, steps, _neurons, stride),
            new ReadOnlyMatrixSpan<T>(_sources, steps, stride, stride),
            new MatrixSpan<T>(gradients.Weights, _neurons, stride),
            T.One,
            T.One);
    }
}
