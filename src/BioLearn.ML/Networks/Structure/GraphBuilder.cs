using System.Collections.Immutable;

namespace BioLearn.ML.Networks;

/// <summary>
/// From the entries of a <see cref="NetworkSpec"/> to its layers: resolves names and shapes, and makes kinds without synapses a part of
/// the layer before them where that has room.
/// </summary>
internal sealed class GraphBuilder
{
    private const string InputName = "input";

    private readonly TensorShape _input;
    private readonly List<Layer> _layers = [];
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal) { [InputName] = 0 };
    private bool _flatInput;

    private GraphBuilder(TensorShape input) => _input = input;

    /// <exception cref="ArgumentException">A size is out of range, or layers do not fit one another; the message names the layer.</exception>
    public static ImmutableArray<Layer> Build(TensorShape input, ImmutableArray<LayerSpec> specs)
    {
        if (input.Channels < 1 || input.Height < 1 || input.Width < 1)
            throw new ArgumentException($"The input shape is {input.Channels}x{input.Height}x{input.Width}; every size must be at least 1.", nameof(input));
        GraphBuilder builder = new(input);
        foreach (LayerSpec spec in specs)
            builder.Add(spec);
        return builder.Finish();
    }

    private int Next => _layers.Count + 1;

    private void Add(LayerSpec spec)
    {
        if (spec is null)
            throw new ArgumentException($"Layer {Next} is null.");
        int source = spec.Reads is null ? _layers.Count : Find(spec.Reads, "reads", Next);
        LayerParts parts;
        try
        {
            parts = spec.Resolve(ShapeOf(source));
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"Layer {Next}: {e.Message}.", e);
        }
        if (parts.Synapses is null && spec.Reads is null && Fold(spec, parts))
        {
            Name(spec, _layers.Count);
            return;
        }
        if (parts is { Synapses: null, Flattens: true } && _layers.Count == 0)
        {
            _flatInput = true;
            return;
        }
        Layer layer = new(Next, spec.Name, source, parts.Synapses ?? new PassingSynapses(ShapeOf(source)), parts.Activation ?? Activation.Linear);
        _layers.Add(layer);
        Take(layer, spec, parts);
        Name(spec, layer.Index);
    }

    /// <summary>Makes a kind without synapses a part of the last layer, if the parts that come behind it are still free there.</summary>
    private bool Fold(LayerSpec spec, LayerParts parts)
    {
        if (_layers.Count == 0 || _layers[^1] is not { Name: null } last || !last.HasWeights)
            return false;
        bool free = last is { Readout: null, Gating: null } && last.Output == last.Units;
        bool fits = parts.Normalization is not null || parts.Activation is { } phi && phi != Activation.Linear || spec.Adds.Count > 0
            ? free && last.Normalization is null && last.Adds.IsEmpty && last.Activation == Activation.Linear
            : parts.Readout is not null ? free : parts.Gating is null || last.Gating is null;
        if (!fits)
            return false;
        if (parts.Activation is { } activation)
            last.Activation = activation;
        Take(last, spec, parts);
        return true;
    }

    private void Take(Layer layer, LayerSpec spec, LayerParts parts)
    {
        layer.Normalization ??= parts.Normalization;
        layer.Readout ??= parts.Readout;
        layer.Gating ??= parts.Gating;
        if (parts.Readout is { } readout)
            layer.Output = readout.Output;
        if (parts.Flattens)
            layer.Output = new TensorShape(layer.Output.Size);
        if (spec.Adds.Count == 0)
            return;
        layer.Adds = [.. spec.Adds.Select(name => Find(name, "adds", layer.Index))];
        foreach (int added in layer.Adds)
        {
            if (ShapeOf(added) != layer.Units)
                throw new ArgumentException($"Layer {layer.Index}: it adds {Describe(added)} of shape {ShapeOf(added)} to units of shape {layer.Units}; both must be the same.");
        }
    }

    private ImmutableArray<Layer> Finish()
    {
        if (_layers.Count == 0 || !_layers[^1].Output.IsVector || _layers[^1].Readout is not null || _layers[^1].Gating is not null || _layers[^1].Normalization is not null)
            throw new ArgumentException("The last layer must be Dense, or TaskDecoders: its units are the outputs of the network.");
        _layers[^1].Activation = Activation.Linear;
        foreach (Layer layer in _layers)
        {
            foreach (int read in layer.Adds.Append(layer.Source).Where(i => i > 0))
                _layers[read - 1].ReadBy(layer.Index);
        }
        if (_layers.SkipLast(1).FirstOrDefault(l => l.LastReader == 0) is { } unread)
            throw new ArgumentException($"Nothing reads {unread}: every layer but the last must be read or added by a later one.");
        return [.. _layers];
    }

    private void Name(LayerSpec spec, int layer)
    {
        if (spec.Name is null)
            return;
        if (!_names.TryAdd(spec.Name, layer))
            throw new ArgumentException($"Layer {layer}: the name '{spec.Name}' is taken{(spec.Name == InputName ? " by the network's input" : "")}.");
        _layers[layer - 1].Name = spec.Name;
    }

    private int Find(string name, string verb, int layer) => _names.TryGetValue(name, out int index)
        ? index
        : throw new ArgumentException($"Layer {layer}: it {verb} '{name}', and no earlier layer has this name{(_names.Count > 1 ? $"; there are {string.Join(", ", _names.Keys)}" : "")}.");

    private TensorShape ShapeOf(int layer) => layer > 0 ? _layers[layer - 1].Output : _flatInput ? new TensorShape(_input.Size) : _input;

    private string Describe(int layer) => layer == 0 ? "the input" : _layers[layer - 1].ToString();
}
