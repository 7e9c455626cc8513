using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Models of operators that are spelled out before they are read, and of pictures in other shapes than [batch, channels, height, width].</summary>
public partial class OperatorReadingTests
{
    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> CompositeModels() => new Dictionary<string, Func<ModelBuilder>>
    {
        ["leak by a choice"] = () => New().Floats("zero", [0f], []).Floats("k", [0.2f], []).Node("Greater", "x,zero", "c").Node("Mul", "x,k", "l").Node("Where", "c,x,l", "y"),
        ["choice of a constant"] = () => New().Floats("zero", [0f], []).Weights("k", 4, 1, 1).Node("Tanh", "x", "t").Node("Less", "t,zero", "c").Node("Where", "c,k,x", "y"),
        ["choice by a constant"] = () => Choice(New()).Node("Tanh", "x", "t").Node("Where", "m,x,t", "y"),
        ["comparisons joined"] = () => New().Floats("lo", [-0.5f], []).Floats("hi", [0.5f], []).Node("GreaterOrEqual", "x,lo", "a").Node("LessOrEqual", "x,hi", "b").Node("And", "a,b", "in").Node("Not", "in", "out")
            .Node("Less", "x,lo", "c").Node("Or", "out,c", "o").Node("Cast", "o", "f", ("to", 1)).Node("Mul", "f,x", "m").Node("Where", "in,x,m", "y"),
        ["peaks of a map"] = () => New().Node("Sigmoid", "x", "h").Node("MaxPool", "h", "p", ("kernel_shape", I(3, 3)), ("pads", I(1, 1, 1, 1))).Node("Equal", "h,p", "e").Node("Cast", "e", "f", ("to", 1)).Node("Mul", "h,f", "y"),
        ["sums of sizes, squares, logarithms, exponentials"] = () => New(13).Node("ReduceL1", "x", "a", ("axes", I(1)), ("keepdims", 1)).Node("ReduceSumSquare", "x", "b", ("axes", I(1))).Node("Exp", "x", "e").Node("ReduceLogSum", "e", "c", ("axes", I(1)))
            .Node("ReduceLogSumExp", "x", "d", ("axes", I(1))).Node("Sum", "a,b,c,d", "y"),
        ["tangent and its inverse"] = () => New().Node("Tan", "x", "t").Node("Atan", "x", "a").Node("Add", "t,a", "y"),
        ["convolution of stored integers"] = () => Integers(New()).Bytes8("w", 3, 4, 3, 3).Node("QLinearConv", "q,s,z,w,ws,wz,ys,yz,b", "c", ("pads", I(1, 1, 1, 1))).Node("DequantizeLinear", "c,ys,yz", "y"),
        ["convolution of stored integers, a scale a channel"] = () => Integers(New()).Bytes8("w", 3, 4, 3, 3).Floats("wc", [0.01f, 0.02f, 0.005f], 3).With(m => m.Graph.Initializer.Add(ModelBuilder.Tensor("zc", 3, [3], new byte[3])))
            .Node("QLinearConv", "q,s,z,w,wc,zc,ys,yz", "c").Node("DequantizeLinear", "c,ys,yz", "y"),
        ["matrix of stored integers"] = () => Integers(New()).Longs("r", 0, -1).Node("Reshape", "q,r", "f").Bytes8("w", 396, 5).Node("QLinearMatMul", "f,s,z,w,ws,wz,ys,yz", "c").Node("DequantizeLinear", "c,ys,yz", "y"),
        ["sums and pools of stored integers"] = () => Integers(New()).Node("QLinearAdd", "q,s,z,q,s,z,ys,yz", "a").Node("QLinearGlobalAveragePool", "a,ys,yz,s,z", "p", ("channels_last", 0)).Node("DequantizeLinear", "p,s,z", "y").OfRuntime("QLinearAdd", "QLinearGlobalAveragePool"),
        ["fused convolution"] = () => New().Weights("w", 3, 4, 3, 3).Weights("b", 3).Node("FusedConv", "x,w,b", "c", ("activation", "Relu")).Node("FusedConv", "c,v", "y", ("activation", "LeakyRelu"), ("activation_params", new[] { 0.3f })).Weights("v", 2, 3, 1, 1).OfRuntime("FusedConv"),
        ["fused matrix"] = () => New().Weights("w", 396, 3).Weights("b", 3).Node("Flatten", "x", "f").Node("FusedGemm", "f,w,b", "y", ("activation", "Relu")).OfRuntime("FusedGemm"),
        ["gelus of the runtime"] = () => New(20).Weights("k", 11).Node("Gelu", "x", "a").Node("QuickGelu", "x", "b", ("alpha", 1.702f)).Node("BiasGelu", "x,k", "c").Node("FastGelu", "x,k", "d").Node("Sum", "a,b,c,d", "y").OfRuntime("Gelu", "QuickGelu", "BiasGelu", "FastGelu"),
        ["padding that cuts"] = () => New().Longs("p", 0, 0, -2, 1, 0, 0, 1, -3).Node("Pad", "x,p", "y"),
        ["branches stacked"] = () => New().Longs("a", 0).Node("Tanh", "x", "t").Node("Unsqueeze", "x,a", "u").Node("Unsqueeze", "t,a", "v").Node("Concat", "u,v", "s", ("axis", 0)).Node("ReduceSum", "s,a", "y", ("keepdims", 0)),
    };

    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> InputModels() => new Dictionary<string, Func<ModelBuilder>>
    {
        ["picture without an axis for its channel"] = () => new ModelBuilder(13, "N", 9, 11).Longs("a", 1).Node("Unsqueeze", "x,a", "u").Weights("w", 3, 1, 2, 2).Node("Conv", "u,w", "y"),
        ["picture without an axis for its channel, put last"] = () => new ModelBuilder(13, "N", 9, 11).Longs("a", 3).Node("Unsqueeze", "x,a", "u").Node("Transpose", "u", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 3, 1, 2, 2).Node("Conv", "t,w", "y"),
        ["picture in a row"] = () => new ModelBuilder(13, "N", 81).Longs("r", -1, 1, 9, 9).Node("Reshape", "x,r", "u").Weights("w", 3, 1, 2, 2).Node("Conv", "u,w", "y"),
        ["coloured picture in a row, for a matrix"] = () => new ModelBuilder(13, "N", 48).Weights("w", 48, 5).Weights("b", 5).Node("Gemm", "x,w,b", "y"),
        ["picture without batch"] = () => new ModelBuilder(13, 3, 9, 11).Longs("a", 0).Node("Unsqueeze", "x,a", "u").Weights("w", 4, 3, 2, 2).Node("Conv", "u,w", "y"),
        ["picture without batch, channels last"] = () => new ModelBuilder(13, 9, 11, 3).Longs("a", 0).Node("Transpose", "x", "t", ("perm", I(2, 0, 1))).Node("Unsqueeze", "t,a", "u").Weights("w", 4, 3, 2, 2).Node("Conv", "u,w", "y"),
    };

