using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Tests.Reversal;

/// <summary>The forward pass by the definition of each operator, in double precision, for one image: slow and plain.</summary>
internal sealed class ReferenceForward : IForwardRecord
{
    private readonly Dictionary<CnnTensor, double[]> _values = [];
    private readonly Dictionary<MaxPoolNode, int[]> _switches = [];

    public ReferenceForward(CnnGraph graph, IEnumerable<double> image)
    {
        _values[graph.Input] = [.. image];
        foreach (CnnNode node in graph.Nodes)
            Compute(node);
    }

    public double[] this[CnnTensor tensor] => _values[tensor];

    public int[] this[MaxPoolNode pool] => _switches[pool];

    public ReadOnlySpan<float> Activation(CnnTensor tensor, int sample) => _values[tensor].Select(x => (float)x).ToArray();

    public ReadOnlySpan<int> Switches(MaxPoolNode pool, int sample) => _switches[pool];

    private void Compute(CnnNode node)
    {
        double[] x = _values[node.Input];
        TensorShape shape = node.Input.Shape, to = node.Output.Shape;
        var y = new double[to.Count];
        switch (node)
        {
            case ConvNode conv:
                Convolve(conv, x, shape, to, y);
                AddBias(y, conv.Bias, to);
                break;
            case ConvTransposeNode conv:
                foreach ((int o, int i, int j, int c, int row, int column, int tap) in Taps(conv.Window, conv.Groups, to, shape))
                    y[At(to, c, row, column)] += conv.Weights[tap] * x[At(shape, o, i, j)];
                AddBias(y, conv.Bias, to);
                break;
            case DenseNode dense:
                for (int row = 0, at = 0; row < dense.Rows; row++)
                {
                    for (int o = 0; o < dense.OutputSize; o++, at++)
                    {
                        y[at] = dense.Bias?[o] ?? 0;
                        for (int i = 0; i < dense.InputSize; i++)
                            y[at] += dense.Weights[o * dense.InputSize + i] * x[row * dense.InputSize + i];
                    }
                }
                break;
            case AffineNode affine:
                int run = x.Length / affine.Scale.Length;
                for (int i = 0; i < x.Length; i++)
                    y[i] = affine.Scale[i / run] * x[i] + affine.Shift[i / run];
                break;
            case ActivationNode activation:
                y = [.. x.Select(value => Pointwise.Value(activation, value))];
                break;
            case ParametricReluNode relu:
                for (int i = 0; i < x.Length; i++)
                    y[i] = x[i] > 0 ? x[i] : relu.Slopes[i / (x.Length / relu.Slopes.Length)] * x[i];
                break;
            case ProductNode product:
                for (int i = 0; i < x.Length; i++)
                    y[i] = x[i] * _values[product.Inputs[1]][i / product.Run];
                break;
            case MatrixProductNode product:
                for (int at = 0; at < y.Length; at++)
                {
                    (int group, int row, int column) = (at / (product.Rows * product.Columns), at / product.Columns % product.Rows, at % product.Columns);
                    for (int k = 0; k < product.Inner; k++)
                        y[at] += x[(group * product.Rows + row) * product.Inner + k] * _values[product.Inputs[1]][(group * product.Inner + k) * product.Columns + column];
                }
                break;
            case GroupDenseNode dense:
                for (int at = 0; at < y.Length; at++)
                {
                    (int group, int row, int column) = (at / (dense.Rows * dense.Columns), at / dense.Columns % dense.Rows, at % dense.Columns);
                    for (int k = 0; k < dense.Inner; k++)
                        y[at] += x[(group * dense.Rows + row) * dense.Inner + k] * (double)dense.Weights[(group * dense.Inner + k) * dense.Columns + column];
                }
                break;
            case ExtremumNode extremum:
                for (int i = 0; i < y.Length; i++)
                    y[i] = extremum.Greatest ? node.Inputs.Max(input => _values[input][i]) : node.Inputs.Min(input => _values[input][i]);
                break;
            case QuantizeNode quantize:
                y = [.. x.Select(value => (Math.Clamp(Math.Round((double)((float)value / quantize.Scale)) + quantize.Zero, quantize.Least, quantize.Greatest) - quantize.Zero) * quantize.Scale)];
                break;
            case AxesNode axes:
                for (int i = 0; i < y.Length; i++)
                    y[i] = Mapped(axes.Maps, x, shape, Indices(to, i), new int[shape.Rank], 0);
                break;
            case NormalizeNode norm:
                Grouped(norm.Groups, group =>
                {
                    double mean = group.Average(i => x[i]), variance = group.Average(i => (x[i] - mean) * (x[i] - mean));
                    foreach (int i in group)
                        y[i] = (x[i] - mean) / Math.Sqrt(variance + norm.Epsilon);
                });
                break;
            case GroupExtremumNode extremum:
                int won = 0;
                Grouped(extremum.Groups, group => y[won++] = extremum.Greatest ? group.Max(i => x[i]) : group.Min(i => x[i]));
                break;
            case OrderedNode ordered:
                Grouping kept = ordered.Groups with { Count = ordered.Kept };
                int order = 0;
                Grouped(kept, places =>
                {
                    double[] group = [.. Enumerable.Range(0, ordered.Groups.Count).Select(k => x[ordered.Groups.Start(order) + k * kept.Inner])];
                    double[] sorted = ordered.Greatest ? [.. group.OrderDescending()] : [.. group.Order()];
                    for (int k = 0; k < places.Length; k++)
                        y[places[k]] = sorted[k];
                    order++;
                });
                break;
            case SelectNode choice:
                for (int i = 0; i < y.Length; i++)
                    y[i] = Value(choice.Condition, i) != 0 ? Value(choice.First, i) : Value(choice.Second, i);
                double Value(SelectOperand operand, int i) => operand.Values is { } values ? values[i] : _values[node.Inputs[operand.Input]][i];
                break;
            case PlacesNode places:
                for (int i = 0; i < y.Length; i++)
                {
                    for (int k = i % places.OutputRun * places.Taps, end = k + places.Taps; k < end; k++)
                        y[i] += (places.Weights?[k] ?? 1) * x[i / places.OutputRun * places.InputRun + places.Places[k]];
                }
                break;
            case GridSampleNode sample:
                double[] grid = _values[node.Inputs[1]];
                int[] cells = new int[sample.Sampling.Taps];
                double[] weights = new double[cells.Length], slopes = new double[cells.Length];
                for (int i = 0; i < y.Length; i++)
                {
                    int place = i % to.PlaneSize;
                    sample.Sampling.Read(grid[2 * place], grid[2 * place + 1], cells, weights, slopes, slopes);
                    y[i] = cells.Zip(weights, (cell, weight) => weight * x[i / to.PlaneSize * shape.PlaneSize + cell]).Sum();
                }
                break;
            case ReduceNode reduce:
                int next = 0;
                Grouped(reduce.Groups, group => y[next++] = reduce.Factor * group.Sum(i => x[i]));
                break;
            case MaxPoolNode pool:
                _switches[pool] = Pool(pool, x, shape, to, y);
                break;
            case AveragePoolNode pool:
                foreach ((int o, int i, int j, int c, int row, int column, _) in Taps(pool.Window, shape.Channels, shape, to))
                    y[At(to, o, i, j)] += x[At(shape, c, row, column)] * pool.InverseCounts[i * to.Width + j];
                break;
            case GlobalAveragePoolNode:
                for (int c = 0; c < y.Length; c++)
                    y[c] = x.Skip(c * shape.PlaneSize).Take(shape.PlaneSize).Average();
                break;
            case AddNode:
                foreach (CnnTensor input in node.Inputs)
                    y = [.. y.Zip(_values[input], (a, b) => a + b)];
                break;
            case ConcatNode concat:
                int offset = 0;
                foreach (CnnTensor input in node.Inputs)
                {
                    Box(input.Shape, to, Axis(to.Rank, concat.Axis, offset), Ones(to.Rank), (small, large) => y[large] = _values[input][small]);
                    offset += input.Shape[concat.Axis];
                }
                break;
            case SplitNode split:
                int begin = 0;
                foreach (CnnTensor output in node.Outputs)
                {
                    var part = new double[output.Shape.Count];
                    Box(output.Shape, shape, Axis(shape.Rank, split.Axis, begin), Ones(shape.Rank), (small, large) => part[small] = x[large]);
                    _values[output] = part;
                    begin += output.Shape[split.Axis];
                }
                return;
            case SliceNode slice:
                Box(to, shape, slice.Starts, slice.Steps, (small, large) => y[small] = x[large]);
                break;
            case PadNode pad:
                Array.Fill(y, pad.Value);
                Box(shape, to, pad.Before, Ones(to.Rank), (small, large) => y[large] = x[small]);
                break;
            case ReshapeNode or IdentityNode:
                y = x;
                break;
            case TransposeNode transpose:
                for (int i = 0; i < y.Length; i++)
                {
                    int[] at = Indices(to, i), from = new int[at.Length];
                    for (int axis = 0; axis < at.Length; axis++)
                        from[transpose.Permutation[axis]] = at[axis];
                    y[i] = x[Flat(shape, from)];
                }
                break;
            case LrnNode norm:
                for (int i = 0; i < x.Length; i++)
                {
                    int c = i / shape.PlaneSize;
                    double squares = 0;
                    for (int k = Math.Max(0, c - (norm.Size - 1) / 2); k <= Math.Min(shape.Channels - 1, c + norm.Size / 2); k++)
                        squares += Math.Pow(x[i + (k - c) * shape.PlaneSize], 2);
                    y[i] = x[i] / Math.Pow(norm.Bias + (double)norm.Alpha / norm.Size * squares, norm.Beta);
                }
                break;
            case SoftmaxNode softmax:
                Grouped(softmax.Groups, group =>
                {
                    double log = Math.Log(group.Sum(i => Math.Exp(x[i])));
                    foreach (int i in group)
                        y[i] = softmax.Logarithm ? x[i] - log : Math.Exp(x[i] - log);
                });
                break;
            default:
                throw new NotSupportedException(node.ToString());
        }
        _values[node.Output] = y;
    }

