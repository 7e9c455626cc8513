using BioLearn.Onnx.Graph.Wire;

namespace BioLearn.Onnx.Tests.Graph;

/// <summary>Models of the operators that networks of today are made of, as their exporters spell them.</summary>
public partial class OperatorReadingTests
{
    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> FunctionModels() => new Dictionary<string, Func<ModelBuilder>>
    {
        ["elu"] = () => New().Node("Elu", "x", "y", ("alpha", 0.7f)),
        ["selu"] = () => New().Node("Selu", "x", "y"),
        ["selu with parameters"] = () => New().Node("Selu", "x", "y", ("alpha", 1.2f), ("gamma", 0.8f)),
        ["celu"] = () => New().Node("Celu", "x", "y"),
        ["softplus softsign"] = () => New().Node("Softplus", "x", "s").Node("Softsign", "x", "t").Node("Add", "s,t", "y"),
        ["thresholded relu"] = () => New().Node("ThresholdedRelu", "x", "y", ("alpha", 0.3f)),
        ["hard sigmoid"] = () => New().Node("HardSigmoid", "x", "y", ("alpha", 0.9f), ("beta", 0.4f)),
        ["hard swish"] = () => New().Floats("six", [6f], []).Node("Mul", "x,six", "m").Node("HardSwish", "m", "y"),
        ["gelu"] = () => New(20).Node("Gelu", "x", "y"),
        ["gelu by tanh"] = () => New(20).Node("Gelu", "x", "y", ("approximate", "tanh")),
        ["swish"] = () => New(24).Node("Swish", "x", "y", ("alpha", 1.5f)),
        ["mish"] = () => New(18).Node("Mish", "x", "y"),
        ["prelu by channel"] = () => New().Weights("s", 4, 1, 1).Node("PRelu", "x,s", "y"),
        ["prelu of one slope"] = () => New().Floats("s", [0.2f], 1).Node("PRelu", "x,s", "y"),
        ["max and min with constants"] = () => New().Floats("lo", [-0.2f], []).Floats("hi", [0.4f], 1).Node("Max", "x,lo", "a").Node("Min", "hi,a", "y"),
        ["maxout"] = () => New().Node("Split", "x", "a,b", ("axis", 1)).Node("Max", "a,b", "y"),
        ["least of three"] = () => New().Node("Tanh", "x", "t").Node("Abs", "x", "a").Node("Min", "x,t,a", "y"),
        ["arithmetic"] = () => New().Floats("three", [3f], []).Floats("third", [1f / 3], []).Node("Add", "x,three", "p").Node("Log", "p", "l").Node("Sqrt", "p", "r").Node("Exp", "x", "e")
            .Node("Reciprocal", "p", "i").Node("Pow", "p,third", "c").Node("Erf", "x", "f").Node("Neg", "f", "n").Node("Sum", "l,r,e,i,c,n", "y"),
        ["rounding beside the value"] = () => New().Floats("four", [4f], []).Node("Mul", "x,four", "f").Node("Floor", "f", "a").Node("Ceil", "f", "b").Node("Round", "f", "c").Node("Sum", "a,b,c,f", "y"),
        ["sine and cosine"] = () => New().Node("Sin", "x", "s").Node("Cos", "x", "c").Node("Add", "s,c", "y"),
        ["shrink"] = () => New().Node("Shrink", "x", "y", ("lambd", 0.3f), ("bias", 0.1f)),
        ["root of a sign and a size"] = () => New().Floats("half", [0.5f], []).Node("Sign", "x", "s").Node("Abs", "x", "a").Node("Pow", "a,half", "r").Node("Mul", "s,r", "y"),
        ["rounded to steps"] = () => Steps(New(), "s", 0.05f, "z", 2, unchecked((sbyte)128)).Node("QuantizeLinear", "x,s,z", "q").Node("DequantizeLinear", "q,s,z", "y"),
        ["steps moved before they are read"] = () => Steps(New(), "s", 0.05f, "z", 3, 2).Longs("r", 0, -1).Node("QuantizeLinear", "x,s,z", "q").Node("MaxPool", "q", "m", ("kernel_shape", I(2, 2)))
            .Node("Transpose", "m", "t", ("perm", I(0, 2, 3, 1))).Node("Reshape", "t,r", "f").Node("DequantizeLinear", "f,s,z", "y"),
        ["rounded to signed steps between convolutions"] = () => Steps(Steps(New(), "s", 0.02f, "z", 3, 3), "ws", 0.01f, "wz", 3, 0)
            .Node("QuantizeLinear", "x,s,z", "q").Node("DequantizeLinear", "q,s,z", "d").Bytes8("w", 3, 4, 3, 3).Node("DequantizeLinear", "w,ws,wz", "wf").Node("Conv", "d,wf", "y"),
    };

    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> GateModels() => new Dictionary<string, Func<ModelBuilder>>
    {
        ["silu spelled out"] = () => New().Node("Sigmoid", "x", "g").Node("Mul", "x,g", "y"),
        ["silu, gate first"] = () => New().Node("Sigmoid", "x", "g").Node("Mul", "g,x", "y"),
        ["mish spelled out"] = () => New().Node("Softplus", "x", "s").Node("Tanh", "s", "g").Node("Mul", "x,g", "y"),
        ["hard swish spelled out"] = () => New().Floats("three", [0.3f], []).Floats("lo", [0f], []).Floats("hi", [0.6f], []).Node("Add", "x,three", "p").Node("Clip", "p,lo,hi", "g").Node("Mul", "x,g", "m").Node("Div", "m,hi", "y"),
        ["hard sigmoid times x"] = () => New().Node("HardSigmoid", "x", "g", ("alpha", 0.7f)).Node("Mul", "x,g", "y"),
        ["gelu spelled out"] = () => New().Floats("r", [1.41421356f], []).Floats("one", [1f], []).Floats("half", [0.5f], []).Node("Div", "x,r", "d").Node("Erf", "d", "e").Node("Add", "e,one", "g").Node("Mul", "x,g", "m").Node("Mul", "m,half", "y"),
        ["gelu by tanh spelled out"] = () => New().Floats("half", [0.5f], []).Floats("three", [3f], []).Floats("a", [0.044715f], []).Floats("k", [0.7978846f], []).Floats("one", [1f], [])
            .Node("Mul", "x,half", "h").Node("Pow", "x,three", "c").Node("Mul", "c,a", "ca").Node("Add", "x,ca", "s").Node("Mul", "s,k", "ks").Node("Tanh", "ks", "t").Node("Add", "t,one", "g").Node("Mul", "h,g", "y"),
        ["squeeze and excitation"] = () => New().Weights("w1", 3, 4, 1, 1).Weights("b1", 3).Weights("w2", 4, 3, 1, 1).Weights("b2", 4)
            .Node("GlobalAveragePool", "x", "p").Node("Conv", "p,w1,b1", "a").Node("Relu", "a", "r").Node("Conv", "r,w2,b2", "e").Node("Sigmoid", "e", "g").Node("Mul", "g,x", "y"),
        ["attention to places"] = () => New().Weights("w", 1, 4, 3, 3).Node("Conv", "x,w", "c", ("pads", I(1, 1, 1, 1))).Node("Sigmoid", "c", "g").Node("Mul", "x,g", "y"),
        ["gated linear unit"] = () => New().Node("Split", "x", "a,b", ("axis", 1)).Node("Sigmoid", "b", "g").Node("Mul", "a,g", "y"),
        ["product of equals"] = () => New().Node("Split", "x", "a,b", ("axis", 1)).Node("Mul", "a,b", "y"),
        ["rows times columns"] = () => New().Weights("w1", 4, 4, 9, 1).Weights("w2", 4, 4, 1, 11).Node("Conv", "x,w1", "r").Node("Conv", "x,w2", "c").Node("Mul", "r,c", "y"),
        ["squares"] = () => New().Node("Mul", "x,x", "s").Node("Relu", "s", "y"),
        ["division by a norm"] = () => New().Node("Flatten", "x", "f").Node("ReduceL2", "f", "n", ("axes", I(1))).Node("Div", "f,n", "y"),
        ["division of a constant"] = () => New().Floats("two", [2f], []).Floats("three", [3f], []).Node("Add", "x,three", "d").Node("Div", "two,d", "y"),
        ["softsign spelled out"] = () => New().Floats("one", [1f], []).Node("Abs", "x", "a").Node("Add", "a,one", "d").Node("Div", "x,d", "y"),
        ["branch added to all places"] = () => New().Weights("w", 4, 4, 1, 1).Node("GlobalAveragePool", "x", "p").Node("Conv", "p,w", "c").Node("Add", "x,c", "y"),
        ["difference of branches"] = () => New().Node("Tanh", "x", "t").Node("GlobalAveragePool", "x", "p").Node("Sub", "t,p", "a").Node("Sub", "p,a", "y"),
        ["constant larger than the branch"] = () => New().Weights("k", 1, 4, 9, 11).Node("GlobalAveragePool", "x", "p").Node("Mul", "p,k", "m").Node("Add", "k,p", "a").Node("Add", "m,a", "y"),
        ["branches and a constant"] = () => New().Weights("k", 4, 1, 1).Node("Tanh", "x", "t").Node("Sum", "x,k,t", "y"),
    };

