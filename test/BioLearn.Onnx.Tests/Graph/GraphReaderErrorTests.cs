using System.Runtime.InteropServices;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using Google.Protobuf;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>What cannot be read is refused with the node's name and what could be done.</summary>
public sealed class GraphReaderErrorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("biolearn-graph").FullName;

    private static readonly Dictionary<string, (Func<ModelBuilder> Model, string Problem)> Refused = new()
    {
        ["unknown operator"] = (() => New().Node("Hardmax", "x", "y"), "node \"Hardmax:y\" (Hardmax): the operator cannot be reversed"),
        ["vendor operator"] = (() => Edited(New().Node("Relu", "x", "y"), m => m.Graph.Node[0].Domain = "com.microsoft"), "com.microsoft"),
        ["missing tensor"] = (() => New().Node("Conv", "x,w", "y"), "nothing computes its input \"w\""),
        ["cycle"] = (() => New().Node("Add", "x,y", "a").Node("Relu", "a", "y"), "cycle"),
        ["twice the same output"] = (() => New().Node("Relu", "x", "a").Node("Tanh", "x", "a").Node("Relu", "a", "y"), "\"a\""),
        ["weights that depend on the image"] = (() => New().Node("Relu", "x", "w").Node("Conv", "x,w", "y"), "must be a constant"),
        ["kernel that differs from its weights"] = (() => New().Weights("w", 2, 4, 3, 3).Node("Conv", "x,w", "y", ("kernel_shape", I(2, 2))), "kernel_shape is 2x2"),
        ["channels that do not fit"] = (() => New().Weights("w", 2, 3, 3, 3).Node("Conv", "x,w", "y"), "do not fit an input of 4x9x11"),
        ["image smaller than the window"] = (() => New().Weights("w", 2, 4, 3, 12).Node("Conv", "x,w", "y"), "the input image is too small"),
        ["one-dimensional kernel"] = (() => New().Weights("w", 2, 4, 3).Node("Conv", "x,w", "y"), "two-dimensional"),
        ["values not a number"] = (() => New().Floats("w", [1, float.NaN, 1, 1], 1, 4, 1, 1).Node("Conv", "x,w", "y"), "not a number"),
        ["images of a fixed batch mixed"] = (() => new ModelBuilder(17, 3, 4, 9, 11).Longs("t", -1, 99).Node("Reshape", "x,t", "y"), "keep the images apart"),
        ["fixed batch moved"] = (() => new ModelBuilder(17, 3, 4, 9, 11).Node("Transpose", "x", "y", ("perm", I(1, 0, 2, 3))), "batch"),
        ["channels as images"] = (() => New().Weights("w", 2, 1, 3, 3).Node("Transpose", "x", "t", ("perm", I(1, 0, 2, 3))).Node("Conv", "t,w", "y"), "[4,1,9,11] for one image: its first axis is not the batch"),
        ["images summed"] = (() => New().Node("Einsum", "x,x", "y", ("equation", "bchw,bcHw->chH")), "sums over the images"),
        ["batch concatenated"] = (() => New().Node("Concat", "x,x", "y", ("axis", 0)), "batch"),
        ["matrices of other groups"] = (() => New().Weights("w", 3, 5, 2).Node("MatMul", "x,w", "y"), "weights [3,5,2] do not fit an input of [4x9x11] an image"),
        ["matrices that do not fit"] = (() => New().Node("MatMul", "x,x", "y"), "do not fit"),
        ["equation that does not fit"] = (() => New().Node("Einsum", "x", "y", ("equation", "bc->cb")), "does not fit inputs of 4 axes"),
        ["diagonal"] = (() => New().Node("Einsum", "x", "y", ("equation", "bcii->bci")), "diagonals"),
        ["image in three dimensions"] = (() => New().Longs("t", 0, 4, 3, 3, 11).Weights("w", 2, 4, 1, 1, 1).Node("Reshape", "x,t", "r").Node("Conv", "r,w", "y"), "two-dimensional"),
        ["places of the greatest values used"] = (() => New().Longs("k", 2).Node("TopK", "x,k", "v,i").Node("Cast", "i", "f", ("to", 1)).Node("Add", "v,f", "y"), "places of the greatest"),
        ["greatest values in no order"] = (() => New().Longs("k", 2).Node("TopK", "x,k", "v,i", ("sorted", 0)).Node("Relu", "v", "y"), "no order"),
        ["grid sampled by cubic curves"] = (() => New().Floats("g", new float[60], 1, 5, 6, 2).Node("GridSample", "x,g", "y", ("mode", "bicubic")), "bilinear and nearest"),
        ["integers that nothing wrote"] = (() => New().Floats("s", [0.1f], []).Node("DequantizeLinear", "x,s", "y"), "no QuantizeLinear"),
        ["mirror larger than the image"] = (() => New().Longs("p", 0, 0, 9, 0, 0, 0, 0, 0).Node("Pad", "x,p", "y", ("mode", "reflect")), "mirrors more"),
        ["smoothed shrinking"] = (() => new ModelBuilder(18).Floats("s", [1, 1, 0.5f, 0.5f]).Node("Resize", "x,,s", "y", ("mode", "linear"), ("antialias", 1)), "antialias"),
        ["functions without end"] = (() => Recursive(), "16 deep"),
        ["training mode"] = (() => New().Weights("g", 4).Node("BatchNormalization", "x,g,g,g,g", "y", ("training_mode", 1)), "evaluation mode"),
        ["empty concatenation"] = (() => New().Node("Concat", "", "y", ("axis", 1)), "no inputs"),
        ["enormous padding"] = (() => New().Longs("p", 0, 0, 0, 0, 0, 0, 1 << 30, 1 << 30).Node("Pad", "x,p", "y"), "Pad"),
        ["enormous output"] = (() => New().Longs("p", 0, 0, 0, 0, 0, 0, 40000, 40000).Node("Pad", "x,p", "y"), "values an image are possible"),
        ["weights that are only claimed"] = (() => Edited(New().Weights("w", 2, 4, 1, 1).Node("Conv", "x,w", "y"), m => m.Graph.Initializer[0].Dims[0] = 1 << 24), "32 bytes of data"),
        ["dimensions whose product overflows"] = (() => Edited(New().Weights("w", 2, 4, 1, 1).Node("Conv", "x,w", "y"), m => m.Graph.Initializer[0].Dims.Add([int.MaxValue, int.MaxValue])), "claims more than"),
        ["two images"] = (() => Edited(New().Node("Add", "x,x2", "y"), m => m.Graph.Input.Add(new ValueInfoProto(m.Graph.Input[0]) { Name = "x2" })), "2 inputs"),
        ["input of open channels"] = (() => new ModelBuilder(13, "N", "C", 9, 9).Node("Relu", "x", "y"), "channels"),
        ["old operator set"] = (() => new ModelBuilder(6).Node("Relu", "x", "y"), "operator set 6"),
        ["no output"] = (() => Edited(New().Node("Relu", "x", "z"), _ => { }), "\"y\""),
        ["external weights outside the folder"] = (() => External("../secret", 32), "not a file in the model's folder"),
    };

    public static TheoryData<string> Names => [.. Refused.Keys];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Model_that_cannot_be_reversed_is_refused_by_name(string name)
    {
        var error = Assert.Throws<OnnxModelException>(() => GraphReader.Read(new MemoryStream(Refused[name].Model().Bytes), "net.onnx"));
        Assert.StartsWith("net.onnx: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(Refused[name].Problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_that_is_no_model_is_refused()
    {
        foreach (byte[] bytes in new byte[][] { [], [1, 2, 3], [.. "%PDF-1.7 not a network"u8] })
            Assert.Throws<OnnxModelException>(() => GraphReader.Read(new MemoryStream(bytes), "x"));
    }

    [Fact]
    public void Weights_stored_beside_the_model_are_read_and_checked()
    {
        string path = Path.Combine(_folder, "net.onnx"), weights = Path.Combine(_folder, "net.onnx.data");
        float[] values = [9, 1, 2, 3, 4, 5, 6, 7, 8];
        Directory.CreateDirectory(Path.Combine(_folder, "weights"));
        File.WriteAllBytes(Path.Combine(_folder, "weights", "all.bin"), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        File.WriteAllBytes(path, External("weights/all.bin", 32).Bytes);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], Assert.IsType<ConvNode>(Assert.Single(GraphReader.Read(path).Nodes)).Weights);
        File.WriteAllBytes(weights, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        File.WriteAllBytes(path, External("net.onnx.data", 32).Bytes);
        ConvNode conv = Assert.IsType<ConvNode>(Assert.Single(GraphReader.Read(path).Nodes));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], conv.Weights);
        File.WriteAllBytes(weights, new byte[20]);
        Assert.Contains("20 bytes", Assert.Throws<OnnxModelException>(() => GraphReader.Read(path)).Message, StringComparison.Ordinal);
        File.Delete(weights);
        Assert.Contains("keep it beside the model", Assert.Throws<OnnxModelException>(() => GraphReader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Input_of_open_size_takes_the_size_said_when_loading()
    {
        byte[] model = new ModelBuilder(13, "N", 3, "H", "W").Weights("w", 2, 3, 3, 3).Node("Conv", "x,w", "y").Bytes;
        CnnGraph graph = GraphReader.Read(new MemoryStream(model), null, (30, 40));
        Assert.Equal("2x28x38", graph.Output.Shape.ToString());
        Assert.Throws<OnnxModelException>(() => GraphReader.Read(new MemoryStream(model), null));
    }

    private static ModelBuilder New() => new(17);

    private static int[] I(params int[] values) => values;

    private static ModelBuilder Edited(ModelBuilder model, Action<ModelProto> edit)
    {
        edit(model.Model);
        return model;
    }

    private static ModelBuilder Recursive() => Edited(New().Node("f", "x", "y"), m =>
    {
        m.Graph.Node[0].Domain = "own";
        var function = new FunctionProto { Name = "f", Domain = "own", Input = { "a" }, Output = { "b" } };
        function.Node.Add(new NodeProto { OpType = "f", Domain = "own", Input = { "a" }, Output = { "b" } });
        m.Functions.Add(function);
    });

    private static ModelBuilder External(string location, int length) => Edited(New().Weights("w", 2, 4, 1, 1).Node("Conv", "x,w", "y"), m =>
    {
        TensorProto w = m.Graph.Initializer[0];
        w.RawData = ByteString.Empty;
        w.DataLocation = 1;
        w.ExternalData.Add([
            new StringStringEntryProto { Key = "location", Value = location },
            new StringStringEntryProto { Key = "offset", Value = "4" },
            new StringStringEntryProto { Key = "length", Value = $"{length}" }]);
    });

    [Theory]
    [InlineData("\u0089HDF\r\n", "Keras")]
    [InlineData("\u001c\0\0\0TFL3", "tflite")]
    [InlineData("PK\u0003\u0004", "torch.onnx")]
    [InlineData("\u0080\u0002}", "pickle")]
    [InlineData("\u00a0\0\0\0\0\0\0\0{\"__metadata__\"", "safetensors")]
    [InlineData("<!DOCTYPE html>", "web page")]
    [InlineData("\u001f\u008b\u0008", "gzip")]
    public void File_of_another_kind_is_named(string head, string expected)
    {
        byte[] file = [.. System.Text.Encoding.Latin1.GetBytes(head), .. new byte[100]];
        Assert.Contains(expected, Assert.Throws<OnnxModelException>(() => GraphReader.Read(new MemoryStream(file), "x.onnx")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Git_lfs_pointer_is_named()
    {
        byte[] pointer = [.. "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"u8];
        Assert.Contains("Git LFS pointer", Assert.Throws<OnnxModelException>(() => GraphReader.Read(new MemoryStream(pointer), "x.onnx")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_of_the_picture_are_read_as_what_they_mean()
    {
        ModelBuilder model = new ModelBuilder(13, "N", 8, 8, 3).Floats("s", [0.5f], []).Weights("w", 2, 3, 3, 3)
            .Node("DequantizeLinear", "x,s,z", "f").Node("Transpose", "f", "t", ("perm", I(0, 3, 1, 2))).Node("Conv", "t,w", "c").Node("Relu", "c", "y");
        model.Graph.Initializer.Add(ModelBuilder.Tensor("z", 2, [], [128]));
        model.Graph.Input[0].Type.TensorType.ElemType = 2;
        CnnGraph graph = GraphReader.Read(new MemoryStream(model.Bytes), null);
        Assert.True(graph.TakesBytes);
        AffineNode first = Assert.IsType<AffineNode>(graph.Nodes[0]);
        Assert.Equal((0.5f, -64f), (first.Scale[0], first.Shift[0]));
        Assert.Equal("3x8x8", graph.Input.Shape.ToString());
        using var network = new BioLearn.Onnx.Models.CnnModel(graph, new());
        Assert.Equal(1, network.Card.Preprocessing.Divisor);
    }

    [Fact]
    public void Network_is_read_up_to_the_operator_that_cannot_be()
    {
        byte[] model = New().Weights("w", 6, 4, 3, 3).Weights("d", 7, 5).Node("Conv", "x,w", "c").Node("Relu", "c", "r").Node("Hardmax", "r", "e").Node("Relu", "e", "y").Bytes;
        CnnGraph graph = GraphReader.Read(new MemoryStream(model), "net.onnx");
        Assert.Equal("r", graph.Output.Name);
        Assert.Equal("Hardmax", graph.EndsBefore!.OpType);
        using var recollector = new Recollector(graph, Cue.Stored("r"));
        Assert.Contains("Hardmax", Assert.Throws<ReversalException>(() => new Recollector(graph, Cue.PredictedClass)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_that_was_taken_for_an_open_input_is_told_where_it_does_not_fit()
    {
        byte[] model = new ModelBuilder(17, "N", 3, "H", "W").Weights("w", 4, 3 * 8 * 8).Node("Flatten", "x", "f").Node("Gemm", "f,w", "y", ("transB", 1)).Bytes;
        var error = Assert.Throws<OnnxModelException>(() => GraphReader.Read(new MemoryStream(model), null, (16, 20)));
        Assert.Contains("16 x 20 was taken", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, GraphReader.Read(new MemoryStream(model), null, (8, 8)).Logits.Shape.Count);
    }
}
