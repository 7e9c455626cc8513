using System.Runtime.InteropServices;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Models of what chooses, orders, and reads or writes at places; of infinities that are not chosen.</summary>
public partial class OperatorReadingTests
{
    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> PlaceModels()
    {
        var models = new Dictionary<string, Func<ModelBuilder>>
        {
            ["attention masked by infinity"] = () => Scores(Mask(New(), "m", 99, 99)).Floats("inf", [float.NegativeInfinity], []).Node("Where", "m,s,inf", "sm").Node("Softmax", "sm", "a").Node("MatMul", "a,t", "y"),
            ["attention with infinities added"] = () => Scores(New()).Floats("m", [.. Enumerable.Range(0, 99 * 99).Select(i => i % 99 > i / 99 ? float.NegativeInfinity : 0.01f * (i % 7))], 99, 99).Node("Add", "m,s", "sm").Node("Softmax", "sm", "a").Node("MatMul", "a,t", "y"),
            ["infinity where the picture says so"] = () => New().Floats("zero", [0f], []).Floats("inf", [float.NegativeInfinity], []).Floats("big", [float.PositiveInfinity], []).Node("Greater", "x,zero", "c").Node("Where", "c,x,inf", "l")
                .Node("Softmax", "l", "a").Node("Where", "c,big,x", "h").Node("Neg", "h", "n").Node("Exp", "n", "e").Node("Add", "a,e", "y"),
            ["infinity behind a logarithm of nothing"] = () => New().Floats("zero", [0f], []).Node("Relu", "x", "r").Node("Log", "r", "l").Node("Greater", "x,zero", "c").Node("Where", "c,l,zero", "y"),
            ["choice of the condition alone"] = () => New().Floats("zero", [0f], []).Floats("a", [2f], []).Floats("b", [-3f], []).Node("Greater", "x,zero", "c").Node("Where", "c,a,b", "k").Node("Mul", "x,k", "y"),
            ["choice spread over axes"] = () => Mask(New(), "m", 9, 1).Weights("k", 4, 1, 11).Node("ReduceMean", "x", "r", ("axes", I(2)), ("keepdims", 1)).Node("Where", "m,r,k", "y"),
            ["choice with the channels last"] = () => Mask(Last(), "m", 9, 1, 4).Weights("k", 4).Node("Transpose", "x", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 4, 4, 3, 3).Node("Conv", "t,w", "c", ("pads", I(1, 1, 1, 1))).Node("Transpose", "c", "u", ("perm", I(0, 2, 3, 1))).Node("Where", "m,u,k", "y"),
            ["neither and one of two"] = () => New().Floats("lo", [-0.3f], []).Floats("hi", [0.4f], []).Node("Greater", "x,lo", "a").Node("Greater", "x,hi", "b").Node("Xor", "a,b", "c").Node("Tanh", "x", "t").Node("Where", "c,x,t", "y"),
            ["einsum that sums"] = () => Tokens().Node("Einsum", "t", "e", ("equation", "nlc->nc")).Node("Tanh", "e", "y"),
            ["constants of positions and masks"] = () => New().Floats("ones", [.. Enumerable.Repeat(1f, 99)], 9, 11).Longs("a", 1).Longs("k", 1).Longs("d", 11).Floats("offon", [0.5f, 2f]).With(m => m.Graph.Initializer.Add(Indices("i", [9, 11], k => k % 9)))
                .Node("CumSum", "ones,a", "p", ("exclusive", 1)).Node("Trilu", "p,k", "u").Node("GatherElements", "u,i", "g", ("axis", 0)).Node("Split", "g", "l,r", ("axis", 0), ("split", I(4, 5))).Node("Concat", "r,l", "j", ("axis", 0))
                .Longs("q", 3, -2, 0).Node("OneHot", "q,d,offon", "h", ("axis", 1)).Longs("three", 0).Node("ReduceSum", "h,three", "hs", ("keepdims", 0)).Node("Mul", "x,j", "m").Node("Add", "m,hs", "y").With(m => m.Graph.Node.Single(n => n.OpType == "Split").Attribute.RemoveAt(1)).With(m => m.Graph.Node.Single(n => n.OpType == "Split").Input.Add("sizes")).Longs("sizes", 4, 5),
            ["mean of three"] = () => New().Node("Tanh", "x", "a").Node("Relu", "x", "b").Node("Mean", "x,a,b", "y"),
            ["triangles"] = () => Scores(New()).Longs("k", -2).Node("Trilu", "s,k", "u", ("upper", 1)).Node("Trilu", "s", "l", ("upper", 0)).Node("Add", "u,l", "y"),
            ["cumulative sums"] = () => New().Longs("a", 1).Longs("b", 2).Longs("c", -1).Node("CumSum", "x,a", "p").Node("CumSum", "p,b", "q", ("exclusive", 1)).Node("CumSum", "q,c", "y", ("reverse", 1)),
            ["cumulative sum of rows"] = () => Tokens().Longs("a", 1).Node("CumSum", "t,a", "y", ("exclusive", 1), ("reverse", 1)),
            ["elements picked"] = () => New().With(m => m.Graph.Initializer.Add(Indices("i", [1, 4, 5, 11], k => k * 7 % 9 - (k % 2 == 0 ? 9 : 0)))).Node("GatherElements", "x,i", "y", ("axis", 2)).Fixed(),
            ["cells picked behind the batch"] = () => New().With(m => m.Graph.Initializer.Add(Indices("i", [1, 6, 2], k => k % 2 == 0 ? k % 4 : k % 9))).Node("GatherND", "x,i", "y", ("batch_dims", 1)).Fixed(),
            ["cells picked with their axes in front"] = () => New().With(m => m.Graph.Initializer.Add(Indices("i", [3, 4, 2], k => k % 2 == 0 ? k % 9 : -1 - k % 11))).Node("Transpose", "x", "t", ("perm", I(2, 3, 0, 1))).Node("GatherND", "t,i", "g").Node("Transpose", "g", "y", ("perm", I(2, 3, 0, 1))),
            ["cells written"] = () => New().With(m => m.Graph.Initializer.Add(Indices("i", [3, 2], k => k % 2 == 0 ? 0 : k / 2))).Weights("u", 3, 9, 11).Node("ScatterND", "x,i,u", "y").Fixed(),
            ["elements written from the picture"] = () => New().With(m => m.Graph.Initializer.Add(Indices("i", [1, 4, 2, 11], k => k / 11 % 2 * 5))).Longs("s", 0).Longs("e", 2).Longs("a", 2).Node("Slice", "x,s,e,a", "u").Node("Tanh", "u", "v").Node("ScatterElements", "x,i,v", "y", ("axis", 2)).Fixed(),
            ["places in the middle of the table"] = () => New().Longs("k", 2).Node("TopK", "x,k", "y,at", ("axis", 1)).Node("Identity", "y", "z").With(m => m.Graph.Output[0].Name = "z"),
            ["the least in order"] = () => New().Longs("k", 9).Node("TopK", "x,k", "s,at", ("axis", 2), ("largest", 0)).Node("Tanh", "s", "y"),
            ["arcs and hyperbolas"] = () => New().Node("Asin", "x", "a").Node("Acos", "x", "b").Node("Sinh", "x", "c").Node("Cosh", "x", "d").Node("Asinh", "x", "e").Node("Cosh", "x", "f0").Node("Acosh", "f0", "f").Node("Atanh", "x", "g").Node("Sum", "a,b,c,d,e,f,g", "y"),
            ["spatial transformer"] = () => New(20).Weights("w", 6, 396).Floats("b", [0.9f, 0.1f, 0, -0.1f, 0.8f, 0.1f]).Floats("k", [0.01f], []).Longs("r", -1, 2, 3).Longs("size", 1, 4, 6, 7).Node("Flatten", "x", "f").Node("Gemm", "f,w,b", "g", ("transB", 1), ("alpha", 0.01f)).Node("Reshape", "g,r", "theta")
                .Node("AffineGrid", "theta,size", "grid").Node("GridSample", "x,grid", "y").Fixed(),
            ["grid of the corners"] = () => New(20).Longs("size", 1, 4, 5, 6).Longs("s", 0, 0).Longs("e", 2, 3).Longs("a", 1, 2).Longs("c", 1).Node("ReduceMean", "x,c", "m", ("keepdims", 0)).Node("Slice", "m,s,e,a", "theta").Node("AffineGrid", "theta,size", "grid", ("align_corners", 1)).Node("GridSample", "x,grid", "y", ("align_corners", 1), ("padding_mode", "border")).Fixed(),
        };
        foreach (string padding in (string[])["zeros", "border", "reflection"])
        {
            foreach (string mode in (string[])["bilinear", "nearest"])
            {
                foreach (int corners in (int[])[0, 1])
                {
                    (string, object)[] how = [("mode", mode), ("padding_mode", padding), ("align_corners", corners)];
                    models[$"grid of {mode} {padding} {corners}"] = () => New().Floats("g", [.. Enumerable.Range(0, 60).Select(i => 1.7f * MathF.Sin(i * i + 0.3f))], 1, 5, 6, 2).Node("GridSample", "x,g", "y", how).Fixed();
                    models[$"grid of the picture, {mode} {padding} {corners}"] = () => New().Longs("s", 0).Longs("e", 2).Longs("a", 1).Floats("k", [1.7f], []).Node("Slice", "x,s,e,a", "u").Node("Mul", "u,k", "v").Node("Transpose", "v", "g", ("perm", I(0, 2, 3, 1))).Node("GridSample", "x,g", "y", how);
                }
            }
        }
        return models;
    }

