using static BioLearn.Onnx.Graph.GraphWriter;

namespace BioLearn.Onnx.Graph;

/// <summary>Elementwise functions, products, statistics, and maps of axes.</summary>
internal sealed partial class ForwardWriter
{
    private void AppendActivation(ActivationNode node)
    {
        string x = In(node);
        switch (node.Kind)
        {
            case ActivationKind.Clip: Emit(node, "Clip", [x, _writer.Constant("min", [node.Min]), _writer.Constant("max", [node.Max])]); break;
            case ActivationKind.LeakyRelu or ActivationKind.Elu or ActivationKind.ThresholdedRelu: Emit(node, $"{node.Kind}", [x], Attribute("alpha", node.Alpha)); break;
            case ActivationKind.Selu: Emit(node, "Selu", [x], Attribute("alpha", node.Alpha), Attribute("gamma", node.Beta)); break;
            // Not the operator, which reads an alpha that is not 1 in two ways.
            case ActivationKind.Celu:
                string below = _writer.Node("Min", [Times(Minus(_writer.Node("Exp", [Times(_writer.Node("Min", [x, Number(0)]), 1 / node.Alpha)]), 1), node.Alpha), Number(0)]);
                Emit(node, "Add", [_writer.Node("Relu", [x]), below]);
                break;
            case ActivationKind.HardSigmoid: Emit(node, "HardSigmoid", [x], Attribute("alpha", node.Alpha), Attribute("beta", node.Beta)); break;
            case ActivationKind.Shrink: Emit(node, "Shrink", [x], Attribute("lambd", node.Alpha), Attribute("bias", node.Beta)); break;
            case ActivationKind.Swish: Emit(node, "Mul", [x, _writer.Node("Sigmoid", [node.Alpha == 1 ? x : Times(x, node.Alpha)])]); break;
            case ActivationKind.Gelu:
                Emit(node, "Mul", [Times(x, 0.5f), Plus(_writer.Node("Erf", [Times(x, MathF.Sqrt(0.5f))]), 1)]);
                break;
            case ActivationKind.GeluTanh:
                string cube = _writer.Node("Mul", [_writer.Node("Mul", [x, x]), x]);
                string angle = Times(_writer.Node("Add", [x, Times(cube, 0.044715f)]), MathF.Sqrt(2 / MathF.PI));
                Emit(node, "Mul", [Times(x, 0.5f), Plus(_writer.Node("Tanh", [angle]), 1)]);
                break;
            case ActivationKind.Mish: Emit(node, "Mul", [x, _writer.Node("Tanh", [_writer.Node("Softplus", [x])])]); break;
            case ActivationKind.Power when node.Alpha == 2: Emit(node, "Mul", [x, x]); break;
            case ActivationKind.Power: Emit(node, "Pow", [x, Number(node.Alpha)]); break;
            case ActivationKind.Positive or ActivationKind.NotNegative or ActivationKind.Zero:
                string comparison = node.Kind switch { ActivationKind.Positive => "Greater", ActivationKind.NotNegative => "GreaterOrEqual", _ => "Equal" };
                Emit(node, "Cast", [_writer.Node(comparison, [x, Number(0)])], Attribute("to", (int)ElementType.Float));
                break;
            default: Emit(node, $"{node.Kind}", [x]); break; // operators without parameters, whose names these are
        }
    }

    private void AppendParametricRelu(ParametricReluNode node)
    {
        TensorShape shape = node.Input.Shape;
        int[] dims = node.Slopes.Length == shape.Count ? [.. shape.Dimensions] : [node.Slopes.Length, .. Enumerable.Repeat(1, shape.Rank - 1)];
        Emit(node, "PRelu", [In(node), Weights(node.Slopes, dims)]);
    }

    private void AppendProduct(ProductNode node) => Emit(node, "Mul", [.. node.Inputs.Select(_nameOf)]);

