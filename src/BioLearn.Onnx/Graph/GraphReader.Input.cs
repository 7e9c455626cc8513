using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Graph;

/// <summary>
/// What of the file is its picture. Held as [channels, height, width] whatever the file has: channels last, no axis for the batch, none for the only channel, or
/// all pixels in one row; what its first nodes read is then a view of the picture.
/// </summary>
internal sealed partial class GraphReader
{
    private const long Open = 0;

    private CnnTensor ReadInput(GraphProto graph, GraphPlan plan, (int Height, int Width)? inputSize)
    {
        (string name, TypeProto.Types.Tensor? type) = FindInput(graph, plan.NeededNames);
        if (type?.ElemType is 8 or 9) throw Error($"the input \"{name}\" takes {(type.ElemType == 8 ? "text" : "truth values")}; a network of pictures takes numbers");
        _takesBytes = type?.ElemType == (int)ElementType.UInt8;
        long[] dims = type?.Shape is { } shape ? [.. shape.Dim.Select(d => d.HasDimValue && d.DimValue > 0 ? d.DimValue : Open)] : [Open, Open, Open, Open];
        InputMeeting met = FirstMeeting(name, dims, plan.OrderedNodes);
        (InputLayout layout, long channels, long height, long width) = dims.Length switch
        {
            4 => met.ChannelsLast ? (InputLayout.ChannelsLast, dims[3], dims[1], dims[2]) : (InputLayout.ChannelsFirst, dims[1], dims[2], dims[3]),
            3 when dims is [1 or 3, _, > 3 or Open] => (InputLayout.OneImage, dims[0], dims[1], dims[2]),
            3 when dims is [> 3 or Open, _, 1 or 3] => (InputLayout.OneImageChannelsLast, dims[2], dims[0], dims[1]),
            3 => (InputLayout.WithoutChannels, 1, dims[1], dims[2]),
            2 when SquareOf(dims[1]) is { Side: > 0 } square => (InputLayout.Row, square.Channels, square.Side, square.Side),
            _ => throw Error($"the input \"{name}\" has the shape [{string.Join(", ", dims.Select(d => d == Open ? "open" : $"{d}"))}]; it must be [batch, channels, height, width], or that with the channels last, without batch, or without the only channel"),
        };
        FixedBatch = layout is not (InputLayout.OneImage or InputLayout.OneImageChannelsLast) && dims[0] is > 0 and <= 1 << 20 ? (int)dims[0] : null;
        _assumedSize = height == Open || width == Open;
        if (channels == Open) channels = met.Channels is 1 or 3 ? met.Channels : throw Error("leaves the channels of its input open, and no convolution right behind it tells them");
        TensorShape held = new(Size("channels", channels, null), Size("height", height, inputSize?.Height), Size("width", width, inputSize?.Width));
        if ((long)held.Channels * held.Height * held.Width > Limits.ActivationValues) throw Error($"the input's size is {held}");
        CnnTensor input = AddTensor(name, held, m => Error($"the input {m}"));
        if (layout == InputLayout.ChannelsFirst) return input;
        _data.Remove(name);
        switch (layout)
        {
            case InputLayout.ChannelsLast: _channelsLast.Add(name, input); break;
            case InputLayout.WithoutChannels: _data[name] = View(name, input, new(held.Height, held.Width), "without channels"); break;
            case InputLayout.Row: _data[name] = View(name, input, new(held.Count), "in a row"); break;
            case InputLayout.OneImage: NameWhole(name, input); break;
            case InputLayout.OneImageChannelsLast: NameWhole(name, Turn(name, input, ToLast, "channels last")); break;
        }
        return input;

        int Size(string what, long dim, int? open) => dim switch
        {
            > 0 and <= 1 << 16 => (int)dim,
            Open when open is > 0 => open.Value,
            Open => throw Error($"leaves the {what} of its input open: say it when loading"),
            _ => throw Error($"the input's {what} is {dim}"),
        };
    }

    private enum InputLayout
    {
        ChannelsFirst,
        ChannelsLast,
        WithoutChannels,
        Row,
        OneImage,
        OneImageChannelsLast,
    }

    /// <summary>What the first convolution tells of the image: where it has its channels, and how many (0 where it does not tell).</summary>
    private readonly record struct InputMeeting(bool ChannelsLast, int Channels);

    // Inputs that the output does not need (sizes for a later step, masks) are none of the network's.
    private (string Name, TypeProto.Types.Tensor? Type) FindInput(GraphProto graph, IReadOnlySet<string> needed)
    {
        ValueInfoProto[] inputs = [.. graph.Input.Where(i => !_constants.ContainsKey(i.Name) && graph.Initializer.All(t => t.Name != i.Name))];
        if (inputs.Length > 1 && inputs.Count(i => needed.Contains(i.Name)) == 1) inputs = [.. inputs.Where(i => needed.Contains(i.Name))];
        if (inputs.Length != 1) throw Error($"has {inputs.Length} inputs ({string.Join(", ", inputs.Select(i => i.Name))}); a network with one image input is needed");
        return (inputs[0].Name, inputs[0].Type?.TensorType);
    }

    // As sheets of digits are stored: squares, grey or of three channels one after the other.
    private static (int Channels, int Side) SquareOf(long count)
    {
        foreach (int channels in (int[])[1, 3])
        {
            int side = (int)Math.Round(Math.Sqrt(count / (double)channels));
            if (side > 1 && (long)channels * side * side == count) return (channels, side);
        }
        return default;
    }

    // Where the channels stand tells the first convolution that the image meets: they are its second axis, whatever turned the image on the way.
    private InputMeeting FirstMeeting(string input, long[] dims, IEnumerable<NodeProto> nodes)
    {
        if (dims.Length != 4) return default;
        var orders = new Dictionary<string, int[]> { [input] = [0, 1, 2, 3] };
        bool looksLast = dims[3] is 1 or 3 && dims[1] is not (1 or 3);
        foreach (NodeProto node in nodes)
        {
            if (node.Input.FirstOrDefault(orders.ContainsKey) is not { } source || node.Output.Count == 0) continue;
            int[] order = orders[source];
            switch (node.OpType)
            {
                case "Conv": return new(order[1] == 3, ChannelsOf(node, groups: true));
                case "ConvTranspose": return new(order[1] == 3, ChannelsOf(node, groups: false));
                case "Transpose" when node.Attribute.FirstOrDefault(a => a.Name == "perm")?.Ints is { Count: 4 } perm && perm.All(p => p is >= 0 and < 4):
                    order = [.. perm.Select(p => order[p])];
                    break;
                case "Reshape" when looksLast && dims[3] == 1: order = [0, 3, 1, 2]; break; // [batch, h, w, 1] as [batch, 1, h, w] moves nothing
                case "Reshape" or "Flatten" or "MatMul" or "Gemm": return new(looksLast, 0);
            }
            foreach (string output in node.Output) orders.TryAdd(output, order);
        }
        return new(looksLast, 0);

        int ChannelsOf(NodeProto convolution, bool groups)
        {
            if (convolution.Input.Count < 2 || _constants.GetValueOrDefault(convolution.Input[1])?.Dims is not { Length: 4 } weights) return 0;
            long group = Math.Clamp(convolution.Attribute.FirstOrDefault(a => a.Name == "group")?.I ?? 1, 1, 1 << 16);
            return groups ? (int)Math.Min(weights[1] * group, int.MaxValue) : weights[0];
        }
    }
}