    [Fact]
    public void Places_of_the_greatest_end_the_network_where_they_are_computed_with()
    {
        // The values have a way back: only what the places lead to is out of reach.
        ModelBuilder model = New().Weights("w", 4, 4, 3, 3).Longs("k", 2).Node("Conv", "x,w", "c").Node("Relu", "c", "r").Node("TopK", "r,k", "v,at", ("axis", 1)).Node("Cast", "at", "f", ("to", 1)).Node("Add", "v,f", "y");
        BioLearn.Onnx.Graph.CnnGraph graph = BioLearn.Onnx.Graph.GraphReader.Read(new MemoryStream(model.Bytes), null);
        Assert.Contains("places of the greatest", graph.EndsBefore!.Problem, StringComparison.Ordinal);
        Assert.Equal("r", graph.Output.Name);
    }

    private static ModelBuilder Scores(ModelBuilder model) => model.Longs("cells", 0, 4, 99).Node("Reshape", "x,cells", "cells0").Node("Transpose", "cells0", "t", ("perm", I(0, 2, 1))).Node("MatMul", "t,cells0", "s");

    // Two of three, and the first.
    private static ModelBuilder Mask(ModelBuilder model, string name, params int[] dims)
    {
        int count = dims.Aggregate(1, (a, d) => a * d), last = dims[^1];
        model.Graph.Initializer.Add(ModelBuilder.Tensor(name, 9, dims, [.. Enumerable.Range(0, count).Select(i => (byte)(i % last == 0 || i * 7 % 3 > 0 ? 1 : 0))]));
        return model;
    }

    private static BioLearn.Onnx.Graph.Wire.TensorProto Indices(string name, int[] dims, Func<int, long> value) =>
        ModelBuilder.Tensor(name, 7, dims, MemoryMarshal.AsBytes<long>([.. Enumerable.Range(0, dims.Aggregate(1, (a, d) => a * d)).Select(value)]));
}
