using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Tests.Reversal;
using Microsoft.ML.OnnxRuntime;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>
/// Each operator, in the forms that exporters use, means to the library what it means to ONNX Runtime: the file run as
/// it is and the graph read and written again give the same output.
/// </summary>
public partial class OperatorReadingTests
{
    private static readonly Dictionary<string, Func<ModelBuilder>> OldModels = new()
    {
        ["conv grouped dilated strided padded"] = () => New().Weights("w", 6, 2, 3, 2).Weights("b", 6).Node("Conv", "x,w,b", "y", ("group", 2), ("strides", I(2, 1)), ("dilations", I(1, 3)), ("pads", I(1, 0, 2, 1))),
        ["conv same upper"] = () => New().Weights("w", 5, 4, 3, 4).Node("Conv", "x,w", "y", ("auto_pad", "SAME_UPPER"), ("strides", I(2, 3))),
        ["conv same lower"] = () => New().Weights("w", 5, 4, 4, 4).Node("Conv", "x,w", "y", ("auto_pad", "SAME_LOWER"), ("strides", I(2, 2))),
        ["conv valid"] = () => New().Weights("w", 5, 4, 3, 3).Node("Conv", "x,w", "y", ("auto_pad", "VALID")),
        ["conv transposed with output padding"] = () => New().Weights("w", 4, 3, 3, 2).Weights("b", 6).Node("ConvTranspose", "x,w,b", "y", ("group", 2), ("strides", I(3, 2)), ("pads", I(1, 0, 0, 1)), ("output_padding", I(2, 1))),
        ["conv transposed dilated"] = () => New().Weights("w", 4, 3, 3, 2).Node("ConvTranspose", "x,w", "y", ("dilations", I(2, 3)), ("strides", I(2, 1))),
        ["conv transposed to a shape"] = () => New().Weights("w", 4, 3, 4, 4).Node("ConvTranspose", "x,w", "y", ("strides", I(2, 2)), ("output_shape", I(18, 23))),
        ["conv transposed same upper"] = () => New().Weights("w", 4, 3, 3, 3).Node("ConvTranspose", "x,w", "y", ("strides", I(2, 2)), ("auto_pad", "SAME_UPPER")),
        ["batch normalization"] = () => New().Weights("g", 4).Weights("b", 4).Weights("m", 4).Floats("v", [0.5f, 1, 2, 0.1f], 4).Node("BatchNormalization", "x,g,b,m,v", "y", ("epsilon", 0.01f)),
        ["leaky relu"] = () => New().Node("LeakyRelu", "x", "y", ("alpha", 0.2f)),
        ["clip by attributes"] = () => New(10).Node("Clip", "x", "y", ("min", -0.25f), ("max", 0.5f)),
        ["clip by inputs"] = () => New().Floats("hi", [0.5f]).Node("Clip", "x,,hi", "y"),
        ["sigmoid tanh"] = () => New().Node("Sigmoid", "x", "s").Node("Tanh", "s", "y"),
        ["max pool overlapping padded"] = () => New().Node("MaxPool", "x", "y", ("kernel_shape", I(3, 3)), ("strides", I(2, 2)), ("pads", I(1, 1, 1, 0))),
        ["max pool ceil"] = () => New().Node("MaxPool", "x", "y", ("kernel_shape", I(3, 2)), ("strides", I(3, 3)), ("ceil_mode", 1)),
        ["max pool ceil padded"] = () => New().Node("MaxPool", "x", "y", ("kernel_shape", I(3, 3)), ("strides", I(2, 3)), ("pads", I(1, 1, 1, 1)), ("ceil_mode", 1)),
        ["max pool dilated"] = () => New().Node("MaxPool", "x", "y", ("kernel_shape", I(2, 3)), ("dilations", I(3, 2))),
        ["max pool same lower"] = () => New().Node("MaxPool", "x", "y", ("kernel_shape", I(2, 2)), ("strides", I(2, 2)), ("auto_pad", "SAME_LOWER")),
        ["average pool padding not counted"] = () => New().Node("AveragePool", "x", "y", ("kernel_shape", I(3, 3)), ("strides", I(2, 2)), ("pads", I(1, 1, 1, 1))),
        ["average pool padding counted"] = () => New().Node("AveragePool", "x", "y", ("kernel_shape", I(3, 3)), ("strides", I(2, 2)), ("pads", I(1, 1, 1, 1)), ("count_include_pad", 1)),
        ["average pool ceil"] = () => New(19).Node("AveragePool", "x", "y", ("kernel_shape", I(3, 3)), ("strides", I(3, 3)), ("ceil_mode", 1)),
        ["average pool ceil padding counted"] = () => New(19).Node("AveragePool", "x", "y", ("kernel_shape", I(3, 3)), ("strides", I(2, 3)), ("pads", I(1, 1, 1, 0)), ("ceil_mode", 1), ("count_include_pad", 1)),
        ["global pools"] = () => New().Node("GlobalAveragePool", "x", "a").Node("GlobalMaxPool", "x", "m").Node("Concat", "a,m", "y", ("axis", -3)),
        ["mean over the image"] = () => New().Node("ReduceMean", "x", "y", ("axes", I(2, -1)), ("keepdims", 0)),
        ["mean over the image, axes as input"] = () => New(18).Longs("axes", -2, -1).Node("ReduceMean", "x,axes", "y"),
        ["gemm plain"] = () => New().Weights("w", 396, 7).Weights("b", 1, 7).Node("Flatten", "x", "f").Node("Gemm", "f,w,b", "y", ("alpha", 0.5f), ("beta", 2f)),
        ["gemm transposed with one bias"] = () => New().Weights("w", 7, 396).Weights("b", 1).Node("Flatten", "x", "f").Node("Gemm", "f,w,b", "y", ("transB", 1)),
        ["matmul and add"] = () => New().Weights("w", 396, 7).Weights("b", 7).Node("Flatten", "x", "f", ("axis", 1)).Node("MatMul", "f,w", "m").Node("Add", "b,m", "y"),
        ["matmul with weights transposed in the graph"] = () => New().Weights("w", 7, 396).Node("Transpose", "w", "wt", ("perm", I(1, 0))).Node("Flatten", "x", "f").Node("MatMul", "f,wt", "y"),
        ["sum of three"] = () => New().Node("Relu", "x", "a").Node("Tanh", "x", "b").Node("Sum", "x,a,b", "y"),
        ["residual add"] = () => New().Node("Relu", "x", "a").Node("Add", "a,x", "y"),
        ["preprocessing"] = () => New().Floats("m", [1, 2, 3, 4], 1, 4, 1, 1).Floats("s", [2f], []).Weights("k", 9, 11).Node("Sub", "x,m", "a").Node("Div", "a,s", "b").Node("Mul", "k,b", "c").Node("Sub", "m,c", "y"),
        ["split equal"] = () => New(13).Node("Split", "x", "a,b", ("axis", 1)).Node("Relu", "a", "r").Node("Concat", "b,r", "y", ("axis", 1)),
        ["split sizes as attribute"] = () => New(11).Node("Split", "x", "a,b,c", ("axis", -2), ("split", I(2, 3, 4))).Node("Concat", "c,a,b", "y", ("axis", 2)),
        ["split uneven"] = () => New(18).Node("Split", "x", "a,b", ("axis", 3), ("num_outputs", 2)).Node("Concat", "b,a", "y", ("axis", 3)),
        ["slice with negative step"] = () => New().Longs("s", 7, 1).Longs("e", -100, 9).Longs("a", 2, 3).Longs("k", -2, 3).Node("Slice", "x,s,e,a,k", "y"),
        ["slice by attributes"] = () => New(9).Node("Slice", "x", "y", ("starts", I(0, 1)), ("ends", I(int.MaxValue, -2)), ("axes", I(0, 3))),
        ["option A shortcut"] = () => New().Longs("s", 0, 0).Longs("e", int.MaxValue, int.MaxValue).Longs("a", 2, 3).Longs("k", 2, 2).Longs("p", 0, 2, 0, 0, 0, 2, 0, 0).Node("Slice", "x,s,e,a,k", "h").Node("Pad", "h,p", "y"),
        ["pad by attribute with value"] = () => New(10).Node("Pad", "x", "y", ("pads", I(0, 0, 1, 2, 0, 0, 3, 0)), ("value", 1.5f)),
        ["pad axes"] = () => New(18).Longs("p", 1, 2).Longs("a", -1).Floats("v", [-1f]).Node("Pad", "x,p,v,a", "y"),
        ["reshape by shape arithmetic"] = () => New().Longs("zero").Longs("axes0", 0).Longs("rest", -1)
            .Node("Shape", "x", "shape").Node("Constant", "", "first", ("value", ModelBuilder.Scalar(0))).Node("Gather", "shape,first", "n", ("axis", 0))
            .Node("Unsqueeze", "n,axes0", "n1").Node("Concat", "n1,rest", "target", ("axis", 0)).Node("Reshape", "x,target", "y"),
        ["channel shuffle"] = () => New().Longs("a", 0, 2, 2, 9, 11).Longs("b", 0, -1, 9, 11).Node("Reshape", "x,a", "r").Node("Transpose", "r", "t", ("perm", I(0, 2, 1, 3, 4))).Node("Reshape", "t,b", "y"),
        ["squeeze and unsqueeze"] = () => New(12).Node("GlobalAveragePool", "x", "g").Node("Squeeze", "g", "s", ("axes", I(2, 3))).Node("Unsqueeze", "s", "y", ("axes", I(1, -1))),
        ["transpose"] = () => New().Node("Transpose", "x", "y", ("perm", I(0, 2, 3, 1))),
        ["lrn"] = () => New().Node("LRN", "x", "y", ("size", 3), ("alpha", 0.3f), ("beta", 0.6f), ("bias", 1.5f)),
        ["softmax of old"] = () => New(11).Node("Softmax", "x", "y"),
        ["log softmax"] = () => New().Node("Flatten", "x", "f").Node("LogSoftmax", "f", "y", ("axis", -1)),
        ["dropout and identity"] = () => New().Node("Dropout", "x", "d").Node("Identity", "d", "i").Node("Relu", "i", "y"),
        ["weights stored as half behind a cast"] = () => Half(New()).Node("Cast", "h", "w", ("to", 1)).Node("Conv", "x,w", "y"),
        ["weights behind an identity, bias from a constant"] = () => New().Weights("w0", 3, 4, 2, 2).Node("Identity", "w0", "w").Node("Constant", "", "b", ("value", ModelBuilder.Tensor("", 1, [3], new byte[12]))).Node("Conv", "x,w,b", "y"),
        ["batch fixed to one"] = () => new ModelBuilder(13, 1, 4, 9, 11).Longs("t", 1, 396).Node("Reshape", "x,t", "f").Weights("w", 396, 3).Node("Gemm", "f,w", "y"),
        ["channels last"] = () => new ModelBuilder(13, "N", 9, 11, 4).Node("Transpose", "x", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 3, 4, 2, 2).Node("Conv", "t,w", "y"),
        ["condition on a shape"] = () => Conditional(),
        ["response normalisation as torch writes it"] = () => TorchResponseNorm(),
    };

