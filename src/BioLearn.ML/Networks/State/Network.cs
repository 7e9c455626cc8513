using System.Numerics;
using BioLearn.Kernels.Random;
using BioLearn.ML.Hosting;

namespace BioLearn.ML.Networks;

/// <summary>
/// A network's parameters: weights W_l and biases b_l of every layer, what normalizations keep, and the side tensors of the rule that
/// teaches it.
/// Tensor "NAME/LAYER" is drawn from the random stream of that name, so that no layer and no option changes another's start.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class Network<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Parameter<T>[] _weights;
    private readonly Parameter<T>[] _biases;
    private readonly Parameter<T>[][] _normalizations;
    private readonly Dictionary<(string Name, int Layer), Parameter<T>> _side = [];

    /// <summary>Makes a network and draws its parameters.</summary>
    /// <param name="spec">What it is made of.</param>
    /// <param name="rule">The rule that will teach it; decides the side tensors.</param>
    /// <param name="initializer">How the weights start.</param>
    /// <param name="seed">Seed of all its random streams.</param>
    /// <param name="biasInitializer">How the biases start, with the fan-in of their layer; null for 0.</param>
    /// <exception cref="ArgumentException">The rule cannot train such a network.</exception>
    public Network(NetworkSpec spec, LearningRule rule, Initializer initializer, long seed, Initializer? biasInitializer = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(initializer);
        Spec = spec;
        Seed = seed;
        _weights = [.. spec.Graph.Select(l => new Parameter<T>("W", l.Index, l.WeightRows, l.WeightColumns, ParameterRole.Weight))];
        _biases = [.. spec.Graph.Select(l => new Parameter<T>("b", l.Index, 1, l.Synapses.Biases, ParameterRole.Bias))];
        _normalizations = [.. spec.Graph.Select(NormalizationOf)];
        foreach (Layer layer in spec.Graph.Where(l => l.HasWeights))
        {
            initializer.Fill(_weights[layer.Index - 1].Values, _weights[layer.Index - 1].Columns, layer.FanIn, layer.FanOut, Stream(_weights[layer.Index - 1].Key));
            biasInitializer?.Fill(_biases[layer.Index - 1].Values, _biases[layer.Index - 1].Columns, layer.FanIn, layer.FanOut, Stream(_biases[layer.Index - 1].Key));
        }
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

    /// <summary>Number of layers, L.</summary>
    public int Depth => _weights.Length;

    /// <summary>All parameters: weights, biases and what a normalization keeps layer by layer, then side tensors in the order of their keys. Empty ones are left out.</summary>
    public IEnumerable<Parameter<T>> Parameters =>
        Enumerable.Range(0, Depth).SelectMany(l => (Parameter<T>[])[_weights[l], _biases[l], .. _normalizations[l]]).Where(p => !p.IsEmpty)
            .Concat(SideTensors);

    /// <summary>The side tensors of the rule, in the order of names and layers.</summary>
    public IEnumerable<Parameter<T>> SideTensors => _side.OrderBy(p => p.Key.Name, StringComparer.Ordinal).ThenBy(p => p.Key.Layer).Select(p => p.Value);

    /// <summary>W_l, [units or channels, fan-in]; empty, [0, 0], where the layer has none.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The parameter.</returns>
    public Parameter<T> Weights(int layer) => _weights[layer - 1];

    /// <summary>b_l, [1, units or channels]; empty, [1, 0], where the layer has none.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The parameter.</returns>
    public Parameter<T> Biases(int layer) => _biases[layer - 1];

    /// <summary>What the normalization of a layer keeps, in its own order; none where nothing is normalized.</summary>
    /// <param name="layer">Layer l, from 1.</param>
    /// <returns>The parameters.</returns>
    public IReadOnlyList<Parameter<T>> Normalization(int layer) => _normalizations[layer - 1];

    /// <summary>A side tensor of the rule; the layer's own empty weights where the layer has none, so that a rule need not ask.</summary>
    /// <param name="name">The name it was declared under.</param>
    /// <param name="layer">Its layer.</param>
    /// <returns>The parameter.</returns>
    /// <exception cref="KeyNotFoundException">The rule declared no such tensor.</exception>
    public Parameter<T> Side(string name, int layer) =>
        _side.TryGetValue((name, layer), out Parameter<T>? found)
            ? found
            : layer >= 1 && layer <= Depth && Weights(layer).IsEmpty
            ? Weights(layer)
            : throw new KeyNotFoundException($"The rule declared no side tensor {name}/{layer}; declare it in Describe.");

    /// <summary>A side tensor of the rule, or null if it declared none of this name for the layer.</summary>
    internal Parameter<T>? FindSide(string name, int layer) => _side.GetValueOrDefault((name, layer));

    /// <summary>All parameters as they are now, in the loop that trains the network: W1 [units, fan-in], b1 [units], K2, and so on; copies.</summary>
    /// <returns>Tensors of <typeparamref name="T"/>.</returns>
    public NamedTensors GetTensors() => NetworkTensors.Of(this, parameter => parameter.Values);

    /// <summary>Releases the memory.</summary>
    public void Dispose()
    {
        foreach (Parameter<T> parameter in Parameters.Concat(_weights).Concat(_biases).ToArray())
            parameter.Dispose();
    }

    internal RandomStream Stream(string name) => new(Seed, name);

    private Parameter<T>[] NormalizationOf(Layer layer) =>
    [
        .. (layer.Normalization?.Tensors ?? []).Select(t =>
        {
            Parameter<T> parameter = new(t.Name, layer.Index, 1, t.Length, t.Role);
            parameter.Values.Fill(T.CreateChecked(t.Start));
            return parameter;
        }),
    ];

    private void AddSide(SideTensor side)
    {
        // Saved models keep tensors by names that do not tell capitals from small letters.
        if (_weights.Concat(_biases).Concat(_normalizations.SelectMany(n => n)).Any(p => side.Name.Equals(p.Name, StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException($"The rule declared the side tensor {side.Name}/{side.Layer}; W, b and the names of normalizations, whether large or small, are the network's own.");
        Parameter<T> parameter = new(side.Name, side.Layer, side.Rows, side.Columns, side.Role);
        if (!_side.TryAdd((side.Name, side.Layer), parameter))
            throw new ArgumentException($"The rule declared the side tensor {side.Name}/{side.Layer} twice.");
        side.Initializer.Fill(parameter.Values, side.Columns, side.FanIn, side.FanOut, Stream(parameter.Key));
    }
}