    private void AppendQuantize(QuantizeNode node)
    {
        // In floats: steps, and values of a step, are exact in them.
        string steps = _writer.Node("Round", [_writer.Node("Div", [In(node), Number(node.Scale)])]);
        string inside = _writer.Node("Clip", [steps, Number(node.Least - node.Zero), Number(node.Greatest - node.Zero)]);
        Emit(node, "Mul", [inside, Number(node.Scale)]);
    }

    // Each row by itself.
    private void AppendRows(DenseNode node)
    {
        string weights = _writer.Node("Transpose", [Weights(node.Weights, node.OutputSize, node.InputSize)], List("perm", 1, 0));
        if (node.Bias is null) Emit(node, "MatMul", [In(node), weights]);
        else Emit(node, "Add", [_writer.Node("MatMul", [In(node), weights]), Weights(node.Bias, node.Bias.Length)]);
    }

    private void AppendAxes(AxesNode node)
    {
        string current = In(node);
        for (int axis = 0; axis < node.Maps.Length; axis++)
        {
            if (node.Maps[axis] is not { } map) continue;
            if (map.Weights is null) current = _writer.Node("Gather", [current, _writer.Constant([.. map.Starts.Select(s => (long)s)])], Attribute("axis", axis + 1));
            else
            {
                string matrix = _writer.Constant("w", map.ToMatrix(), map.OutputSize, map.InputSize);
                if (axis == node.Maps.Length - 1) current = _writer.Node("MatMul", [current, _writer.Node("Transpose", [matrix], List("perm", 1, 0))]);
                else if (axis == node.Maps.Length - 2) current = _writer.Node("MatMul", [matrix, current]);
                else
                {
                    // What lies behind the axis is one row of the matrix product; the axes before it are done, those behind it not yet.
                    long[] behind = [.. Enumerable.Range(axis + 1, node.Maps.Length - axis - 1).Select(a => (long)node.Input.Shape[a])];
                    string rows = _writer.Node("Reshape", [current, _writer.Constant(-1, map.InputSize, behind.Aggregate(1L, (p, d) => p * d))]);
                    current = _writer.Node("Reshape", [_writer.Node("MatMul", [matrix, rows]), _writer.Constant([-1, .. node.Output.Shape.Dimensions.Take(axis + 1).Select(d => (long)d), .. behind])]);
                }
            }
        }
        Emit(node, "Identity", [current]);
    }

    private void AppendNormalize(NormalizeNode node)
    {
        string x = Grouped(node, node.Groups);
        string centred = _writer.Node("Sub", [x, Mean(x)]);
        string deviation = _writer.Node("Sqrt", [Plus(Mean(_writer.Node("Mul", [centred, centred])), node.Epsilon)]);
        AppendReshaped(node, _writer.Node("Div", [centred, deviation]));

        string Mean(string of) => _writer.Node("ReduceMean", [of, _writer.Constant(2)]);
    }

    private void AppendReduce(ReduceNode node)
    {
        string sum = _writer.Node("ReduceSum", [Grouped(node, node.Groups), _writer.Constant(2)]);
        AppendReshaped(node, node.Factor == 1 ? sum : Times(sum, node.Factor));
    }

    private void AppendSoftmax(SoftmaxNode node) =>
        AppendReshaped(node, _writer.Node(node.Logarithm ? "LogSoftmax" : "Softmax", [Grouped(node, node.Groups)], Attribute("axis", 2)));

    private string Grouped(CnnNode node, Grouping groups) => _writer.Node("Reshape", [In(node), _writer.Constant(-1, groups.Outer, groups.Count, groups.Inner)]);

    private string Number(float value) => _writer.Constant("number", [value]);

    private string Times(string x, float factor) => _writer.Node("Mul", [x, Number(factor)]);

    private string Plus(string x, float term) => _writer.Node("Add", [x, Number(term)]);

    private string Minus(string x, float term) => Plus(x, -term);
}
