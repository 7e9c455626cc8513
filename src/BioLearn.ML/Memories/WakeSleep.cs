using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Linear;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Memories;

/// <summary>
/// The wake-sleep algorithm (Hinton, Dayan, Frey and Neal 1995). Awake, hidden units are sampled from recognition, and each layer's
/// generation learns to predict it from above: ΔG_l = ⟨(h_{l-1} − p(h_{l-1} | h_l)) h_l'⟩. Asleep, all units are dreamt, and
/// recognition learns to find what they were dreamt from: ΔR_l = ⟨(h_l − q(h_l | h_{l-1})) h_{l-1}'⟩.
/// </summary>
internal sealed class WakeSleep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly HelmholtzNetwork<T> _network;
    private readonly Chance<T> _chance;
    private readonly int _threads;
    private readonly T[][] _states;
    private readonly T[][] _errors;
    private int _batch;

    public WakeSleep(HelmholtzNetwork<T> network, Chance<T> chance, int capacity, int threads = 1)
    {
        _network = network;
        _chance = chance;
        _threads = threads;
        _states = [.. network.Sizes.Select(units => new T[checked(capacity * units)])];
        _errors = [.. network.Sizes.Select(units => new T[checked(capacity * units)])];
        Change = new(network.Sizes);
        FreeEnergies = new T[capacity];
    }

    /// <summary>Ascent of every parameter, in the shape of the parameters.</summary>
    public HelmholtzNetwork<T> Change { get; }

    /// <summary>ln q(h | x) − ln p(x, h) of each row with the h of the last wake phase: an estimate from above of −ln p(x), in nats.</summary>
    public T[] FreeEnergies { get; }

    public Span<T> Begin(int rows)
    {
        _batch = rows;
        return State(0, rows);
    }

    /// <summary>Units of a layer as the last phase left them, [batch, n_l].</summary>
    public MatrixSpan<T> States(int l) => new(_states[l], _batch, _network.Sizes[l]);

    public void Learn(T rate)
    {
        Wake();
        Sleep();
        foreach ((T[] values, T[] change) in _network.Parameters.Zip(Change.Parameters))
            TensorPrimitives.MultiplyAdd(change, rate, values, values);
    }

    /// <summary>From the rows that stand in layer 0: samples, free energies, ascent of the generation.</summary>
    public void Wake()
    {
        Array.Clear(FreeEnergies);
        for (int l = 1; l <= _network.Depth; l++)
        {
            _network.Recognize(l, States(l - 1), Errors(l), _threads);
            _chance.Sample(_errors[l].AsSpan(0, Count(l)), State(l, _batch));
            AddLogLikelihood(l, +1);
        }
        for (int l = _network.Depth; l >= 0; l--)
        {
            if (l == _network.Depth)
                _network.GenerateTop(Errors(l));
            else
                _network.Generate(l, States(l + 1), Errors(l), _threads);
            AddLogLikelihood(l, -1);
            Teach(l, Change.GenerationBiases[l]);
            if (l < _network.Depth)
                Correlate(l, l + 1, Change.Generation[l]);
        }
    }

    /// <summary>A dream from the top, and the ascent of the recognition.</summary>
    public void Sleep()
    {
        for (int l = _network.Depth; l >= 0; l--)
        {
            if (l == _network.Depth)
                _network.GenerateTop(Errors(l));
            else
                _network.Generate(l, States(l + 1), Errors(l), _threads);
            _chance.Sample(_errors[l].AsSpan(0, Count(l)), State(l, _batch));
        }
        for (int l = 1; l <= _network.Depth; l++)
        {
            _network.Recognize(l, States(l - 1), Errors(l), _threads);
            Teach(l, Change.RecognitionBiases[l - 1]);
            Correlate(l, l - 1, Change.Recognition[l - 1]);
        }
    }

    private MatrixSpan<T> Errors(int l) => new(_errors[l], _batch, _network.Sizes[l]);

    private Span<T> State(int l, int rows) => _states[l].AsSpan(0, rows * _network.Sizes[l]);

    private int Count(int l) => _batch * _network.Sizes[l];

    /// <summary>Errors of layer l become state − probability; their mean is the ascent of the biases.</summary>
    private void Teach(int l, Span<T> biases)
    {
        Span<T> error = _errors[l].AsSpan(0, Count(l));
        TensorPrimitives.Subtract(State(l, _batch), error, error);
        biases.Clear();
        for (int b = 0; b < _batch; b++)
            TensorPrimitives.Add(biases, Errors(l).Row(b), biases);
        TensorPrimitives.Divide(biases, T.CreateChecked(_batch), biases);
    }

    // change[n_post, n_pre] = mean of error' state
    private void Correlate(int post, int pre, T[] change) =>
        Gemm.TN(Errors(post), States(pre), new(change, _network.Sizes[post], _network.Sizes[pre]), T.One / T.CreateChecked(_batch), T.Zero, _threads);

    // Errors of layer l hold probabilities here. ln p of a probability that rounding has made 0 is taken at the smallest normal number.
    private void AddLogLikelihood(int l, int sign)
    {
        T least = T.CreateChecked(1e-30);
        for (int b = 0; b < _batch; b++)
        {
            ReadOnlySpan<T> p = Errors(l).Row(b), h = States(l).Row(b);
            T sum = T.Zero;
            for (int i = 0; i < p.Length; i++)
                sum += (h[i] * T.Log(T.Max(p[i], least))) + ((T.One - h[i]) * T.Log(T.Max(T.One - p[i], least)));
            FreeEnergies[b] += T.CreateChecked(sign) * sum;
        }
    }
}
