using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Spiking;

/// <summary>
/// Spike-timing-dependent plasticity of all pairs of spikes, additive, for synapses from any neurons to any others. Each presynaptic
/// neuron keeps a trace x, each postsynaptic one a trace y; a step is, in this order,
/// x ← x exp(−dt/τ₊), y ← y exp(−dt/τ₋); W ← W − A₋ y ⊗ pre; W ← W + A₊ post ⊗ x; x ← x + pre, y ← y + post.
/// Spikes of the same step therefore do not interact, and the sum over all earlier spikes of both sides is exact without keeping them.
/// </summary>
/// <remarks>
/// Song, Miller and Abbott, "Competitive Hebbian learning through spike-timing-dependent synaptic plasticity", Nature Neuroscience 3
/// (2000); Morrison, Diesmann and Gerstner, "Phenomenological models of synaptic plasticity based on spike timing", Biological
/// Cybernetics 98 (2008), section 4. One instance is one population of synapses; it serves one thread.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
/// <example><code>
/// PairStdp&lt;float&gt; synapses = new(presynaptic: 100, postsynaptic: 10, new PairStdpOptions { MinimumWeight = 0, MaximumWeight = 1 });
/// synapses.Weights.Fill(0.5f);
/// synapses.Run(preSpikes, postSpikes);    // [steps, 100] and [steps, 10], 0 or 1
/// </code></example>
public sealed class PairStdp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _weights;
    private readonly T[] _pre;
    private readonly T[] _post;
    private readonly int[] _fired;
    private readonly T _potentiation;
    private readonly T _depression;
    private readonly T _preDecay;
    private readonly T _postDecay;
    private readonly T _minimum;
    private readonly T _maximum;

    /// <summary>Makes synapses from every presynaptic neuron to every postsynaptic one, all of weight 0.</summary>
    /// <param name="presynaptic">Presynaptic neurons; at least 1.</param>
    /// <param name="postsynaptic">Postsynaptic neurons; at least 1.</param>
    /// <param name="options">Constants; null takes the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count or an option is out of range.</exception>
    public PairStdp(int presynaptic, int postsynaptic, PairStdpOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(presynaptic, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(postsynaptic, 1);
        options ??= new PairStdpOptions();
        options.Validate();
        _weights = new T[checked(presynaptic * postsynaptic)];
        _pre = new T[presynaptic];
        _post = new T[postsynaptic];
        _fired = new int[presynaptic];
        _potentiation = T.CreateChecked(options.Potentiation);
        _depression = T.CreateChecked(options.Depression);
        _preDecay = T.CreateChecked(Math.Exp(-options.StepDuration / options.PotentiationTimeConstant));
        _postDecay = T.CreateChecked(Math.Exp(-options.StepDuration / options.DepressionTimeConstant));
        _minimum = T.CreateChecked(options.MinimumWeight);
        _maximum = T.CreateChecked(options.MaximumWeight);
    }

    /// <summary>W, [postsynaptic, presynaptic], row by row; set it before the first step. Bounds act on changes only.</summary>
    public Span<T> Weights => _weights;

    /// <summary>x of each presynaptic neuron after the last step.</summary>
    public ReadOnlySpan<T> PresynapticTraces => _pre;

    /// <summary>y of each postsynaptic neuron after the last step.</summary>
    public ReadOnlySpan<T> PostsynapticTraces => _post;

    /// <summary>Forgets all earlier spikes; the weights stay.</summary>
    public void ResetTraces()
    {
        _pre.AsSpan().Clear();
        _post.AsSpan().Clear();
    }

    /// <summary>One step of both populations.</summary>
    /// <param name="pre">Spikes of each presynaptic neuron in this step: 0, 1, or a number of them.</param>
    /// <param name="post">Spikes of each postsynaptic neuron in this step.</param>
    /// <exception cref="ArgumentException">A span has another length than there are neurons, or holds a number below 0 or none.</exception>
    public void Step(ReadOnlySpan<T> pre, ReadOnlySpan<T> post)
    {
        Check(pre, _pre.Length, nameof(pre));
        Check(post, _post.Length, nameof(post));
        TensorPrimitives.Multiply(_pre, _preDecay, _pre);
        TensorPrimitives.Multiply(_post, _postDecay, _post);
        Depress(pre);
        Potentiate(post);
        TensorPrimitives.Add(_pre, pre, _pre);
        TensorPrimitives.Add(_post, post, _post);
    }

    /// <summary>Steps one after the other, going on from the traces as they are.</summary>
    /// <param name="pre">[steps, presynaptic].</param>
    /// <param name="post">[steps, postsynaptic].</param>
    /// <exception cref="ArgumentException">The spans do not hold the same whole number of steps, or a number in them is none or below 0.</exception>
    public void Run(ReadOnlySpan<T> pre, ReadOnlySpan<T> post)
    {
        int steps = pre.Length / _pre.Length;
        if (pre.Length != (long)steps * _pre.Length || post.Length != (long)steps * _post.Length)
            throw new ArgumentException($"{pre.Length} presynaptic and {post.Length} postsynaptic numbers are not the same number of steps of {_pre.Length} and {_post.Length} neurons.", nameof(post));
        for (int t = 0; t < steps; t++)
            Step(pre.Slice(t * _pre.Length, _pre.Length), post.Slice(t * _post.Length, _post.Length));
    }

    private void Depress(ReadOnlySpan<T> spikes)
    {
        int count = 0;
        for (int j = 0; j < spikes.Length; j++)
        {
            if (spikes[j] != T.Zero)
                _fired[count++] = j;
        }
        ReadOnlySpan<int> fired = _fired.AsSpan(0, count);
        for (int i = 0; i < _post.Length && count > 0; i++)
        {
            Span<T> row = Row(i);
            T loss = _depression * _post[i];
            foreach (int j in fired)
                row[j] = T.Clamp(row[j] - (loss * spikes[j]), _minimum, _maximum);
        }
    }

    private void Potentiate(ReadOnlySpan<T> spikes)
    {
        for (int i = 0; i < spikes.Length; i++)
        {
            if (spikes[i] == T.Zero)
                continue;
            Span<T> row = Row(i);
            T gain = _potentiation * spikes[i];
            for (int j = 0; j < row.Length; j++)
            {
                // What never fired changes nothing and is left where it is, out of bounds too.
                if (_pre[j] != T.Zero)
                    row[j] = T.Clamp(row[j] + (gain * _pre[j]), _minimum, _maximum);
            }
        }
    }

    private Span<T> Row(int i) => _weights.AsSpan(i * _pre.Length, _pre.Length);

    private static void Check(ReadOnlySpan<T> spikes, int expected, string name)
    {
        if (spikes.Length != expected)
            throw new ArgumentException($"{spikes.Length} numbers were given for {expected} neurons.", name);
        for (int i = 0; i < spikes.Length; i++)
        {
            if (!(spikes[i] >= T.Zero && T.IsFinite(spikes[i])))
                throw new ArgumentException($"Neuron {i} has {spikes[i]} spikes; expected 0 or more.", name);
        }
    }
}
