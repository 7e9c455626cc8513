using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;
using AttributeType = BioLearn.Onnx.Graph.Wire.AttributeProto.Types.AttributeType;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// Operators that are several others: spelled out before they are read, so that each part has its own way back. Comparisons are steps of a difference;
/// operators on stored integers are those on what the integers mean, between
/// DequantizeLinear and QuantizeLinear; those that ONNX Runtime's optimiser and quantiser write (com.microsoft) are what it fused.
/// </summary>
internal sealed class CompositeOperators
{
    /// <summary>Steps of a number: 1 where it is positive, not negative, or zero, else 0. No operators of ONNX, so that no file can name them.</summary>
    public const string Positive = ":Positive", NotNegative = ":NotNegative", Zero = ":Zero";

    private const string Microsoft = "com.microsoft";

    private static readonly Dictionary<(string Domain, string OpType), Action<CompositeOperators>> Spellings = new()
    {
        [("", "And")] = c => c.Emit("Mul", c.In(0), c.In(1)),
        [("", "Equal")] = c => c.Emit(Zero, c.Part("Sub", c.In(0), c.In(1))),
        [("", "Greater")] = c => c.Emit(Positive, c.Part("Sub", c.In(0), c.In(1))),
        [("", "GreaterOrEqual")] = c => c.Emit(NotNegative, c.Part("Sub", c.In(0), c.In(1))),
        [("", "Less")] = c => c.Emit(Positive, c.Part("Sub", c.In(1), c.In(0))),
        [("", "LessOrEqual")] = c => c.Emit(NotNegative, c.Part("Sub", c.In(1), c.In(0))),
        [("", "Not")] = c => c.Emit("Sub", c.Number(1), c.In(0)),
        [("", "Or")] = c => c.Emit("Max", c.In(0), c.In(1)),
        [("", "Xor")] = c => c.Emit("Abs", c.Part("Sub", c.In(0), c.In(1))),
        [("", "Mean")] = c => c.Emit("Mul", c.Part("Sum", [.. c._node.Input]), c.Number(1f / c._node.Input.Count)),
        [("", "ReduceL1")] = c => c.EmitReduced("ReduceSum", c.Part("Abs", c.In(0))),
        [("", "ReduceSumSquare")] = c => c.EmitReduced("ReduceSum", c.Part("Mul", c.In(0), c.In(0))),
        [("", "ReduceLogSum")] = c => c.Emit("Log", c.Reduced("ReduceSum", c.In(0))),
        [("", "ReduceLogSumExp")] = c => c.Emit("Log", c.Reduced("ReduceSum", c.Part("Exp", c.In(0)))),
        [("", "Tan")] = c => c.Emit("Div", c.Part("Sin", c.In(0)), c.Part("Cos", c.In(0))),
        [("", "QLinearConv")] = c => c.SpellConvolution(),
        [("", "QLinearMatMul")] = c => c.Quantized("MatMul", [c.Real(0), c.Real(3, axis: -1)], 6),
        [(Microsoft, "FusedConv")] = c => c.SpellFused("Conv"),
        [(Microsoft, "FusedGemm")] = c => c.SpellFused("Gemm"),
        [(Microsoft, "Gelu")] = c => c.EmitGelu(c.In(0)),
        [(Microsoft, "BiasGelu")] = c => c.EmitGelu(c.Part("Add", c.In(0), c.In(1))),
        [(Microsoft, "FastGelu")] = c => c.Emit("Gelu", c.Has(1) ? c.Part("Add", c.In(0), c.In(1)) : c.In(0), Setting("approximate", "tanh")),
        [(Microsoft, "QuickGelu")] = c => c.Emit("Mul", c.In(0), c.Part("Sigmoid", c.Part("Mul", c.In(0), c.Number(c.Float("alpha", 1.702f))))),
        [(Microsoft, "QLinearAdd")] = c => c.Quantized("Add", [c.Real(0), c.Real(3)], 6),
        [(Microsoft, "QLinearMul")] = c => c.Quantized("Mul", [c.Real(0), c.Real(3)], 6),
        [(Microsoft, "QLinearSigmoid")] = c => c.Quantized("Sigmoid", [c.Real(0)], 3),
        [(Microsoft, "QLinearLeakyRelu")] = c => c.Quantized("LeakyRelu", [c.Real(0)], 3),
        [(Microsoft, "QLinearAveragePool")] = c => c.Quantized("AveragePool", [c.Real(0)], 3),
        [(Microsoft, "QLinearGlobalAveragePool")] = c => c.Quantized("GlobalAveragePool", [c.Real(0)], 3),
        [(Microsoft, "QLinearConcat")] = c => c.Quantized("Concat", [.. Enumerable.Range(0, (c._node.Input.Count - 2) / 3).Select(i => c.Real(2 + 3 * i))], 0),
        [(Microsoft, "QGemm")] = c => c.SpellQuantizedGemm(),
    };

    private readonly NodeProto _node;
    private readonly string? _file;
    private readonly List<NodeProto> _parts = [];

    private CompositeOperators(NodeProto node, string? file) => (_node, _file) = (node, file);

    /// <summary>The operators of ONNX itself that are spelled out.</summary>
    public static IEnumerable<string> Names => Spellings.Keys.Where(k => k.Domain.Length == 0).Select(k => k.OpType);

    /// <summary>The operators of ONNX Runtime's own that are spelled out.</summary>
    public static IEnumerable<string> RuntimeNames => Spellings.Keys.Where(k => k.Domain == Microsoft).Select(k => k.OpType);

