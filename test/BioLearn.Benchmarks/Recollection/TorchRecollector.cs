using BioLearn.Onnx.Graph;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>
/// The peer: forward with trace and recollection from the predicted class unit, written with the fastest operators that TorchSharp offers.
/// Each convolution is reversed by the faster of conv_transpose2d and the backward-data kernel that automatic differentiation calls, measured when
/// the peer is made; normalisation is two reductions and two passes in place; the class unit is a row of the last weights.
/// </summary>
internal sealed class TorchRecollector
{
    private readonly CnnGraph _graph;
    private readonly bool _channelsLast;
    private readonly Dictionary<CnnNode, (Tensor Weights, Tensor? Bias)> _parameters = [];
    private readonly HashSet<CnnNode> _byAutograd = [];

    /// <param name="graph">The network.</param>
    /// <param name="channelsLast">Memory format of pictures.</param>
    /// <param name="sample">A batch with which the ways back are timed.</param>
    public TorchRecollector(CnnGraph graph, bool channelsLast, Tensor sample)
    {
        _graph = graph;
        _channelsLast = channelsLast;
        foreach (CnnNode node in graph.Nodes)
        {
            if (node is ConvNode conv)
            {
                long[] shape = [conv.Output.Shape.Channels, conv.Input.Shape.Channels / conv.Groups, conv.Window.KernelHeight, conv.Window.KernelWidth];
                _parameters[node] = (Format(torch.tensor(conv.Weights).reshape(shape)), conv.Bias is null ? null : torch.tensor(conv.Bias));
            }
            else if (node is DenseNode dense)
                _parameters[node] = (torch.tensor(dense.Weights).reshape(dense.OutputSize, dense.InputSize), dense.Bias is null ? null : torch.tensor(dense.Bias));
        }
        foreach (CnnNode node in graph.Nodes.Where(n => n is ConvNode)) _byAutograd.Add(node);
        Tune(Format(sample));
    }

    /// <summary>How many of the convolutions are reversed by automatic differentiation's kernel.</summary>
    public string Description => $"torch {(_channelsLast ? "channels_last" : "NCHW")}, {_byAutograd.Count} of {_parameters.Keys.Count(n => n is ConvNode)} by autograd";

    /// <summary>A batch in the peer's memory format.</summary>
    public Tensor Format(Tensor pictures) => _channelsLast ? pictures.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : pictures;

