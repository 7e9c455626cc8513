using BioLearn.Benchmarks.Harness;
using BioLearn.Kernels.Random;
using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>AlexNet as torchvision has it (61 M parameters, 1000 classes), random weights: the size that the original notebooks run.</summary>
internal sealed class FullAlexNetBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        (string Name, Cue Cue)[] cues = [("S4", Cue.Stored(new LevelReference(4))), ("class unit", Cue.PredictedClass)];
        if (!cues.Any(cue => bench.Selects("recollection/full-alexnet", cue.Name))) return;
        using CnnModel model = new CnnModel(Build(), new CnnModelOptions { Provider = ExecutionProvider.Cpu, Threads = bench.Threads });
        float[] input = BenchmarkFiles.Photographs(1);
        foreach ((string name, Cue cue) in cues)
        {
            if (!bench.Selects("recollection/full-alexnet", name)) continue;
            using var recollector = new Recollector(model, cue, new() { Normalization = CurrentNormalization.RescaleStd });
            ForwardTrace? trace = null;
            bench.Compare("recollection/full-alexnet", name, new("Recollector", () =>
            {
                trace = model.Forward(input, 1, recollector.Request, trace);
                recollector.Recollect(trace, bench.Threads);
            }), []);
        }
    }

    private static CnnGraph Build()
    {
        var builder = new Builder(new TensorShape(3, 224, 224));
        builder.Convolution(64, 11, 4, 2).Relu().Pool();
        builder.Convolution(192, 5, 1, 2).Relu().Pool();
        builder.Convolution(384, 3, 1, 1).Relu();
        builder.Convolution(256, 3, 1, 1).Relu();
        builder.Convolution(256, 3, 1, 1).Relu().Pool();
        builder.Flatten().Dense(4096).Relu().Dense(4096).Relu().Dense(1000);
        return builder.ToGraph();
    }

    /// <summary>A chain of layers with He-initialised weights.</summary>
    private sealed class Builder
    {
        private readonly List<CnnTensor> _tensors;
        private readonly List<CnnNode> _nodes = [];

        public Builder(TensorShape input) => _tensors = [new CnnTensor(0, "image", input)];

        private TensorShape Shape => _tensors[^1].Shape;

        public Builder Convolution(int filters, int kernel, int stride, int pad)
        {
            int size = (Shape.Height + 2 * pad - kernel) / stride + 1;
            var window = new Window(kernel, kernel, stride, stride, PadTop: pad, PadLeft: pad, PadBottom: pad, PadRight: pad);
            float[] weights = Weights(filters, Shape.Channels * kernel * kernel);
            return Add("Conv", new TensorShape(filters, size, size), head => new ConvNode(head, window, 1, weights, new float[filters]));
        }

        public Builder Relu() => Add("Relu", Shape, head => new ActivationNode(head, ActivationKind.Relu));

        public Builder Pool() => Add("MaxPool", new TensorShape(Shape.Channels, (Shape.Height - 3) / 2 + 1, (Shape.Width - 3) / 2 + 1), head => new MaxPoolNode(head, new Window(3, 3, 2, 2)));

        public Builder Flatten() => Add("Flatten", new TensorShape(Shape.Count), head => new ReshapeNode(head));

        public Builder Dense(int outputs)
        {
            float[] weights = Weights(outputs, Shape.Count);
            return Add("Gemm", new TensorShape(outputs), head => new DenseNode(head, weights, new float[outputs]));
        }

        public CnnGraph ToGraph() => new(null, "AlexNet", _tensors[0], _tensors[^1], [.. _tensors], [.. _nodes]);

        private Builder Add(string type, TensorShape output, Func<NodeHead, CnnNode> create)
        {
            CnnTensor from = _tensors[^1], to = new(_tensors.Count, $"{type}{_nodes.Count}", output);
            _tensors.Add(to);
            _nodes.Add(create(new NodeHead(to.Name, type, [from], [to])));
            return this;
        }

        private float[] Weights(int outputs, int inputs)
        {
            var weights = new float[outputs * inputs];
            new RandomStream(0, $"weights/{_nodes.Count}").FillNormal(weights.AsSpan(), 0, MathF.Sqrt(2f / inputs));
            return weights;
        }
    }
}