    private static void Grouped(Grouping groups, Action<int[]> each)
    {
        for (int outer = 0; outer < groups.Outer; outer++)
            for (int inner = 0; inner < groups.Inner; inner++)
                each([.. Enumerable.Range(0, groups.Count).Select(k => (outer * groups.Count + k) * groups.Inner + inner)]);
    }

    private static double Mapped(AxisMap?[] maps, double[] x, TensorShape shape, int[] at, int[] from, int axis)
    {
        if (axis == maps.Length)
            return x[Flat(shape, from)];
        double sum = 0;
        for (int k = 0; k < (maps[axis]?.Taps ?? 1); k++)
        {
            from[axis] = maps[axis] is { } map ? map.Starts[at[axis]] + k : at[axis];
            sum += (maps[axis]?.Weights?[at[axis] * maps[axis]!.Taps + k] ?? 1) * Mapped(maps, x, shape, at, from, axis + 1);
        }
        return sum;
    }

    private static int[] Pool(MaxPoolNode pool, double[] x, TensorShape shape, TensorShape to, double[] y)
    {
        var switches = new int[to.Count];
        Array.Fill(y, double.NegativeInfinity);
        foreach ((int o, int i, int j, int c, int row, int column, _) in Taps(pool.Window, shape.Channels, shape, to))
        {
            double value = x[At(shape, c, row, column)];
            if (value > y[At(to, o, i, j)])
                (y[At(to, o, i, j)], switches[At(to, o, i, j)]) = (value, row * shape.Width + column);
        }
        return switches;
    }