    private static readonly Dictionary<string, Func<ModelBuilder>> Models = new(OldModels.Concat(FunctionModels()).Concat(GateModels()).Concat(StatisticModels()).Concat(AxisModels()).Concat(LayoutModels()).Concat(StoredModels()).Concat(CompositeModels()).Concat(InputModels()).Concat(AttentionModels()).Concat(PlaceModels()));

    internal static IEnumerable<ModelBuilder> AllModels() => Models.Values.Select(m => m());

    internal static byte[] Model(string name) => Models[name]().Bytes;

    public static TheoryData<string> Names => [.. Models.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Graph_read_and_written_again_gives_what_the_runtime_gives_for_the_file(string name)
    {
        byte[] file = Models[name]().Bytes;
        CnnGraph graph = GraphReader.Read(new MemoryStream(file), name);
        Assert.Null(graph.EndsBefore);
        TensorShape shape = graph.Input.Shape;
        int batch = Models[name]().Graph.Input[0].Type.TensorType.Shape.Dim[0].HasDimValue ? 1 : 3;
        float[] x = Values(batch * shape.Count);
        float[] expected = RunFile(file, graph, x);
        var request = new TraceRequest([graph.Output], []);
        using var runtime = new RuntimeForward(graph, request, new() { Provider = Provider });
        AssertGives(runtime, Provider == ExecutionProvider.Cpu ? Tolerance(name) : 1e-4);
        float[] first = [.. new ReferenceForward(graph, x.Take(shape.Count).Select(v => (double)v))[graph.Output].Select(v => (float)v)];
        JsonTensor.AssertNear(first, [.. expected.Take(first.Length).Select(v => (double)v)], 1e-5, $"{name}, by definition");
        if (ForwardPlan.TryMake(graph, request) is not { } plan) return;
        using var kernels = new KernelForward(plan, threads: 2);
        AssertGives(kernels, 1e-5);

        void AssertGives(IForwardSession session, double tolerance)
        {
            ForwardTrace trace = session.Run(x, batch, null, default);
            float[] actual = trace.ActivationBuffer(graph.Output.Name)!;
            JsonTensor.AssertNear(actual, Array.ConvertAll(expected, v => (double)v), tolerance, $"{name}, {session.GetType().Name}");
        }
    }

    // BIOLEARN_PROVIDER names another device for the table of operators, Cuda where there is one.
    private static ExecutionProvider Provider => Enum.TryParse(Environment.GetEnvironmentVariable("BIOLEARN_PROVIDER"), ignoreCase: true, out ExecutionProvider named) ? named : ExecutionProvider.Cpu;

    // Where this library and the runtime sum in another order.
    private static double Tolerance(string name) => OldModels.ContainsKey(name) ? 1e-6 : 1e-5;

    [Fact]
    public void Every_known_operator_is_tried()
    {
        string[] tried = [.. Models.Values.SelectMany(m => m().Graph.Node.Select(n => n.OpType)).Distinct()];
        Assert.Empty(GraphReader.KnownOperators.Except(tried));
    }

    [Fact]
    public void Every_known_operator_stands_in_the_docs()
    {
        string page = File.ReadAllText(Path.Combine(SourceArrows.Sources(), "..", "docs", "recollection.md"));
        Assert.All(GraphReader.KnownOperators, name => Assert.Matches($@"(?i)\b{name}\b", page));
    }

    [Fact]
    public void Response_normalisation_spelled_out_becomes_one_node()
    {
        CnnGraph graph = GraphReader.Read(new MemoryStream(TorchResponseNorm().Bytes), null);
        LrnNode lrn = Assert.IsType<LrnNode>(Assert.Single(graph.Nodes));
        Assert.Equal((5, 0.3f, 0.75f, 2f), (lrn.Size, lrn.Alpha, lrn.Beta, lrn.Bias));
    }

    private static ModelBuilder New(int operatorSet = 17) => new(operatorSet);

    private static int[] I(params int[] values) => values;

    private static ModelBuilder Half(ModelBuilder model)
    {
        Half[] weights = [.. Enumerable.Range(0, 3 * 4 * 2 * 2).Select(i => (Half)MathF.Sin(i))];
        model.Graph.Initializer.Add(ModelBuilder.Tensor("h", 10, [3, 4, 2, 2], System.Runtime.InteropServices.MemoryMarshal.AsBytes(weights.AsSpan())));
        return model;
    }

    private static ModelBuilder Conditional()
    {
        ModelBuilder model = New(11);
        model.Node("GlobalAveragePool", "x", "g").Node("Shape", "g", "s").Node("Constant", "", "two", ("value", ModelBuilder.Scalar(2))).Node("Gather", "s,two", "h")
            .Node("Constant", "", "one", ("value", ModelBuilder.Scalar(1))).Node("Equal", "h,one", "c");
        model.Graph.Node.Add(ModelBuilder.NewNode("If", "c", "y", ("then_branch", Branch("Squeeze", "t", ("axes", I(2)))), ("else_branch", Branch("Identity", "e"))));
        return model;

        static GraphProto Branch(string opType, string output, params (string, object)[] attributes)
        {
            var branch = new GraphProto { Name = output };
            branch.Node.Add(ModelBuilder.NewNode(opType, "g", output, attributes));
            branch.Output.Add(new ValueInfoProto { Name = output, Type = new() { TensorType = new() { ElemType = 1 } } });
            return branch;
        }
    }

    // What torch.nn.LocalResponseNorm(5, 0.3, 0.75, 2) exports to.
    private static ModelBuilder TorchResponseNorm() => New(12)
        .Longs("p", 0, 0, 2, 0, 0, 0, 0, 2, 0, 0).Floats("alpha", [0.3f], []).Floats("k", [2f], []).Floats("beta", [0.75f], [])
        .Node("Mul", "x,x", "sq").Node("Unsqueeze", "sq", "u", ("axes", I(1))).Node("Pad", "u,p", "padded", ("mode", "constant"))
        .Node("AveragePool", "padded", "mean", ("kernel_shape", I(5, 1, 1)), ("strides", I(1, 1, 1)))
        .Node("Squeeze", "mean", "q", ("axes", I(1))).Node("Mul", "q,alpha", "a").Node("Add", "a,k", "d").Node("Pow", "d,beta", "pw").Node("Div", "x,pw", "y");

    /// <summary>What ONNX Runtime gives for a file and images with the channels first.</summary>
    internal static float[] RunFile(byte[] file, CnnGraph graph, float[] x, bool optimized = false)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = optimized ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var session = new InferenceSession(file, options);
        (string name, NodeMetadata metadata) = session.InputMetadata.First();
        TensorShape shape = graph.Input.Shape;
        int[] dims = metadata.Dimensions;
        bool last = dims.Length > 2 && dims[^1] == shape.Channels && dims[^2] == shape.Width && shape.Width != shape.Channels;
        long[] own = dims.Length switch
        {
            3 when dims[0] > 0 => [.. dims.Select(d => (long)d)],
            3 => [-1, shape.Height, shape.Width],
            2 => [-1, shape.Count],
            _ => last ? [-1, shape.Height, shape.Width, shape.Channels] : [-1, .. shape.Dimensions.Select(d => (long)d)],
        };
        if (own[0] < 0) own[0] = x.Length / shape.Count;
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(last ? ChannelsLast(x, shape) : x, own);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, [name], [input], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] ChannelsLast(float[] x, TensorShape shape)
    {
        var result = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int n = i / shape.Count, c = i % shape.Count / shape.PlaneSize, p = i % shape.PlaneSize;
            result[n * shape.Count + p * shape.Channels + c] = x[i];
        }
        return result;
    }

    private static float[] Values(int count)
    {
        var random = new Random(23);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }
}
