using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Small networks of every kind of layer, for tests that hold for any graph.</summary>
internal static class TestGraphs
{
    public static readonly TensorShape Image = new(2, 6, 6);

    private static readonly Dictionary<string, Func<Activation, LayerSpec[]>> Bodies = new()
    {
        ["dense"] = phi => [new Dense(7, phi), new Dense(5, phi) { Bias = false }],
        ["convolutions"] = phi =>
        [
            new Convolution2D(4, 3, 1, 1, phi) { Groups = 2 },
            new MaxPooling2D(2),
            new Convolution2D(6, 2, 1, 1, phi) { Dilation = 2, Bias = false },
            new AveragePooling2D(2, 1),
            new Dense(5, phi),
        ],
        ["depthwise, strided"] = phi => [new Convolution2D(2, 3, 2, 1, phi) { Groups = 2 }, new Convolution2D(3, 1, 1, 0, phi), new Dense(4, phi)],
        ["locally connected"] = phi => [new LocallyConnected2D(4, 3, 2, 1, phi), new LocallyConnected2D(3, 2, 1, 0, phi) { Bias = false }, new MaxPooling2D(2), new Dense(4, phi)],
        ["pooling on its own"] = phi =>
        [
            new AveragePooling2D(2, 1),
            new Convolution2D(3, 2, 1, 0, phi) { Name = "named" },
            new MaxPooling2D(2),
            new MaxPooling2D(2, 1),
            new Flatten(),
            new Dense(4, phi),
        ],
        ["normalized"] = phi =>
        [
            new Convolution2D(3, 3, 1, 1, Activation.Linear) { Bias = false },
            new BatchNormalization(phi),
            new Convolution2D(3, 3, 1, 0, phi),
            new BatchNormalization(),
            new GlobalAveragePooling(),
            new Dense(4, Activation.Linear),
            new BatchNormalization(phi),
        ],
        ["residual"] = phi =>
        [
            new Convolution2D(3, 3, 1, 1, phi) { Name = "stem" },
            new Convolution2D(3, 3, 1, 1, phi),
            new Convolution2D(3, 3, 1, 1, phi) { Name = "first", Adds = ["stem"] },
            new Convolution2D(4, 1, 2, 0, Activation.Linear) { Name = "shortcut" },
            new Convolution2D(4, 3, 2, 1, phi) { Reads = "first" },
            new Convolution2D(4, 3, 1, 1, phi) { Adds = ["shortcut"] },
            new GlobalAveragePooling(),
        ],
        ["residual, normalized"] = phi =>
        [
            new Convolution2D(2, 3, 1, 1, Activation.Linear) { Bias = false },
            new BatchNormalization(phi) { Name = "first", Adds = ["input"] },
            new Convolution2D(3, 1, 2, 0, Activation.Linear) { Bias = false },
            new BatchNormalization() { Name = "shortcut" },
            new Convolution2D(3, 3, 2, 1, Activation.Linear) { Bias = false, Reads = "first" },
            new BatchNormalization(phi) { Adds = ["shortcut", "shortcut"] },
            new Identity { Activation = phi },
            new GlobalAveragePooling(),
        ],
    };

    public static IEnumerable<string> Names => Bodies.Keys;

    public static NetworkSpec Of(string name, Activation activation, OutputHead? head = null) =>
        new(Image, [.. Bodies[name](activation), new Dense(3)], head ?? OutputHead.SoftmaxCrossEntropy);
}
