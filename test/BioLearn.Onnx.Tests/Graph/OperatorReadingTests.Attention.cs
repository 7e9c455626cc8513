namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Attention as exporters spell it, and the moves of the batch that come with it.</summary>
public partial class OperatorReadingTests
{
    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> AttentionModels() => new Dictionary<string, Func<ModelBuilder>>
    {
        ["attention, heads behind the batch"] = () => Tokens().Weights("wq", 4, 6).Weights("wk", 4, 6).Weights("wv", 4, 6).Longs("h", 0, 99, 2, 3).Longs("j", 0, 99, 6)
            .Node("MatMul", "t,wq", "q").Node("MatMul", "t,wk", "k").Node("MatMul", "t,wv", "v")
            .Node("Reshape", "q,h", "qh").Node("Reshape", "k,h", "kh").Node("Reshape", "v,h", "vh")
            .Node("Transpose", "qh", "qt", ("perm", I(0, 2, 1, 3))).Node("Transpose", "kh", "kt", ("perm", I(0, 2, 3, 1))).Node("Transpose", "vh", "vt", ("perm", I(0, 2, 1, 3)))
            .Node("MatMul", "qt,kt", "s").Node("Softmax", "s", "a", ("axis", -1)).Node("MatMul", "a,vt", "c").Node("Transpose", "c", "ct", ("perm", I(0, 2, 1, 3))).Node("Reshape", "ct,j", "y"),
        ["attention, queries, keys and values in one"] = () => Tokens().Weights("w", 4, 18).Longs("h", 0, 99, 3, 2, 3).Longs("j", 0, 99, 6).Longs("first").Longs("one", 0)
            .Node("MatMul", "t,w", "m").Node("Reshape", "m,h", "r").Node("Transpose", "r", "p", ("perm", I(2, 0, 3, 1, 4))).Node("Split", "p", "q0,k0,v0", ("axis", 0)).Node("Squeeze", "q0,one", "q").Node("Squeeze", "k0,one", "k").Node("Squeeze", "v0,one", "v")
            .Node("Transpose", "k", "kt", ("perm", I(0, 1, 3, 2))).Node("MatMul", "q,kt", "s").Node("Softmax", "s", "a").Node("MatMul", "a,v", "c").Node("Transpose", "c", "ct", ("perm", I(0, 2, 1, 3))).Node("Reshape", "ct,j", "y"),
        ["attention, tokens before the batch, heads in it"] = () => Sizes(Tokens()).Weights("w", 4, 6).Weights("b", 6).Weights("wo", 6, 6).Longs("h", 99, 0, 3).Longs("three", 3).Longs("six", 6).Longs("l", 99)
            .Node("Transpose", "t", "l0", ("perm", I(1, 0, 2))).Node("MatMul", "l0,w", "m").Node("Add", "b,m", "q")
            .Node("Concat", "l,nh,three", "hs", ("axis", 0)).Node("Reshape", "q,hs", "qh").Node("Transpose", "qh", "qt", ("perm", I(1, 0, 2))).Node("Transpose", "qh", "kt", ("perm", I(1, 2, 0)))
            .Node("MatMul", "qt,kt", "s").Node("Softmax", "s", "a").Node("MatMul", "a,qt", "c").Node("Transpose", "c", "ct", ("perm", I(1, 0, 2))).Node("Concat", "nl,six", "f", ("axis", 0)).Node("Reshape", "ct,f", "cf")
            .Node("Gemm", "cf,wo,b", "o").Node("Concat", "l,n1,six", "back", ("axis", 0)).Node("Reshape", "o,back", "ol").Node("Transpose", "ol", "y", ("perm", I(1, 0, 2))),
        ["attention by windows"] = () => Sizes(Tokens()).Weights("w", 4, 4).Longs("apart", 0, 4, 3, 3, 11, 1).Longs("twelve", 12).Longs("nine", 9).Longs("four", 4).Longs("minus", -1).Weights("mask", 1, 33, 1, 1)
            .Node("Reshape", "x,apart", "p").Node("Transpose", "p", "pt", ("perm", I(0, 2, 4, 3, 5, 1))).Longs("win", -1, 3, 4).Node("Reshape", "pt,win", "q").Node("MatMul", "q,w", "k").Node("Transpose", "k", "kt", ("perm", I(0, 2, 1)))
            .Node("MatMul", "q,kt", "s").Longs("masked", -1, 33, 3, 3).Node("Reshape", "s,masked", "sm").Node("Add", "sm,mask", "sa").Longs("unmasked", -1, 3, 3).Node("Reshape", "sa,unmasked", "su").Node("Softmax", "su", "a").Node("MatMul", "a,q", "c")
            .Longs("back", -1, 99, 4).Node("Reshape", "c,back", "y"),
        ["cosine attention"] = () => Tokens().Floats("four", [4f], []).Node("LpNormalization", "t", "n", ("axis", -1)).Node("Transpose", "n", "k", ("perm", I(0, 2, 1))).Node("MatMul", "n,k", "s").Node("Mul", "s,four", "sc").Node("Softmax", "sc", "a").Node("MatMul", "a,t", "y"),
        ["linear attention"] = () => Tokens().Node("Softplus", "t", "q").Node("Transpose", "q", "k", ("perm", I(0, 2, 1))).Node("MatMul", "k,t", "kv").Node("MatMul", "q,kv", "y"),
        ["class token joined and taken"] = () => Sizes(Tokens()).Weights("c", 1, 1, 4).Longs("one", 1).Longs("four", 4).Weights("p", 1, 100, 4).Node("Constant", "", "first", ("value", ModelBuilder.Scalar(0)))
            .Node("Concat", "n1,one,four", "e", ("axis", 0)).Node("Expand", "c,e", "ce").Node("Concat", "ce,t", "j", ("axis", 1)).Node("Add", "j,p", "jp").Weights("w", 4, 3).Weights("mix", 100, 100).Node("MatMul", "mix,jp", "s").Node("Gather", "s,first", "g", ("axis", 1)).Node("MatMul", "g,w", "y"),
        ["weights of their own for each group"] = () => New().Weights("w", 4, 11, 5).Node("MatMul", "x,w", "y"),
        ["weights of their own for each group, the batch behind"] = () => New().Longs("r", 0, 36, 11).Node("Reshape", "x,r", "p").Node("Transpose", "p", "g", ("perm", I(1, 0, 2))).Weights("w", 36, 11, 3).Node("MatMul", "g,w", "m").Node("Transpose", "m", "y", ("perm", I(1, 2, 0))),
        ["weights of their own for some axes"] = () => New().Longs("r", 0, 4, 3, 3, 11).Node("Reshape", "x,r", "p").Weights("w", 1, 4, 1, 11, 2).Weights("v", 3, 2, 6).Node("MatMul", "p,w", "m").Node("MatMul", "m,v", "y"),
        ["weights of one group in three axes"] = () => New().Weights("w", 1, 11, 5).Node("MatMul", "x,w", "y"),
        ["weights of more groups than the image has"] = () => New().Longs("o", 0, 1, 36, 11).Node("Reshape", "x,o", "r").Weights("w", 3, 11, 2).Node("MatMul", "r,w", "y"),
        ["weights on the left"] = () => Tokens().Weights("w", 5, 99).Node("MatMul", "w,t", "y"),
        ["matrices of another group count"] = () => New().Longs("o", 0, 1, 9, 11).Weights("w", 1, 4, 1, 1).Node("Conv", "x,w", "c").Node("Transpose", "c", "k", ("perm", I(0, 1, 3, 2))).Node("MatMul", "x,k", "y"),
        ["einsum with weights"] = () => Tokens().Weights("w", 4, 2, 3).Node("Einsum", "t,w", "y", ("equation", "abc,cde->abde")),
        ["einsum with weights first"] = () => Tokens().Weights("w", 5, 4).Node("Einsum", "w,t", "y", ("equation", "oc, blc -> bol")),
        ["einsum with weights of their own"] = () => Tokens().Weights("w", 99, 4, 3).Node("Einsum", "t,w", "y", ("equation", "bnc,ncd->bdn")),
        ["einsum of attention"] = () => Tokens().Weights("w", 4, 2, 3).Node("Einsum", "t,w", "q", ("equation", "abc,cde->abde")).Node("Einsum", "q,q", "s", ("equation", "aecd,abcd->acbe")).Node("Softmax", "s", "a").Node("Einsum", "a,q", "y", ("equation", "acbe,aecd->abcd")),
        ["einsum with dots, and of one"] = () => Tokens().Node("Softmax", "t", "s").Node("Einsum", "s", "k", ("equation", "...ij->...ji")).Node("Einsum", "t,k", "y", ("equation", "...ik,...kj->...ij")),
        ["einsum without an arrow"] = () => Tokens().Weights("w", 4, 5).Node("Einsum", "t,w", "y", ("equation", "bnc,cz")),
        ["blocks in the batch and back"] = () => New().Longs("b", -1, 1, 9, 11).Longs("back", -1, 4, 99).Node("Reshape", "x,b", "r").Node("Sigmoid", "r", "s").Floats("two", [2f], []).Node("Mul", "s,two", "m").Node("Reshape", "m,back", "y"),
        ["batch moved"] = () => New().Node("Transpose", "x", "t", ("perm", I(2, 0, 3, 1))).Longs("p", 0, 0, 1, 0, 0, 0, 0, 2).Node("Pad", "t,p", "tp").Weights("k", 1, 12, 1).Node("Mul", "tp,k", "m").Longs("r", 1, 1, 2, 1).Node("Tile", "m,r", "i").Node("ReduceMean", "i", "e", ("axes", I(2)), ("keepdims", 1)).Node("Transpose", "e", "y", ("perm", I(1, 0, 2, 3))),
        ["one axis more, and less"] = () => New().Longs("z", 0).Longs("one", 1).Longs("rep", 1, 3, 1, 1, 1).Longs("p", 0, 0, 0, 0, 1, 0, 0, 0, 0, 0).Node("Unsqueeze", "x,z", "u").Node("Transpose", "u", "t", ("perm", I(2, 0, 1, 3, 4))).Node("Expand", "t,rep", "e").Node("Pad", "e,p", "q").Node("ReduceSum", "q,one", "s", ("keepdims", 0)).Node("Transpose", "s", "y", ("perm", I(1, 0, 2, 3))),
        ["flattened behind another axis"] = () => New().Node("Flatten", "x", "f", ("axis", 2)).Longs("z", 0, 4, 99).Weights("w", 99, 3).Node("MatMul", "f,w", "m").Longs("back", -1, 12).Node("Reshape", "m,back", "y"),
        ["convolution along one axis"] = () => New().Longs("f", 0, 4, 99).Node("Reshape", "x,f", "r").Weights("w", 6, 2, 3).Weights("b", 6).Node("Conv", "r,w,b", "c", ("group", 2), ("strides", I(2)), ("pads", I(1, 0)), ("dilations", I(2))).Node("MaxPool", "c", "m", ("kernel_shape", I(3)), ("strides", I(2))).Node("AveragePool", "m", "y", ("kernel_shape", I(2))),
        ["channels by a convolution along them"] = () => New().Longs("s", 2, 3).Longs("one", 1).Longs("two", 2, 3).Weights("w", 1, 1, 3).Node("GlobalAveragePool", "x", "g").Node("Squeeze", "g,s", "v").Node("Unsqueeze", "v,one", "u").Node("Conv", "u,w", "c", ("pads", I(1, 1))).Node("Squeeze", "c,one", "d").Node("Sigmoid", "d", "e").Node("Unsqueeze", "e,two", "f").Node("Mul", "x,f", "y"),
        ["batch normalisation of rows"] = () => Tokens().Weights("g", 4).Weights("b", 4).Weights("m", 4).Floats("v", [0.5f, 1, 2, 0.1f], 4).Longs("rows", -1, 4).Longs("back", -1, 99, 4).Node("Reshape", "t,rows", "r").Node("BatchNormalization", "r,g,b,m,v", "n").Node("Reshape", "n,back", "y"),
    };

    // The 99 cells of the image as tokens of four values.
    private static ModelBuilder Tokens() => New().Longs("cells", 0, 4, 99).Node("Reshape", "x,cells", "cells0").Node("Transpose", "cells0", "t", ("perm", I(0, 2, 1)));

    // The batch size alone, times two heads, times the tokens, as exporters compute them.
    private static ModelBuilder Sizes(ModelBuilder model) => model.Longs("axes0", 0).Longs("two", 2).Longs("ninetynine", 99).Node("Shape", "x", "shape").Node("Constant", "", "zero", ("value", ModelBuilder.Scalar(0)))
        .Node("Gather", "shape,zero", "n0", ("axis", 0)).Node("Unsqueeze", "n0,axes0", "n1").Node("Mul", "n1,two", "nh").Node("Mul", "n1,ninetynine", "nl");
}