    /// <summary>The nodes that a node stands for; null if it stands for itself.</summary>
    /// <exception cref="OnnxModelException">The node lacks an input.</exception>
    public static IReadOnlyList<NodeProto>? Spell(NodeProto node, string? file)
    {
        if (!Spellings.TryGetValue((node.Domain == "ai.onnx" ? "" : node.Domain, node.OpType), out Action<CompositeOperators>? spell)) return null;
        var parts = new CompositeOperators(node, file);
        spell(parts);
        return parts._parts;
    }

    private void SpellConvolution()
    {
        string convolved = Has(8)
            ? Part("Conv", [Real(0), Real(3, axis: 0), Part("DequantizeLinear", [In(8), Part("Mul", In(1), In(4))], Setting("axis", 0))], [.. _node.Attribute])
            : Part("Conv", [Real(0), Real(3, axis: 0)], [.. _node.Attribute]);
        Emit("QuantizeLinear", convolved, In(6), In(7));
    }

    private void SpellQuantizedGemm()
    {
        string[] operands = [Real(0), Real(3, axis: Attribute("transB")?.I == 1 ? 0 : -1)];
        if (Has(6)) operands = [.. operands, Part("DequantizeLinear", [In(6), Part("Mul", In(1), In(4))], Setting("axis", 0))];
        AttributeProto[] own = [.. _node.Attribute.Where(a => a.Name is "alpha" or "transA" or "transB")];
        if (Has(7)) Emit("QuantizeLinear", Part("Gemm", operands, own), In(7), In(8));
        else Emit("Gemm", operands, own);
    }

    private void SpellFused(string opType)
    {
        AttributeProto[] own = [.. _node.Attribute.Where(a => !a.Name.StartsWith("activation", StringComparison.Ordinal))];
        if (_node.Input.Count > 3) throw Error("adds a fourth input, which is not read");
        string value = Part(opType, [.. _node.Input], own);
        string activation = Attribute("activation")?.S.ToStringUtf8() ?? "";
        float[] p = [.. Attribute("activation_params")?.Floats ?? []];
        AttributeProto[] parameters = (activation, p.Length) switch
        {
            ("LeakyRelu", > 0) => [Setting("alpha", p[0])],
            ("LeakyRelu", 0) when Attribute("activation_alpha") is { } alpha => [Setting("alpha", alpha.F)],
            ("HardSigmoid", > 1) => [Setting("alpha", p[0]), Setting("beta", p[1])],
            _ => [],
        };
        switch (activation)
        {
            case "": Emit("Identity", value); break;
            case "Clip" when p.Length == 2: Emit("Clip", value, Number(p[0]), Number(p[1])); break;
            case "Relu" or "Sigmoid" or "Tanh" or "LeakyRelu" or "HardSigmoid": Emit(activation, [value], parameters); break;
            default: throw Error($"fuses the activation {activation}, which is not read");
        }
    }

    private void EmitGelu(string x) => Emit("Gelu", x);

    private void Quantized(string opType, string[] operands, int output) =>
        Emit("QuantizeLinear", Part(opType, operands, [.. _node.Attribute.Where(a => a.Name != "channels_last")]), In(output), In(output + 1));

    /// <summary>What stored integers mean; their scale and zero point are the inputs behind them.</summary>
    private string Real(int index, int? axis = null) => Part("DequantizeLinear", [In(index), In(index + 1), .. Has(index + 2) ? (string[])[In(index + 2)] : []], axis is { } a ? [Setting("axis", a)] : []);

    private string Reduced(string opType, string of) => Part(opType, [of, .. _node.Input.Skip(1)], [.. _node.Attribute]);

    private void EmitReduced(string opType, string of) => Emit(opType, [of, .. _node.Input.Skip(1)], [.. _node.Attribute]);

    private bool Has(int index) => index < _node.Input.Count && _node.Input[index].Length > 0;

    private string In(int index) => Has(index) ? _node.Input[index] : throw Error($"input {index} is missing");

    private AttributeProto? Attribute(string name) => _node.Attribute.FirstOrDefault(a => a.Name == name);

    private float Float(string name, float absent) => Attribute(name)?.F ?? absent;

    private string Number(float value) => Part("Constant", [], Setting("value_float", value));

    private static AttributeProto Setting(string name, int value) => new() { Name = name, I = value, Type = AttributeType.Int };

    private static AttributeProto Setting(string name, float value) => new() { Name = name, F = value, Type = AttributeType.Float };

    private static AttributeProto Setting(string name, string value) => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeType.String };

    private string Part(string opType, params string[] inputs) => Part(opType, inputs, []);

    private string Part(string opType, string[] inputs, params AttributeProto[] attributes)
    {
        string output = $"{Output}:part {_parts.Count}";
        Add(opType, inputs, output, attributes);
        return output;
    }

    private void Emit(string opType, params string[] inputs) => Emit(opType, inputs, []);

    private void Emit(string opType, string input, AttributeProto attribute) => Emit(opType, [input], attribute);

    private void Emit(string opType, string[] inputs, params AttributeProto[] attributes) => Add(opType, inputs, Output, attributes);

    private void Add(string opType, string[] inputs, string output, AttributeProto[] attributes) =>
        _parts.Add(new NodeProto { OpType = opType, Name = _node.Name, Input = { inputs }, Output = { output }, Attribute = { attributes } });

    private string Output => _node.Output is [{ Length: > 0 } output, ..] ? output : throw Error("has no output");

    private OnnxModelException Error(string problem) => new(problem, _file, _node.Name, _node.OpType);
}
