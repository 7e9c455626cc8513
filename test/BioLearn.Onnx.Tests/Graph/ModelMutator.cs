using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Damages model files: blindly in their bytes, and knowingly in their structure, so that damage gets past the parser.</summary>
internal sealed class ModelMutator(int seed, byte[][] models)
{
    private static readonly long[] Extremes = [0, 1, -1, 2, 3, 7, 1 << 15, 1 << 16, int.MaxValue, int.MinValue, 1L << 32, 1L << 40, long.MaxValue, long.MinValue, 65537, 1000003];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        byte[] model = models[_random.Next(models.Length)];
        int kind = _random.Next(10);
        if (kind < 5) return Bytes([.. model], kind);
        ModelProto proto = ModelProto.Parser.ParseFrom(model);
        for (int i = 1 + _random.Next(3); i > 0; i--) Structure(proto);
        byte[] bytes = proto.ToByteArray();
        return kind == 9 ? Bytes(bytes, _random.Next(5)) : bytes;
    }

    private byte[] Bytes(byte[] model, int kind)
    {
        switch (kind)
        {
            case 0:
                for (int i = 1 + _random.Next(8); i > 0; i--) model[Position(model)] ^= (byte)(1 << _random.Next(8));
                return model;
            case 1:
                for (int i = 1 + _random.Next(4); i > 0; i--) model[Position(model)] = (byte)(_random.Next(2) == 0 ? 0xFF : _random.Next(256));
                return model;
            case 2: return model[.._random.Next(model.Length)];
            case 3:
                int at = Position(model);
                return [.. model[..at], .. model[_random.Next(model.Length)..].Take(1 + _random.Next(64)), .. model[at..]];
            default:
                byte[] other = models[_random.Next(models.Length)];
                return [.. model[..Position(model)], .. other[Position(other)..]];
        }
    }

    // Most of a file is weights, where damage rarely shows: half of the positions lie near its ends, where nodes and shapes are.
    private int Position(byte[] model) => _random.Next(4) switch
    {
        0 => _random.Next(Math.Min(model.Length, 3000)),
        1 => model.Length - 1 - _random.Next(Math.Min(model.Length, 400)),
        _ => _random.Next(model.Length),
    };

    private void Structure(ModelProto model)
    {
        GraphProto graph = model.Graph;
        NodeProto node = Pick(graph.Node) ?? new();
        switch (_random.Next(16))
        {
            case 0 when Pick(graph.Initializer) is { } t && t.Dims.Count > 0: t.Dims[_random.Next(t.Dims.Count)] = Extreme(); break;
            case 1 when Pick(graph.Initializer) is { } t: t.DataType = _random.Next(18); break;
            case 2 when Pick(graph.Initializer) is { } t: graph.Initializer.Remove(t); break;
            case 3 when Pick(graph.Initializer) is { } t: t.DataLocation = 1; break;
            case 4 when Pick(node.Attribute) is { } a: a.I = Extreme(); break;
            case 5 when Pick(node.Attribute) is { } a && a.Ints.Count > 0: a.Ints[_random.Next(a.Ints.Count)] = Extreme(); break;
            case 6 when Pick(node.Attribute) is { } a && a.Ints.Count > 0: a.Ints.Add(Extreme()); break;
            case 7 when Pick(node.Attribute) is { } a: a.F = _random.Next(2) == 0 ? float.NaN : float.MaxValue; break;
            case 8 when node.Input.Count > 0: node.Input[_random.Next(node.Input.Count)] = AnyName(graph); break;
            case 9 when node.Output.Count > 0: node.Output[_random.Next(node.Output.Count)] = AnyName(graph); break;
            case 10 when Pick(graph.Node) is { } other: (node.OpType, other.OpType) = (other.OpType, node.OpType); break;
            case 11: graph.Node.Remove(node); break;
            case 12 when graph.Input.Count > 0 && graph.Input[0].Type.TensorType.Shape.Dim is { Count: > 0 } dims: dims[_random.Next(dims.Count)].DimValue = Extreme(); break;
            case 13: node.OpType = _random.Next(2) == 0 ? "If" : "Shape"; break;
            case 14 when node.Input.Count > 0: node.Input.RemoveAt(_random.Next(node.Input.Count)); break;
            case 15 when Pick(graph.Initializer) is { RawData.Length: >= 8 } t:
                byte[] raw = t.RawData.ToByteArray();
                BitConverter.TryWriteBytes(raw.AsSpan(_random.Next(raw.Length / 8) * 8, 8), Extreme());
                t.RawData = ByteString.CopyFrom(raw);
                break;
        }
    }

    private long Extreme() => _random.Next(3) == 0 ? _random.Next(64) : Extremes[_random.Next(Extremes.Length)];

    private string AnyName(GraphProto graph) => _random.Next(3) switch
    {
        0 => Pick(graph.Initializer)?.Name ?? "",
        1 => Pick(graph.Node)?.Output.FirstOrDefault() ?? "",
        _ => Pick(graph.Input)?.Name ?? "",
    };

    private T? Pick<T>(IList<T> list)
        where T : class => list.Count == 0 ? null : list[_random.Next(list.Count)];
}
