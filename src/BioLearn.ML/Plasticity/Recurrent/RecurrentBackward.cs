using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Plastic;
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
/// One sweep a step, which also undoes the trace's update and sums what the step before will ask of G. Steps whose neurons
/// are all saturated or clamped have d = 0: of a run of them only G's scale and a few sums remain.
/// </summary>
internal sealed class RecurrentBackward<T>(PlasticRecurrentNetwork<T> network, RecurrentForward<T> forward, RecurrentGradients<T> gradients) : IGradientEngine<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _neurons = network.Neurons;
    private readonly PlasticityRule _rule = network.Options.Rule;
    private readonly bool _asksTrace = network.Options.LearnRate || network.Options.Rule == PlasticityRule.Oja;
    private readonly AlignedArray<T> _traceGradient = new(network.Neurons * network.Stride);
    private readonly T[] _scale = new T[network.Neurons];
    private readonly T[] _decay = new T[network.Neurons];
    private readonly T[] _runDecay = new T[network.Neurons];
    private readonly T[] _gain = new T[network.Neurons];
    private readonly T[] _withSource = new T[network.Neurons];
    private readonly T[] _withRun = new T[network.Neurons];
    private readonly T[] _withTrace = new T[network.Neurons];
    private readonly T[] _errors = new T[forward.Steps * network.Stride];
    private readonly T[] _sources = new T[forward.Steps * network.Stride];
    private T[] _carried = new T[network.Stride];
    private T[] _carriedNext = new T[network.Stride];
    private T[] _carriedAfter = new T[network.Stride];
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
            int first = forward.FirstOfRun(step);
            if (forward.IsSilent(step))
                PassSilence(first, step);
            else
                PassStep(step);
            step = first - 1;
        }

        Finish();
    }

    private void Begin(PlasticEpisode<T> episode)
    {
        _episode = episode;
        _traceGradientIsZero = true;
        _traceStep = episode.Steps;
        _rateGradient = T.Zero;
        _traceGradient.Span.Clear();
        _scale.AsSpan().Fill(T.One);
        foreach (T[] sums in (ReadOnlySpan<T[]>)[_carried, _carriedNext, _carriedAfter, _withSource, _withTrace])
            sums.AsSpan().Clear();
        episode.ExcitationGradients.Clear();
    }

    /// <summary>
    /// A step with errors. What later steps and updates tell about y(t) is in <see cref="_carried"/>, what update t tells about
    /// it as post-synaptic output in <see cref="_withSource"/> and <see cref="_withTrace"/>, and about y(t-1) in <see cref="_carriedNext"/>.
    /// </summary>
    private void PassStep(int step)
    {
        var error = _episode.ExcitationGradient(step)[.._neurons];
        WriteErrors(step, error);
        FoldedTraceUpdate<T>.DecayOf(_rule, Post(step), network.Rate, _decay);
        TensorPrimitives.Multiply<T>(_decay, _scale, _decay);
        _scale.AsSpan().Fill(T.One);

        var trace = forward.Trace;
        var layer = network.Layer(TraceAt(step));
        int before = step - 1, first = before >= 1 ? forward.FirstOfRun(before) : 0;
        bool asksInSweep = before >= 1 && (trace.IsRebuilt || !_asksTrace);
        if (before >= 1 && trace.IsRebuilt)
        {
            trace.Retreat(step, first);
            _traceStep = first;
        }

        PlasticBackward.Step(
            layer, _episode.Output(before), error, _decay, Matrix(_traceGradient.Span), Matrix(gradients.Alpha), _carriedNext,
            trace.Pending.IsEmpty ? default : trace.Pending.For(_episode), asksInSweep ? Ask(first, before) : default, forward.Threads);
        trace.Pending.Clear();
        _traceGradientIsZero = false;
        if (before >= 1 && !asksInSweep)
            Contract(first, before);
        ShiftCarried();
    }

    /// <summary>Steps first..last, silent, all with the same output; only y(first-1) gets anything, as pre-synaptic output.</summary>
    private void PassSilence(int first, int last)
    {
        if (_traceGradientIsZero)
            return;
        FoldedTraceUpdate<T>.DecayOf(_rule, Post(last), network.Rate, _decay);
        if (network.Options.LearnRate)
            AddRunRateGradient(first, last);
        for (int update = first; update <= last; update++)
            TensorPrimitives.Multiply<T>(_scale, _decay, _scale);
        if (first > 1)
            Contract(forward.FirstOfRun(first - 1), first - 1);
        ShiftCarried();
    }

    /// <summary>d(t) = (1 - y²)∘dL/dy, and update t's part of dη.</summary>
    private void WriteErrors(int step, Span<T> error)
    {
        var output = Post(step);
        var direct = _episode.OutputGradient(step);
        var input = _episode.Input(step);
        bool clamps = network.Options.InputMode == InputMode.Clamp;
        T eta = network.Rate;
        for (int i = 0; i < error.Length; i++)
        {
            T y = output[i];
            T asPost = _rule == PlasticityRule.Oja ? _withSource[i] - (y + y) * _withTrace[i] : _withSource[i];
            T gradient = direct[i] + _carried[i] + eta * _scale[i] * asPost;
            error[i] = clamps && input[i] != T.Zero ? T.Zero : (T.One - y * y) * gradient;
        }

        for (int i = 0; i < error.Length && network.Options.LearnRate; i++)
            _rateGradient += _scale[i] * RateTerm(output[i], _withSource[i], _withTrace[i]);
    }

    /// <summary>
    /// What the steps first..before, one or a silent run, need to know of G: its products with y(first-1) and with H(first), and
    /// what y(first-1) gets back through update first.
    /// </summary>
    private Contraction<T> Ask(int first, int before)
    {
        var output = Post(before);
        TensorPrimitives.Multiply(output, network.Rate, _gain);
        TensorPrimitives.Multiply<T>(_gain, _scale, _gain);
        if (first < before)
        {
            FoldedTraceUpdate<T>.DecayOf(_rule, output, network.Rate, _runDecay);
            for (int update = first; update < before; update++)
                TensorPrimitives.Multiply<T>(_gain, _runDecay, _gain);
        }

        _carriedAfter.AsSpan().Clear();
        return new(_episode.Output(first - 1), _gain, _carriedAfter, _withSource, _asksTrace ? _withTrace : default);
    }

    /// <summary>The same in a sweep of its own.</summary>
    private void Contract(int first, int before)
    {
        var trace = _asksTrace ? TraceAt(first) : _traceGradient.Span;
        PlasticBackward.Contract(Matrix(_traceGradient.Span), Matrix(trace), Ask(first, before), forward.Threads);
    }

    private void ShiftCarried() => (_carried, _carriedNext, _carriedAfter) = (_carriedNext, _carriedAfter, _carried);

    /// <summary>
    /// dη of the updates first..last. Of each row, H follows forwards from its value before the run, G backwards from its value
    /// behind it: Σ_k β^(last-k) f_k by Horner's rule.
    /// </summary>
    private void AddRunRateGradient(int first, int last)
    {
        var output = Post(last);
        T eta = network.Rate;
        Gemv.N(Matrix(_traceGradient.Span), _episode.Output(last), _withRun, T.One, T.Zero);
        for (int i = 0; i < _neurons; i++)
        {
            T withSource = _withSource[i], withTrace = _withTrace[i], sum = T.Zero;
            for (int update = first; update <= last; update++)
            {
                sum = _decay[i] * sum + RateTerm(output[i], withSource, withTrace);
                withTrace = _decay[i] * withTrace + eta * output[i] * withSource;
                withSource = _withRun[i];
            }

            _rateGradient += _scale[i] * sum;
        }
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

    private ReadOnlySpan<T> Post(int step) => _episode.Output(step)[.._neurons];

    private MatrixSpan<T> Matrix(Span<T> flat) => new(flat, _neurons, network.Stride);

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
            Matrix(gradients.Weights),
            T.One,
            T.One,
            forward.Threads);
    }
}