    [Theory]
    [InlineData("N", "c", 9, 11)]
    [InlineData("N", "c", "h", "w")]
    public void Open_channels_are_those_of_the_first_convolution(params object[] shape)
    {
        byte[] file = new ModelBuilder(13, shape).Weights("w", 6, 1, 2, 2).Node("Relu", "x", "r").Node("Conv", "r,w", "y", ("group", 3)).Bytes;
        Assert.Equal(3, GraphReader.Read(new MemoryStream(file), null, (9, 11)).Input.Shape.Channels);
    }

    [Fact]
    public void Inputs_that_the_output_does_not_need_are_no_inputs()
    {
        ModelBuilder model = new(13, "N", 3, 9, 11);
        model.Weights("w", 6, 3, 2, 2).Node("Conv", "x,w", "y").Node("Identity", "size", "given");
        ValueInfoProto other = model.Graph.Input[0].Clone();
        other.Name = "size";
        model.Graph.Input.Insert(0, other);
        Assert.Equal("x", GraphReader.Read(new MemoryStream(model.Bytes), null).Input.Name);
        model.Node("Add", "y,size", "z").Graph.Output[0].Name = "z";
        Assert.Contains("2 inputs (size, x)", Assert.Throws<OnnxModelException>(() => GraphReader.Read(new MemoryStream(model.Bytes), null)).Message, StringComparison.Ordinal);
    }

    private static ModelBuilder Choice(ModelBuilder model)
    {
        model.Graph.Initializer.Add(ModelBuilder.Tensor("m", 9, [1, 4, 1, 11], [.. Enumerable.Range(0, 44).Select(i => (byte)(i % 3 == 0 ? 1 : 0))]));
        return model;
    }

    // The picture rounded to steps, and the steps of weights and results.
    private static ModelBuilder Integers(ModelBuilder model)
    {
        Steps(Steps(Steps(model, "s", 0.0078f, "z", 2, unchecked((sbyte)128)), "ws", 0.011f, "wz", 3, 0), "ys", 0.09f, "yz", 2, unchecked((sbyte)131));
        model.Graph.Initializer.Add(ModelBuilder.Tensor("b", 6, [3], System.Runtime.InteropServices.MemoryMarshal.AsBytes<int>([1000, -500, 77])));
        return model.Node("QuantizeLinear", "x,s,z", "q");
    }
}