    private static IEnumerable<KeyValuePair<string, Func<ModelBuilder>>> StatisticModels() => new Dictionary<string, Func<ModelBuilder>>
    {
        ["instance normalization"] = () => New().Weights("g", 4).Weights("b", 4).Node("InstanceNormalization", "x,g,b", "y", ("epsilon", 0.01f)),
        ["group normalization by channels"] = () => New(21).Weights("g", 4).Weights("b", 4).Node("GroupNormalization", "x,g,b", "y", ("num_groups", 2)),
        ["group normalization as torch writes it"] = () => New().Longs("r", 0, 2, -1).Floats("one", [1f, 1f], 2).Floats("zero", [0f, 0f], 2).Weights("g", 4, 1, 1).Weights("b", 4, 1, 1)
            .Node("Reshape", "x,r", "v").Node("InstanceNormalization", "v,one,zero", "n").Node("Shape", "x", "s").Node("Reshape", "n,s", "m").Node("Mul", "m,g", "a").Node("Add", "a,b", "y"),
        ["layer normalization of an image"] = () => New().Weights("g", 4, 9, 11).Weights("b", 4, 9, 11).Node("LayerNormalization", "x,g,b", "y", ("axis", 1)),
        ["layer normalization of rows"] = () => New().Weights("g", 11).Node("LayerNormalization", "x,g", "y"),
        ["layer normalization of channels"] = () => New().Weights("g", 4).Weights("b", 4).Node("Transpose", "x", "t", ("perm", I(0, 2, 3, 1))).Node("LayerNormalization", "t,g,b", "n", ("epsilon", 1e-6f)).Node("Transpose", "n", "y", ("perm", I(0, 3, 1, 2))),
        ["layer normalization spelled out"] = () => New().Floats("two", [2f], []).Floats("e", [1e-5f], []).Weights("g", 11).Weights("b", 11).Node("ReduceMean", "x", "m", ("axes", I(-1))).Node("Sub", "x,m", "d")
            .Node("Pow", "d,two", "p").Node("ReduceMean", "p", "v", ("axes", I(-1))).Node("Add", "v,e", "ve").Node("Sqrt", "ve", "s").Node("Div", "d,s", "n").Node("Mul", "n,g", "a").Node("Add", "a,b", "y"),
        ["mean variance normalization"] = () => New().Node("MeanVarianceNormalization", "x", "y").Fixed(),
        ["lp normalization"] = () => New().Node("LpNormalization", "x", "y", ("axis", 1)),
        ["softmax of channels"] = () => New().Node("Softmax", "x", "y", ("axis", 1)),
        ["log softmax of rows"] = () => New().Node("LogSoftmax", "x", "y", ("axis", -1)),
        ["softmax of old, from an axis on"] = () => New(11).Node("Softmax", "x", "y", ("axis", 2)),
        ["means and sums"] = () => New().Longs("a", 1, 2).Node("ReduceMean", "x", "m", ("axes", I(1))).Node("ReduceSum", "x,a", "s", ("keepdims", 1)).Node("Add", "m,s", "y"),
        ["sum over all"] = () => New().Node("ReduceSum", "x", "y", ("keepdims", 0)).Longs("a", 1, 2, 3).With(m => m.Graph.Node[0].Input.Add("a")),
        ["greatest of each channel"] = () => New().Node("ReduceMax", "x", "y", ("axes", I(2, 3)), ("keepdims", 0)),
        ["greatest and least along axes"] = () => New().Node("ReduceMax", "x", "a", ("axes", I(1))).Node("ReduceMin", "x", "b", ("axes", I(1, 2))).Node("Add", "a,b", "y"),
        ["length of each channel"] = () => New().Node("ReduceL2", "x", "y", ("axes", I(2, 3))),
    };

    private static ModelBuilder Steps(ModelBuilder model, string scaleName, float scale, string zeroName, int type, sbyte zero)
    {
        model.Floats(scaleName, [scale], []);
        TensorProto tensor = ModelBuilder.Tensor(zeroName, type, [], [(byte)zero]);
        model.Graph.Initializer.Add(tensor);
        return model;
    }
}
