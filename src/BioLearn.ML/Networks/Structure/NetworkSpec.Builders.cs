namespace BioLearn.ML.Networks;

/// <summary>The networks that people name.</summary>
public sealed partial class NetworkSpec
{
    /// <summary>A fully connected network on vectors.</summary>
    /// <param name="features">Number of input features.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="activation">Activation of the hidden layers.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <returns>The description.</returns>
    public static NetworkSpec Perceptron(int features, IReadOnlyList<int> hidden, int outputs, Activation activation, OutputHead head)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return new NetworkSpec(new TensorShape(features), [.. hidden.Select(units => new Dense(units, activation)), new Dense(outputs, Activation.Linear)], head);
    }

    /// <summary>
    /// A fully connected network whose hidden layers add to a stream: s_1 = W_1 x, s_l = s_{l-1} + W_l φ(s_{l-1}), and the output reads φ(s_H). Deep ones want
    /// <see cref="DepthScaling"/>.
    /// </summary>
    /// <param name="features">Number of input features.</param>
    /// <param name="units">Units of the stream.</param>
    /// <param name="hiddenLayers">Hidden layers with weights, H; at least 1.</param>
    /// <param name="outputs">Number of outputs.</param>
    /// <param name="activation">φ.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <returns>The description.</returns>
    public static NetworkSpec ResidualPerceptron(int features, int units, int hiddenLayers, int outputs, Activation activation, OutputHead head)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenLayers, 1);
        List<LayerSpec> layers = [new Dense(units, Activation.Linear) { Name = "stream 1" }];
        for (int l = 2; l <= hiddenLayers; l++)
        {
            layers.Add(new Identity { Activation = activation });
            layers.Add(new Dense(units, Activation.Linear) { Name = $"stream {l}", Adds = [$"stream {l - 1}"] });
        }
        layers.Add(new Identity { Activation = activation });
        layers.Add(new Dense(outputs));
        return new NetworkSpec(new TensorShape(features), layers, head);
    }

    /// <summary>Names that <see cref="Named"/> knows: networks for pictures.</summary>
    public static IReadOnlyList<string> Names { get; } = ["lenet", "vgg11", "vgg16", "resnet18", "resnet20"];

    /// <summary>A network for pictures by its name: LeNet-5, VGG of 11 or 16 layers with weights (with batch normalization and global pooling), or a residual network of 18 or 20.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="input">Shape of one picture.</param>
    /// <param name="outputs">Number of classes.</param>
    /// <param name="width">Channels of the first stage of VGG and residual networks; 0 takes the papers'.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ArgumentException">There is no such network, it does not fit the pictures, or LeNet is given a width.</exception>
    public static NetworkSpec Named(string name, TensorShape input, int outputs, int width = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        if (input.IsVector)
            throw new ArgumentException($"{name} is for pictures; its input is a vector of {input.Size}.", nameof(input));
        return name switch
        {
            "lenet" => width == 0 ? LeNet(input, outputs) : throw new ArgumentException("lenet has one width only.", nameof(width)),
            "vgg11" => Vgg(input, outputs, [1, 1, 2, 2, 2], width == 0 ? 64 : width),
            "vgg16" => Vgg(input, outputs, [2, 2, 3, 3, 3], width == 0 ? 64 : width),
            "resnet18" => ResNet(18, input, outputs, width),
            "resnet20" => ResNet(20, input, outputs, width),
            _ => throw new ArgumentException($"There is no network '{name}', only {string.Join(", ", Names)}.", nameof(name)),
        };
    }

    /// <summary>A chain of layers with softmax outputs.</summary>
    /// <param name="input">Shape of one sample.</param>
    /// <param name="layers">Layers from input to output; the last one <see cref="Dense"/>.</param>
    /// <returns>The description.</returns>
    public static NetworkSpec Sequential(TensorShape input, params IEnumerable<LayerSpec> layers) => new(input, layers, OutputHead.SoftmaxCrossEntropy);

    /// <summary>
    /// LeNet-5 as it is built today (LeCun et al. 1998): convolutions of 6 and 16 channels with kernels of 5, each pooled by 2, then 120 and
    /// 84 units. The first convolution is padded, so that pictures of 28 and of 32 pixels both fit.
    /// </summary>
    /// <param name="input">Shape of one picture; at least 12 pixels a side.</param>
    /// <param name="outputs">Number of classes.</param>
    /// <param name="activation">Activation; null for ReLU.</param>
    /// <returns>The description.</returns>
    public static NetworkSpec LeNet(TensorShape input, int outputs, Activation? activation = null)
    {
        Activation phi = activation ?? Activation.ReLU;
        return Sequential(
            input,
            new Convolution2D(6, 5, 1, 2, phi),
            new MaxPooling2D(2),
            new Convolution2D(16, 5, 1, 0, phi),
            new MaxPooling2D(2),
            new Dense(120, phi),
            new Dense(84, phi),
            new Dense(outputs));
    }

    /// <summary>
    /// VGG for small pictures (Simonyan and Zisserman 2015): stages of padded 3x3 convolutions with batch normalization, each stage pooled
    /// by 2 and twice as wide as the one before, then global average pooling.
    /// </summary>
    /// <param name="input">Shape of one picture; a side of at least 2 to the number of stages.</param>
    /// <param name="outputs">Number of classes.</param>
    /// <param name="convolutions">Convolutions of each stage, such as [2, 2, 3, 3, 3] for VGG-16's.</param>
    /// <param name="width">Channels of the first stage; no stage has more than eight times as many.</param>
    /// <returns>The description.</returns>
    public static NetworkSpec Vgg(TensorShape input, int outputs, IReadOnlyList<int> convolutions, int width = 64)
    {
        ArgumentNullException.ThrowIfNull(convolutions);
        List<LayerSpec> layers = [];
        for (int stage = 0; stage < convolutions.Count; stage++)
        {
            for (int i = 0; i < convolutions[stage]; i++)
                layers.AddRange(NormalizedConvolution(width << Math.Min(stage, 3), 3, 1, Activation.ReLU));
            layers.Add(new MaxPooling2D(2));
        }
        return Sequential(input, [.. layers, new GlobalAveragePooling(), new Dense(outputs)]);
    }

    /// <summary>
    /// Residual network of basic blocks with batch normalization (He et al. 2016): depth 20 is the one for small pictures, three stages of
    /// three blocks, channels 16, 32 and 64 at <paramref name="width"/> 16; depth 18 has four stages of two blocks, channels from
    /// <paramref name="width"/> to eight times as many (64 in the paper), with the 3x3 stem for small pictures. Shortcuts whose shape
    /// changes are 1x1 convolutions.
    /// </summary>
    /// <param name="depth">20 or 18.</param>
    /// <param name="input">Shape of one picture.</param>
    /// <param name="outputs">Number of classes.</param>
    /// <param name="width">Channels of the first stage; at least 1. 0 takes the paper's.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The depth is neither.</exception>
    public static NetworkSpec ResNet(int depth, TensorShape input, int outputs, int width = 0)
    {
        (int stages, int blocks, int paper) = depth switch
        {
            18 => (4, 2, 64),
            20 => (3, 3, 16),
            _ => throw new ArgumentOutOfRangeException(nameof(depth), depth, "must be 18 or 20"),
        };
        width = width == 0 ? paper : width;
        List<LayerSpec> layers = [.. NormalizedConvolution(width, 3, 1, Activation.ReLU, name: "stem")];
        string previous = "stem";
        for (int stage = 0; stage < stages; stage++)
        {
            for (int block = 0; block < blocks; block++)
            {
                int stride = stage > 0 && block == 0 ? 2 : 1, channels = width << stage;
                string name = $"block{stage + 1}.{block + 1}", shortcut = previous;
                if (stride != 1)
                {
                    shortcut = name + ".shortcut";
                    layers.AddRange(NormalizedConvolution(channels, 1, stride, Activation.Linear, reads: previous, name: shortcut));
                }
                layers.AddRange(NormalizedConvolution(channels, 3, stride, Activation.ReLU, reads: previous));
                layers.AddRange(NormalizedConvolution(channels, 3, 1, Activation.ReLU, name: name, adds: shortcut));
                previous = name;
            }
        }
        return Sequential(input, [.. layers, new GlobalAveragePooling(), new Dense(outputs)]);
    }

    private static LayerSpec[] NormalizedConvolution(
        int channels, int kernel, int stride, Activation activation, string? reads = null, string? name = null, string? adds = null) =>
    [
        new Convolution2D(channels, kernel, stride, kernel / 2, Activation.Linear) { Bias = false, Reads = reads },
        new BatchNormalization(activation) { Name = name, Adds = adds is null ? [] : [adds] },
    ];
}