    /// <summary>Recollects a batch.</summary>
    /// <param name="pictures">The batch, in the peer's memory format.</param>
    /// <param name="variant">The setting.</param>
    public Tensor Run(Tensor pictures, Variant variant)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Trace trace = Forward(pictures);
        return Backward(trace, variant).MoveToOuterDisposeScope();
    }

    private sealed class Trace
    {
        public Dictionary<CnnTensor, Tensor> Values { get; } = [];
        public Dictionary<CnnNode, Tensor> Switches { get; } = [];
        public Dictionary<CnnNode, (Tensor Input, Tensor Output)> Gradients { get; } = [];
    }

    private Trace Forward(Tensor pictures)
    {
        var trace = new Trace();
        trace.Values[_graph.Input] = pictures;
        foreach (CnnNode node in _graph.Nodes)
        {
            Tensor x = trace.Values[node.Input];
            trace.Values[node.Output] = node switch
            {
                ConvNode conv => Convolve(conv, x, trace),
                ActivationNode { Kind: ActivationKind.Relu } => x.relu_(),
                ActivationNode { Kind: ActivationKind.Clip } clip => x.clamp_(clip.Min, clip.Max),
                MaxPoolNode pool => Pool(pool, x, trace),
                GlobalAveragePoolNode => x.mean([2, 3], keepdim: node.Output.Shape.Rank == 3),
                ReshapeNode => x.reshape([x.shape[0], .. node.Output.Shape.Dimensions.Select(d => (long)d)]),
                DenseNode => torch.nn.functional.linear(x, _parameters[node].Weights, _parameters[node].Bias),
                AddNode => x + trace.Values[node.Inputs[1]],
                IdentityNode => x,
                _ => throw new NotSupportedException($"the peer does not know {node}"),
            };
        }
        return trace;
    }

    private Tensor Convolve(ConvNode conv, Tensor x, Trace trace)
    {
        Window w = conv.Window;
        (Tensor weights, Tensor? bias) = _parameters[conv];
        bool autograd = _byAutograd.Contains(conv);
        using var mode = torch.set_grad_enabled(autograd);
        Tensor input = autograd ? x.detach().requires_grad_(true) : x;
        Tensor y = torch.nn.functional.conv2d(
            input, weights, bias, strides: [w.StrideHeight, w.StrideWidth], padding: [w.PadTop, w.PadLeft],
            dilation: [w.DilationHeight, w.DilationWidth], groups: conv.Groups);
        if (!autograd) return y;
        trace.Gradients[conv] = (input, y);
        return y.detach();
    }

    private static Tensor Pool(MaxPoolNode pool, Tensor x, Trace trace)
    {
        Window w = pool.Window;
        (Tensor y, Tensor switches) = torch.nn.functional.max_pool2d_with_indices(
            x, [w.KernelHeight, w.KernelWidth], [w.StrideHeight, w.StrideWidth], [w.PadTop, w.PadLeft]);
        trace.Switches[pool] = switches;
        return y;
    }

    private Tensor Backward(Trace trace, Variant variant)
    {
        var currents = new Dictionary<CnnTensor, Tensor>();
        Tensor predicted = trace.Values[_graph.Logits].argmax(1);
        foreach (CnnNode node in _graph.Nodes.Reverse())
        {
            if (node.Output == _graph.Logits)
            {
                currents[node.Input] = _parameters[node].Weights.index_select(0, predicted);
                continue;
            }
            if (!currents.Remove(node.Output, out Tensor? current)) continue;
            if (_graph.LevelAt(node.Output) is not null) current = Operate(current, variant);
            switch (node)
            {
                case ConvNode conv:
                    Arrive(conv.Input, Reverse(conv, current, trace));
                    break;
                case DenseNode:
                    Arrive(node.Input, current.matmul(_parameters[node].Weights));
                    break;
                case MaxPoolNode pool:
                    Window w = pool.Window;
                    Tensor pooled = current.dim() == 4 ? current : Format(current.reshape(trace.Values[pool.Output].shape));
                    Arrive(pool.Input, torch.nn.functional.max_unpool2d(
                        pooled, trace.Switches[pool], [w.KernelHeight, w.KernelWidth], [w.StrideHeight, w.StrideWidth], [w.PadTop, w.PadLeft], trace.Values[pool.Input].shape));
                    break;
                case GlobalAveragePoolNode:
                    long[] plane = trace.Values[node.Input].shape;
                    Arrive(node.Input, Format((current.reshape(current.shape[0], -1, 1, 1) / (plane[2] * plane[3])).expand(plane).contiguous()));
                    break;
                case AddNode:
                    Arrive(node.Inputs[0], current);
                    Arrive(node.Inputs[1], current);
                    break;
                default:
                    Arrive(node.Input, current);
                    break;
            }
        }
        return Operate(currents[_graph.Input], variant);

        // Sums must not change a current that another branch holds.
        void Arrive(CnnTensor tensor, Tensor current) => currents[tensor] = currents.TryGetValue(tensor, out Tensor? other) ? other + current : current;
    }

    private Tensor Reverse(ConvNode conv, Tensor current, Trace trace)
    {
        if (trace.Gradients.TryGetValue(conv, out (Tensor Input, Tensor Output) gradient))
            return torch.autograd.grad([gradient.Output], [gradient.Input], [current], retain_graph: true)[0]!;
        Window w = conv.Window;
        long rows = Extra(conv.Input.Shape.Height, conv.Output.Shape.Height, w.StrideHeight, w.SpanHeight, w.PadTop);
        long columns = Extra(conv.Input.Shape.Width, conv.Output.Shape.Width, w.StrideWidth, w.SpanWidth, w.PadLeft);
        return torch.nn.functional.conv_transpose2d(
            current, _parameters[conv].Weights, null, [w.StrideHeight, w.StrideWidth], [w.PadTop, w.PadLeft], [rows, columns],
            dilation: [w.DilationHeight, w.DilationWidth], groups: conv.Groups);

        static long Extra(int size, int count, int stride, int span, int pad) => size - ((count - 1) * stride + span - 2 * pad);
    }

    // The two reductions and the two passes in place are the fastest of the ways that TorchSharp has (addcmul, aminmax, min and max along one axis are slower).
    private static Tensor Operate(Tensor current, Variant variant)
    {
        if (variant.Normalize)
        {
            long[] axes = current.dim() == 4 ? [2, 3] : [1];
            Tensor lo = current.amin(axes, keepdim: true), range = current.amax(axes, keepdim: true) - lo;
            Tensor constant = range == 0;
            Tensor scale = range.reciprocal_().masked_fill_(constant, 0);
            Tensor shift = lo.mul_(scale).neg_().masked_fill_(constant, 1e-8f);
            current = current.mul_(scale).add_(shift);
        }
        return variant.Rectify ? current.relu_() : current;
    }

    /// <summary>Keeps for each convolution the faster way back.</summary>
    private void Tune(Tensor pictures)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Trace trace = Forward(pictures);
        foreach (ConvNode conv in _graph.Nodes.OfType<ConvNode>())
        {
            // Not a layer's output itself: its gradient must not be taken in place.
            Tensor current = torch.randn_like(trace.Gradients[conv].Output.detach());
            double byAutograd = Time(() => Reverse(conv, current, trace).Dispose());
            (Tensor, Tensor) gradient = trace.Gradients[conv];
            trace.Gradients.Remove(conv);
            double transposed = Time(() => Reverse(conv, current, trace).Dispose());
            trace.Gradients[conv] = gradient;
            if (transposed < byAutograd) _byAutograd.Remove(conv);
        }

        static double Time(Action call)
        {
            call();
            double best = double.MaxValue;
            for (int i = 0; i < 7; i++)
            {
                double start = Harness.CpuClock.Thread();
                call();
                best = Math.Min(best, Harness.CpuClock.Thread() - start);
            }
            return best;
        }
    }
}
