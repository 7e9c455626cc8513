using System.Numerics;
using BioLearn.Kernels.Plastic;
using BioLearn.ML.Plasticity.Synapses;

namespace BioLearn.ML.Plasticity.Neuromodulation;

/// <summary>
/// A long short-term memory whose connections from the state to the cell's candidate are plastic, gated by a
/// neuromodulator that it computes itself (Backpropamine, language modelling):
/// <code>
/// f, i, o = σ( X u + Y h(t-1) + b )            for each gate
/// a(t) = tanh( X u + b + (W + α∘H(t)) h(t-1) )                 the candidate; α one value a target neuron
/// c(t) = f∘c(t-1) + i∘a(t)        h(t) = o∘tanh(c(t))
/// H(t+1) = clip( H(t) + m(t) a(t) h(t-1)ᵀ, ±c )                m_j = f_j tanh(v·h(t) + b) + g_j
/// </code>
/// </summary>
internal sealed class PlasticLstm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public PlasticLstm(int inputs, int neurons, double clipValue = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(neurons, 1);
        if (!(clipValue > 0))
            throw new ArgumentOutOfRangeException(nameof(clipValue), clipValue, "must be above 0");
        (Inputs, Neurons) = (inputs, neurons);
        Forget = new("f", inputs, neurons);
        Admit = new("i", inputs, neurons);
        Emit = new("opt", inputs, neurons);
        Candidate = new("x2c", neurons, inputs);
        Weights = new("w", neurons, neurons);
        Alpha = new("alpha", neurons, 1);
        Modulator = new("h2mod", neurons, fanOut: true);
        Rule = TraceRule<T>.Of(new ClipRule<T>(T.CreateChecked(clipValue)));
        Parameters =
        [
            .. Forget.Parameters, .. Admit.Parameters, .. Emit.Parameters,
            Candidate.Weights, Candidate.Bias, Weights, Alpha, .. Modulator.Parameters,
        ];
    }

    public int Inputs { get; }
    public int Neurons { get; }
    public LstmGate<T> Forget { get; }
    public LstmGate<T> Admit { get; }
    public LstmGate<T> Emit { get; }
    public Dense<T> Candidate { get; }

    /// <summary>Fixed part of the plastic connections, [target, source].</summary>
    public ParameterTensor<T> Weights { get; }

    /// <summary>[N, 1]: one plasticity coefficient a target neuron.</summary>
    public ParameterTensor<T> Alpha { get; }
    public Modulator<T> Modulator { get; }
    public TraceRule<T> Rule { get; }
    public ParameterTensor<T>[] Parameters { get; }
    public int Stride => Weights.Stride;
}

/// <summary>One sigmoid gate of a cell: σ(X u + b + Y h + c).</summary>
internal sealed class LstmGate<T>(string name, int inputs, int neurons)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dense<T> _input = new($"x2{name}", neurons, inputs);
    private readonly Dense<T> _state = new($"h2{name}", neurons, neurons);
    private readonly T[] _work = new T[neurons];

    public ParameterTensor<T>[] Parameters => [_input.Weights, _input.Bias, _state.Weights, _state.Bias];

    public void Forward(ReadOnlySpan<T> input, ReadOnlySpan<T> state, Span<T> gate)
    {
        _input.Forward(input, gate);
        _state.Forward(state, _work);
        for (int i = 0; i < neurons; i++)
            gate[i] = T.One / (T.One + T.Exp(-(gate[i] + _work[i])));
    }

    /// <summary>From dL/dgate to the parameters' gradients; adds dL/dinput and dL/dstate.</summary>
    public void Backward(ReadOnlySpan<T> input, ReadOnlySpan<T> state, ReadOnlySpan<T> gate, ReadOnlySpan<T> gateGradient, Span<T> inputGradient, Span<T> stateGradient)
    {
        for (int i = 0; i < neurons; i++)
            _work[i] = gateGradient[i] * gate[i] * (T.One - gate[i]);
        _input.Backward(input, _work, inputGradient);
        _state.Backward(state, _work, stateGradient);
    }
}
