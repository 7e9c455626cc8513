using System.Numerics;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>
/// A long short-term memory whose connections from the state to the cell's candidate are plastic, gated by a
/// neuromodulator that it computes itself (Backpropamine, language modelling):
/// <code>
/// f, i, o = σ( X u + Y h(t-1) + b )                            for each gate
/// p(t) = (W + α∘H(t)) h(t-1)                                   the plastic drive
/// a(t) = tanh( X u + b + p(t) )                                the candidate
/// c(t) = f∘c(t-1) + i∘a(t)        h(t) = o∘tanh(c(t))
/// H(t+1) = rule( H(t), m(t), z(t), h(t-1) )                    z = a, p, c or h; m = f_j tanh(v·h(t) + b) + g_j
/// </code>
/// <see cref="PlasticLstmOptions"/> says what α, m, z and the rule are. Matrices are [target, source]; <see cref="PlasticLstmPass{T}"/> runs
/// it and takes gradients back.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class PlasticLstm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Makes a network whose parameters are zero, but for the rate η.</summary>
    /// <param name="options">Shape and rules.</param>
    /// <param name="rule">A trace rule of one's own in place of the one that the options' bound names.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public PlasticLstm(PlasticLstmOptions options, TraceRule<T>? rule = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Options = options;
        Forget = new("f", Inputs, Neurons);
        Admit = new("i", Inputs, Neurons);
        Emit = new("opt", Inputs, Neurons);
        Candidate = new("x2c", Neurons, Inputs);
        Weights = new("w", Neurons, Neurons);
        Coefficients = new(options.Sharing, Neurons, Neurons);
        Rate = new("eta", 1, 1) { IsBias = true };
        Rate.Values[0] = T.CreateChecked(options.Rate);
        if (options.Modulation != LstmModulation.None)
            Modulator = new("h2mod", Neurons, options.FanOut);
        Rule = rule ?? TraceRule<T>.Bounded(options.Bound, options.ClipValue);
        Parameters =
        [
            .. Forget.Parameters, .. Admit.Parameters, .. Emit.Parameters,
            Candidate.Weights, Candidate.Bias, Weights, Alpha, .. Modulator?.Parameters ?? [Rate],
        ];
    }

    /// <summary>Shape and rules.</summary>
    public PlasticLstmOptions Options { get; }

    /// <summary>Number of inputs.</summary>
    public int Inputs => Options.Inputs;

    /// <summary>Number of cells N.</summary>
    public int Neurons => Options.Neurons;

    /// <summary>f, how much of the cell stays.</summary>
    public LstmGate<T> Forget { get; }

    /// <summary>i, how much of the candidate enters.</summary>
    public LstmGate<T> Admit { get; }

    /// <summary>o, how much of the cell shows.</summary>
    public LstmGate<T> Emit { get; }

    /// <summary>X u + b of the candidate.</summary>
    public Projection<T> Candidate { get; }

    /// <summary>W, the fixed part of the plastic connections.</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>α, [N, N], [N, 1] or [1, 1] as the options share it.</summary>
    public ParameterTensor<T> Alpha => Coefficients.Parameter;

    /// <summary>η, which gates plasticity where there is no modulator.</summary>
    public ParameterTensor<T> Rate { get; }

    /// <summary>What gates plasticity; null where the rate does.</summary>
    public Modulator<T>? Modulator { get; }

    /// <summary>How the trace takes up activity.</summary>
    public TraceRule<T> Rule { get; }

    /// <summary>All that an optimizer trains.</summary>
    public IReadOnlyList<ParameterTensor<T>> Parameters { get; }

    /// <summary>Elements from one row of a matrix, or of a state, to the next: N, padded.</summary>
    public int Stride => Weights.Stride;

    internal PlasticityCoefficients<T> Coefficients { get; }
}

/// <summary>One sigmoid gate of a cell: σ(X u + b + Y h + c).</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class LstmGate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _work;

    internal LstmGate(string name, int inputs, int neurons)
    {
        Input = new($"x2{name}", neurons, inputs);
        State = new($"h2{name}", neurons, neurons);
        _work = new T[neurons];
    }

    /// <summary>X u + b.</summary>
    public Projection<T> Input { get; }

    /// <summary>Y h + c.</summary>
    public Projection<T> State { get; }

    internal ParameterTensor<T>[] Parameters => [Input.Weights, Input.Bias, State.Weights, State.Bias];

    internal void Forward(ReadOnlySpan<T> input, ReadOnlySpan<T> state, Span<T> gate)
    {
        Input.Forward(input, gate);
        State.Forward(state, _work);
        for (int i = 0; i < gate.Length; i++)
            gate[i] = T.One / (T.One + T.Exp(-(gate[i] + _work[i])));
    }

    /// <summary>From dL/dgate to the parameters' gradients; adds dL/dinput and dL/dstate.</summary>
    internal void Backward(ReadOnlySpan<T> input, ReadOnlySpan<T> state, ReadOnlySpan<T> gate, ReadOnlySpan<T> gateGradient, Span<T> inputGradient, Span<T> stateGradient)
    {
        for (int i = 0; i < gate.Length; i++)
            _work[i] = gateGradient[i] * gate[i] * (T.One - gate[i]);
        Input.Backward(input, _work, inputGradient);
        State.Backward(state, _work, stateGradient);
    }
}
