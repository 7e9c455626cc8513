using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Models of what picks, moves and resamples, of layouts, and of what a file may store instead of weights and nodes.</summary>
public partial class OperatorReadingTests
{
    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> AxisModels()
    {
        var models = new Dictionary<string, Func<ModelBuilder>>
        {
            ["gather of channels"] = () => New().Longs("i", 2, -1, 0, 2).Node("Gather", "x,i", "y", ("axis", 1)),
            ["gather of one channel"] = () => New().Longs("a", 1).Node("Constant", "", "i", ("value", ModelBuilder.Scalar(2))).Node("Gather", "x,i", "g", ("axis", 1)).Node("Unsqueeze", "g,a", "y"),
            ["channels reordered one by one"] = () => TransformedInput(),
            ["tile"] = () => New().Longs("r", 1, 2, 1, 3).Node("Tile", "x,r", "y"),
            ["expand"] = () => New().Longs("s", 1, 4, 9, 11).Node("GlobalAveragePool", "x", "g").Node("Expand", "g,s", "y"),
            ["depth to space"] = () => New().Node("DepthToSpace", "x", "y", ("blocksize", 2)),
            ["depth to space by columns"] = () => New().Node("DepthToSpace", "x", "y", ("blocksize", 2), ("mode", "CRD")),
            ["space to depth"] = () => new ModelBuilder(17, "N", 2, 6, 9).Node("SpaceToDepth", "x", "y", ("blocksize", 3)),
            ["pad reflect"] = () => New().Longs("p", 0, 0, 2, 3, 0, 0, 1, 4).Node("Pad", "x,p", "y", ("mode", "reflect")),
            ["pad edge"] = () => New().Longs("p", 0, 1, 2, 0, 0, 0, 1, 4).Node("Pad", "x,p", "y", ("mode", "edge")),
            ["pad wrap"] = () => New(19).Longs("p", 0, 0, 2, 3, 0, 0, 1, 4).Node("Pad", "x,p", "y", ("mode", "wrap")),
            ["upsample"] = () => New(9).Floats("s", [1, 1, 2, 3]).Node("Upsample", "x,s", "y", ("mode", "nearest")),
            ["upsample linear by attribute"] = () => New(7).Node("Upsample", "x", "y", ("mode", "linear"), ("scales", new[] { 1f, 1f, 2f, 2f })),
            ["resize of old"] = () => New(10).Floats("s", [1, 1, 2.5f, 0.5f]).Node("Resize", "x,s", "y", ("mode", "nearest")),
            ["resize to sizes from a shape"] = () => New().Longs("two", 2).Longs("from", 2).Longs("to", 4).Longs("head", 4).Longs("b", 1).Node("Shape", "x", "s").Node("Slice", "s,from,to", "hw").Node("Mul", "hw,two", "hw2")
                .Node("Slice", "s,b0,two", "bc").Node("Concat", "bc,hw2", "size", ("axis", 0)).Longs("b0", 0).Node("Resize", "x,,,size", "y", ("mode", "linear")),
            ["resize of two axes"] = () => New(18).Floats("s", [1.7f, 0.6f]).Node("Resize", "x,,s", "y", ("mode", "linear"), ("axes", I(2, 3))),
            ["resize cubic excluding outside"] = () => New().Floats("s", [1, 1, 2f, 1.3f]).Node("Resize", "x,,s", "y", ("mode", "cubic"), ("exclude_outside", 1), ("cubic_coeff_a", -0.5f)),
        };
        foreach (string coordinates in (string[])["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"])
        {
            foreach (string mode in (string[])["linear", "cubic"])
                models[$"resize {mode} {coordinates}"] = () => New().Floats("s", [1, 1, 2f, 1.3f]).Node("Resize", "x,,s", "y", ("mode", mode), ("coordinate_transformation_mode", coordinates));
            foreach (string nearest in (string[])["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"])
                models[$"resize {nearest} {coordinates}"] = () => New().Floats("s", [1, 1, 2f, 0.7f]).Node("Resize", "x,,s", "y", ("nearest_mode", nearest), ("coordinate_transformation_mode", coordinates));
        }
        return models;
    }

    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> LayoutModels() => new Dictionary<string, Func<ModelBuilder>>
    {
        ["channels last, scaled before they are turned"] = () => Last().Floats("k", [2f], []).Weights("m", 1, 1, 1, 4).Node("Mul", "x,k", "a").Node("Sub", "a,m", "b").Node("Transpose", "b", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 3, 4, 2, 2).Node("Conv", "t,w", "y"),
        ["channels last, constant of an image"] = () => Last().Weights("m", 9, 11, 4).Node("Sub", "x,m", "b").Node("Transpose", "b", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 3, 4, 2, 2).Node("Conv", "t,w", "y"),
        ["channels last, resized before they are turned"] = () => Last().Longs("z", 1, 12, 7, 4).Node("Resize", "x,,,z", "a", ("mode", "linear")).Node("Transpose", "a", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 3, 4, 2, 2).Node("Conv", "t,w", "y").Fixed(),
        ["channels last, one channel by reshape"] = () => new ModelBuilder(13, "N", 9, 11, 1).Longs("r", -1, 1, 9, 11).Node("Reshape", "x,r", "t").Weights("w", 3, 1, 2, 2).Node("Conv", "t,w", "y"),
        ["channels last, mean at the end"] = () => Last().Node("Transpose", "x", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 3, 4, 2, 2).Node("Conv", "t,w", "c").Node("Relu", "c", "r").Node("Transpose", "r", "u", ("perm", I(0, 2, 3, 1)))
            .Node("ReduceMean", "u", "m", ("axes", I(1, 2)), ("keepdims", 0)).Weights("d", 3, 5).Node("MatMul", "m,d", "y"),
        ["channels last, flattened as they are"] = () => Last().Node("Transpose", "x", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 3, 4, 2, 2).Node("Conv", "t,w", "c").Node("Transpose", "c", "u", ("perm", I(0, 2, 3, 1))).Node("Flatten", "u", "y"),
        ["channels last all through"] = () => Last().Longs("p", 0, 1, 0, 0, 0, 0, 2, 0).Node("Pad", "x,p", "a").Node("Transpose", "a", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 4, 4, 3, 3).Node("Conv", "t,w", "c").Node("Transpose", "c", "u", ("perm", I(0, 2, 3, 1)))
            .Node("Sigmoid", "u", "g").Node("Mul", "u,g", "s").Node("Split", "s", "l,r", ("axis", 3)).Node("Concat", "r,l,u", "j", ("axis", -1)).Weights("k", 8).Node("Add", "j,k", "y"),
        ["channels last, an output that stays so"] = () => Last().Node("Transpose", "x", "t", ("perm", I(0, 3, 1, 2))).Weights("w", 3, 4, 2, 2).Node("Conv", "t,w", "c").Node("Transpose", "c", "u", ("perm", I(0, 2, 3, 1))).Node("Softmax", "u", "y"),
        ["convnext block"] = () => New().Weights("k", 4, 1, 3, 3).Weights("g", 4).Weights("b", 4).Weights("w1", 4, 8).Weights("b1", 8).Weights("w2", 8, 4).Weights("b2", 4).Weights("s", 4, 1, 1)
            .Node("Conv", "x,k", "c", ("group", 4), ("pads", I(1, 1, 1, 1))).Node("Transpose", "c", "t", ("perm", I(0, 2, 3, 1))).Node("LayerNormalization", "t,g,b", "n").Node("MatMul", "n,w1", "m").Node("Add", "b1,m", "a")
            .Node("Sigmoid", "a", "h").Node("Mul", "a,h", "e").Node("MatMul", "e,w2", "o").Node("Add", "o,b2", "p").Node("Transpose", "p", "u", ("perm", I(0, 3, 1, 2))).Node("Mul", "u,s", "v").Node("Add", "v,x", "y"),
        ["matmul of rows"] = () => New().Weights("w", 11, 5).Weights("b", 5).Node("MatMul", "x,w", "m").Node("Add", "m,b", "y"),
        ["transposes that undo each other"] = () => New().Node("Transpose", "x", "t", ("perm", I(0, 2, 3, 1))).Node("Transpose", "t", "u", ("perm", I(0, 2, 3, 1))).Node("Transpose", "u", "y", ("perm", I(0, 2, 3, 1))),
    };

    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> StoredModels() => new Dictionary<string, Func<ModelBuilder>>
    {
        ["constant channels joined"] = () => New().Weights("k", 1, 2, 9, 11).Node("Concat", "x,k", "y", ("axis", 1)).Fixed(),
        ["constants joined before, between and behind"] = () => New().Floats("k", [.. Enumerable.Range(0, 36).Select(i => (float)i)], 1, 4, 9, 1).Node("Tanh", "x", "t").Node("Concat", "k,x,k,k,t,k", "y", ("axis", 3)).Fixed(),
        ["zeros of the batch joined"] = () => New().Longs("r", 2, 9, 11).Longs("zero", 0).Longs("one", 1).Node("Shape", "x", "s").Node("Slice", "s,zero,one", "n").Node("Concat", "n,r", "z", ("axis", 0)).Node("ConstantOfShape", "z", "k").Node("Concat", "x,k", "y", ("axis", 1)),
        ["dequantized weights by channel"] = () => New().Bytes8("w", 3, 4, 3, 3).Floats("s", [0.01f, 0.02f, 0.005f], 3).Node("DequantizeLinear", "w,s", "wf", ("axis", 0)).Node("Conv", "x,wf", "y"),
        ["weights scaled in the graph"] = () => New().Weights("w", 3, 4, 3, 3).Weights("k", 3, 1, 1, 1).Node("Mul", "w,k", "v").Node("Conv", "x,v", "y"),
        ["weights standardised in the graph"] = () => New().Weights("w", 3, 4, 3, 3).Floats("e", [1e-5f], []).Floats("two", [2f], []).Node("ReduceMean", "w", "m", ("axes", I(1, 2, 3))).Node("Sub", "w,m", "d")
            .Node("Pow", "d,two", "p").Node("ReduceMean", "p", "v", ("axes", I(1, -1, 2))).Node("Add", "v,e", "ve").Node("Sqrt", "ve", "s").Node("Div", "d,s", "n").Node("Conv", "x,n", "y"),
        ["local function"] = () => Function(New().Node("aten_leak", "x", "a", ("slope", 0.3f)).Node("aten_leak", "a", "y")),
        ["closing argmax"] = () => New().Weights("w", 396, 7).Node("Flatten", "x", "f").Node("MatMul", "f,w", "y").Node("ArgMax", "y", "best", ("axis", 1)),
        ["closing topk"] = () => New().Weights("w", 396, 7).Longs("k", 3).Node("Flatten", "x", "f").Node("MatMul", "f,w", "y").Node("TopK", "y,k", "best,at"),
    };

