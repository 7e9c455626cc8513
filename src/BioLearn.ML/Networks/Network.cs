using System.Numerics;
using BioLearn.Kernels.Random;

namespace BioLearn.ML.Networks;

/// <summary>
/// A network's parameters: weights W_l and biases b_l of every layer, and the side tensors of the rule that teaches it.
/// Tensor "NAME/LAYER" is drawn from the random stream of that name, so that no layer and no option changes another's start.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Network<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>[] _weights;
    private readonly Parameter<T>[] _biases;
    private readonly Dictionary<(string Name, int Layer), Parameter<T>> _side = [];

    /// <summary>Makes a network and draws its parameters.</summary>
    /// <param name="spec">What it is made of.</param>
    /// <param name="rule">The rule that will teach it; decides the side tensors.</param>
    /// <param name="initializer">How the weights start. Biases start at 0.</param>
    /// <param name="seed">Seed of all its random streams.</param>
    /// <exception cref="ArgumentException">The rule cannot train such a network.</exception>
    public Network(NetworkSpec spec, LearningRule rule, Initializer initializer, long seed)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(initializer);
        Spec = spec;
        Seed = seed;
        _weights = [.. spec.Synaptic.Select(l => new Parameter<T>("W", l.Index, l.WeightRows, l.WeightColumns))];
        _biases = [.. spec.Synaptic.Select(l => new Parameter<T>("b", l.Index, 1, l.WeightRows))];
        foreach (SynapticLayer layer in spec.Synaptic)
            initializer.Fill(_weights[layer.Index - 1].Values, layer.FanIn, layer.FanOut, Stream(_weights[layer.Index - 1].Key));
        RuleRequirements needs = new();
        rule.Describe(spec, needs);
        foreach (SideTensor side in needs.SideTensors)
            AddSide(side);
        rule.Initialize(this);
    }

    /// <summary>What the network is made of.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>Seed of its random streams.</summary>
    public long Seed { get; }

    /// <summary>Number of layers with weights, L.</summary>
    public int Depth => _weights.Length;

    /// <summary>All parameters: weights and biases layer by layer, then side tensors in the order of their keys.</summary>
    public IEnumerable<Parameter<T>> Parameters =>
        _weights.Zip(_biases).SelectMany(p => new[] { p.First, p.Second })
            .Concat(_side.OrderBy(p => p.Key.Name, StringComparer.Ordinal).ThenBy(p => p.Key.Layer).Select(p => p.Value));

    /// <summary>W_l, [units or channels, fan-in].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The parameter.</returns>
    public Parameter<T> Weights(int layer) => _weights[layer - 1];

    /// <summary>b_l, [1, units or channels].</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The parameter.</returns>
    public Parameter<T> Biases(int layer) => _biases[layer - 1];

    /// <summary>A side tensor of the rule.</summary>
    /// <param name="name">The name it was declared under.</param>
    /// <param name="layer">Its layer.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="KeyNotFoundException">The rule declared no such tensor.</exception>
    public Parameter<T> Side(string name, int layer) =>
        _side.TryGetValue((name, layer), out Parameter<T>? found)
            ? found
            : throw new KeyNotFoundException($"The rule declared no side tensor {name}/{layer}; declare it in Describe.");

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        foreach (Parameter<T> parameter in Parameters.ToArray())
            parameter.Dispose();
    }

    internal RandomStream Stream(string name) => new(Seed, name);

    private void AddSide(SideTensor side)
    {
        // Saved models keep tensors by names that do not tell capitals from small letters.
        if (side.Name.Equals("W", StringComparison.OrdinalIgnoreCase) || side.Name.Equals("b", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"The rule declared the side tensor {side.Name}/{side.Layer}; W and b, whether large or small, are the network's own.");
        Parameter<T> parameter = new(side.Name, side.Layer, side.Rows, side.Columns);
        if (!_side.TryAdd((side.Name, side.Layer), parameter))
            throw new ArgumentException($"The rule declared the side tensor {side.Name}/{side.Layer} twice.");
        side.Initializer.Fill(parameter.Values, side.FanIn, side.FanOut, Stream(parameter.Key));
    }
}