    // The sum over all taps, as plain loops: whole networks of other makers pass here.
    private static void Convolve(ConvNode conv, double[] x, TensorShape input, TensorShape output, double[] y)
    {
        Window w = conv.Window;
        int inputs = input.Channels / conv.Groups, outputs = output.Channels / conv.Groups;
        for (int at = 0; at < y.Length; at++)
        {
            int o = at / output.PlaneSize, i = at / output.Width % output.Height, j = at % output.Width;
            for (int c = 0; c < inputs; c++)
                for (int u = 0; u < w.KernelHeight; u++)
                    for (int v = 0; v < w.KernelWidth; v++)
                    {
                        int row = i * w.StrideHeight + u * w.DilationHeight - w.PadTop, column = j * w.StrideWidth + v * w.DilationWidth - w.PadLeft;
                        if ((uint)row < (uint)input.Height && (uint)column < (uint)input.Width)
                            y[at] += conv.Weights[((o * inputs + c) * w.KernelHeight + u) * w.KernelWidth + v] * x[At(input, o / outputs * inputs + c, row, column)];
                    }
        }
    }

    // All pairs of an output cell and the input cell it reads, with the position of the weight between them.
    private static IEnumerable<(int O, int I, int J, int C, int Row, int Column, int Tap)> Taps(Window w, int groups, TensorShape input, TensorShape output)
    {
        int inputs = input.Channels / groups, outputs = output.Channels / groups;
        for (int o = 0; o < output.Channels; o++)
            for (int i = 0; i < output.Height; i++)
                for (int j = 0; j < output.Width; j++)
                    for (int c = 0; c < inputs; c++)
                        for (int u = 0; u < w.KernelHeight; u++)
                            for (int v = 0; v < w.KernelWidth; v++)
                            {
                                int row = i * w.StrideHeight + u * w.DilationHeight - w.PadTop, column = j * w.StrideWidth + v * w.DilationWidth - w.PadLeft;
                                if ((uint)row < (uint)input.Height && (uint)column < (uint)input.Width)
                                    yield return (o, i, j, o / outputs * inputs + c, row, column, ((o * inputs + c) * w.KernelHeight + u) * w.KernelWidth + v);
                            }
    }

    private static void Box(TensorShape small, TensorShape large, int[] starts, int[] steps, Action<int, int> pair)
    {
        for (int i = 0; i < small.Count; i++)
            pair(i, Flat(large, [.. Indices(small, i).Select((index, axis) => starts[axis] + index * steps[axis])]));
    }

    private static void AddBias(double[] y, float[]? bias, TensorShape to)
    {
        for (int i = 0; bias is not null && i < y.Length; i++)
            y[i] += bias[i / to.PlaneSize];
    }

    private static int At(TensorShape shape, int c, int row, int column) => (c * shape.Height + row) * shape.Width + column;

    private static int[] Indices(TensorShape shape, int flat)
    {
        var indices = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
            (flat, indices[axis]) = Math.DivRem(flat, shape[axis]);
        return indices;
    }

    private static int Flat(TensorShape shape, int[] indices) => indices.Select((index, axis) => (index, axis)).Aggregate(0, (at, next) => at * shape[next.axis] + next.index);

    private static int[] Axis(int rank, int axis, int value)
    {
        var starts = new int[rank];
        starts[axis] = value;
        return starts;
    }

    private static int[] Ones(int rank) => [.. Enumerable.Repeat(1, rank)];
}