    // torchvision's GoogLeNet and Inception bring pictures from its scale to TensorFlow's, channel by channel.
    private static ModelBuilder TransformedInput()
    {
        ModelBuilder model = New().Longs("a", 1);
        for (int c = 0; c < 3; c++)
        {
            model.Node("Constant", "", $"i{c}", ("value", ModelBuilder.Scalar(c))).Floats($"k{c}", [0.4f + c], []).Floats($"b{c}", [0.1f * c], [])
                .Node("Gather", $"x,i{c}", $"g{c}", ("axis", 1)).Node("Unsqueeze", $"g{c},a", $"u{c}").Node("Mul", $"u{c},k{c}", $"m{c}").Node("Add", $"m{c},b{c}", $"c{c}");
        }
        return model.Node("Concat", "c0,c1,c2", "y", ("axis", 1));
    }

    private static ModelBuilder Function(ModelBuilder model)
    {
        foreach (NodeProto call in model.Graph.Node) call.Domain = "pkg.torch";
        var function = new FunctionProto { Name = "aten_leak", Domain = "pkg.torch", Input = { "a" }, Output = { "b" }, Attribute = { "slope" } };
        NodeProto leak = ModelBuilder.NewNode("LeakyRelu", "a", "inner", ("alpha", 0f));
        leak.Attribute[0].F = 0;
        leak.Attribute[0].RefAttrName = "slope";
        function.Node.Add([leak, ModelBuilder.NewNode("Identity", "inner", "b")]);
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        model.Model.Functions.Add(function);
        model.Model.OpsetImport.Add(new OperatorSetIdProto { Domain = "pkg.torch", Version = 1 });
        return model;
    }

    private static ModelBuilder Last() => new(17, "N", 9, 11, 4);
}
