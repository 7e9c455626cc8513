namespace BioLearn.ML.Networks;

/// <summary>
/// ONNX nodes of fully connected layers that drive each other both ways, for rules that predict by settling: their relaxation, unrolled, a tensor
/// a state and step. Weights are written once and shared by all steps.
/// </summary>
public sealed class RelaxationGraph
{
    private readonly string[] _weights, _biases, _zeros;
    private string? _nothing;

    /// <summary>Begins a graph.</summary>
    /// <param name="nodes">Where nodes go.</param>
    /// <param name="network">The network's description.</param>
    /// <param name="input">Name of the tensor of features as the network reads them, [batch, features].</param>
    /// <param name="weights">W_l row by row, of layer l from 1.</param>
    /// <param name="biases">b_l; empty for none.</param>
    /// <exception cref="NotSupportedException">The layers are not a chain of fully connected ones.</exception>
    public RelaxationGraph(IOnnxNodes nodes, NetworkSpec network, string input, Func<int, float[]> weights, Func<int, float[]> biases)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        if (network.Graph.FirstOrDefault(layer => !layer.IsLink || !layer.IsFullyConnected || layer.Readout is not null) is { } other)
            throw new NotSupportedException($"{other} settles among others; of networks that settle only chains of fully connected layers can be written as ONNX.");
        (Nodes, Spec, Input) = (nodes, network, input);
        _weights = [.. network.Graph.Select(layer => nodes.Constant("W", weights(layer.Index), layer.WeightRows, layer.WeightColumns))];
        _biases = [.. network.Graph.Select(layer => biases(layer.Index) is { Length: > 0 } b ? nodes.Constant("b", b, b.Length) : "")];
        _zeros = new string[network.Graph.Length];
    }

    /// <summary>Where nodes go.</summary>
    public IOnnxNodes Nodes { get; }

    /// <summary>The network's description.</summary>
    public NetworkSpec Spec { get; }

    /// <summary>Number of layers, L.</summary>
    public int Depth => Spec.Graph.Length;

    /// <summary>Features as the network reads them, [batch, features].</summary>
    public string Input { get; }

    /// <summary>x W_l' + b_l.</summary>
    /// <param name="layer">l, from 1.</param>
    /// <param name="below">x, [batch, units below].</param>
    /// <returns>[batch, units].</returns>
    public string FromBelow(int layer, string below) =>
        Nodes.Node("Gemm", _biases[layer - 1].Length == 0 ? [below, _weights[layer - 1]] : [below, _weights[layer - 1], _biases[layer - 1]], ("transB", 1L));

    /// <summary>x W_{l+1}: what layer l receives from the one above.</summary>
    /// <param name="layer">l, below L.</param>
    /// <param name="above">x, [batch, units above].</param>
    /// <returns>[batch, units].</returns>
    public string FromAbove(int layer, string above) => Nodes.Node("Gemm", [above, _weights[layer]]);

    /// <summary>A state of zeros for every row.</summary>
    /// <param name="layer">Its layer.</param>
    /// <returns>[batch, units].</returns>
    public string Zeros(int layer)
    {
        int units = Spec.Graph[layer - 1].Units.Size;
        // The number of rows is known from the input alone: nothing of it, spread over the units.
        _nothing ??= Nodes.Node("Mul", [Nodes.Node("Slice", [Input, Nodes.Integers(0), Nodes.Integers(1), Nodes.Integers(1)]), Nodes.Number(0)]);
        return _zeros[layer - 1] ??= Nodes.Node("Add", [_nothing, Nodes.Constant("zeros", new float[units], units)]);
    }

    /// <summary>a + b.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="b">Another.</param>
    /// <returns>The sum.</returns>
    public string Sum(string a, string b) => Nodes.Node("Add", [a, b]);

    /// <summary>factor · a.</summary>
    /// <param name="a">A tensor.</param>
    /// <param name="factor">The factor.</param>
    /// <returns>The product.</returns>
    public string Scaled(string a, double factor) => factor == 1 ? a : Nodes.Node("Mul", [a, Nodes.Number((float)factor)]);

    /// <summary>state + rate (goal − state).</summary>
    /// <param name="state">The state.</param>
    /// <param name="goal">Where it goes to.</param>
    /// <param name="rate">How far, as a share.</param>
    /// <returns>The next state.</returns>
    public string Approach(string state, string goal, double rate) => Sum(state, Scaled(Nodes.Node("Sub", [goal, state]), rate));
}
