using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>
/// The networks of Abel and Ullman (2024), as bottom-up networks; their top-down counterparts follow from them. ReLU and an
/// <see cref="InstructionGate"/> stand behind every layer of the core; what pools is a strided depthwise convolution, through which an
/// instruction can come down. The last layer is a decoder: <see cref="Dense"/> for one that serves all tasks, <see cref="TaskDecoders"/> for
/// one a task.
/// </summary>
/// <remarks>
/// The original draws weights and biases uniform within 1 / √fan-in (<see cref="Initializer.UniformByFanIn"/>).
/// </remarks>
public static class InstructedNetworks
{
    /// <summary>Fully connected layers ("fc net").</summary>
    /// <param name="input">Shape of one sample.</param>
    /// <param name="hidden">Units of each layer; 500 in the paper, 1,000 for CIFAR-10.</param>
    /// <param name="decoder">The last layer.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <param name="guided">Whether instructions open its units. Default: yes.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ArgumentException">A size is out of range, or layers do not fit the input.</exception>
    public static NetworkSpec FullyConnected(TensorShape input, IReadOnlyList<int> hidden, LayerSpec decoder, OutputHead head, bool guided = true)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        return Make(input, [new Flatten(), .. hidden.SelectMany(units => Layer(new Dense(units), guided))], decoder, head);
    }

    /// <summary>
    /// The net of Multi-MNIST ("simple net"): 5x5 convolution, 2x2 depthwise convolution of stride 2, 5x5 convolution, 3x3 depthwise convolution
    /// of stride 2, a fully connected layer.
    /// </summary>
    /// <param name="input">Shape of one picture; at least 20 pixels a side.</param>
    /// <param name="decoder">The last layer.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <param name="guided">Whether instructions open its units. Default: yes.</param>
    /// <param name="channels">Channels of the two convolutions. Default: 32 and 32.</param>
    /// <param name="hidden">Units of the fully connected layer. Default: 50.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ArgumentException">A size is out of range, or the picture is too small.</exception>
    public static NetworkSpec Simple(TensorShape input, LayerSpec decoder, OutputHead head, bool guided = true, (int First, int Second)? channels = null, int hidden = 50)
    {
        (int first, int second) = channels ?? (32, 32);
        return Make(
            input,
            [
                .. Layer(new Convolution2D(first, 5), guided),
                .. Layer(new Convolution2D(first, 2, Stride: 2) { Groups = first }, guided),
                .. Layer(new Convolution2D(second, 5), guided),
                .. Layer(new Convolution2D(second, 3, Stride: 2) { Groups = second }, guided),
                .. Layer(new Dense(hidden), guided),
            ],
            decoder,
            head);
    }

    /// <summary>Four 5x5 convolutions of 32 channels and a fully connected layer of 100 units ("conv net").</summary>
    /// <param name="input">Shape of one picture; at least 17 pixels a side.</param>
    /// <param name="decoder">The last layer.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <param name="guided">Whether instructions open its units. Default: yes.</param>
    /// <param name="channels">Channels of each convolution. Default: 32.</param>
    /// <param name="hidden">Units of the fully connected layer. Default: 100.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ArgumentException">A size is out of range, or the picture is too small.</exception>
    public static NetworkSpec Convolutional(TensorShape input, LayerSpec decoder, OutputHead head, bool guided = true, int channels = 32, int hidden = 100) =>
        Make(input, [.. Enumerable.Range(0, 4).SelectMany(_ => Layer(new Convolution2D(channels, 5), guided)), .. Layer(new Dense(hidden), guided)], decoder, head);

    /// <summary>
    /// Two residual blocks between two convolutions ("tiny resnet"): 3x3 convolution, a block that widens by a 1x1 shortcut, a block of stride 2,
    /// 5x5 convolution of stride 3.
    /// </summary>
    /// <param name="input">Shape of one picture; at least 5 pixels a side.</param>
    /// <param name="decoder">The last layer.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <param name="guided">Whether instructions open its units. Default: yes.</param>
    /// <param name="normalized">Whether blocks and the first convolution are batch-normalized, which only backpropagation passes. Default: no.</param>
    /// <param name="channels">Channels of the first convolution, the first block, and the second block and last convolution. Default: 32, 64 and 64.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ArgumentException">A size is out of range, or the picture is too small.</exception>
    public static NetworkSpec TinyResNet(TensorShape input, LayerSpec decoder, OutputHead head, bool guided = true, bool normalized = false, (int Stem, int First, int Second)? channels = null)
    {
        (int stem, int first, int second) = channels ?? (32, 64, 64);
        List<LayerSpec> layers = [.. Convolution(stem, 3, 1, 1, normalized, guided, "stem")];
        Block(layers, "stem", "block1", stem, first, 1, normalized, guided);
        Block(layers, "block1", "block2", first, second, 2, normalized, guided);
        layers.AddRange(Layer(new Convolution2D(second, 5, 3, 1), guided));
        return Make(input, layers, decoder, head);
    }

    /// <summary>ResNet-18 with a 3x3 first convolution and no pooling at the end ("resnet18").</summary>
    /// <param name="input">Shape of one picture.</param>
    /// <param name="decoder">The last layer.</param>
    /// <param name="head">Output non-linearity and loss.</param>
    /// <param name="guided">Whether instructions open its units. Default: yes.</param>
    /// <param name="normalized">Whether convolutions are batch-normalized, which only backpropagation passes. Default: no.</param>
    /// <param name="width">Channels of the first stage; each further stage has twice as many. Default: 64.</param>
    /// <returns>The description.</returns>
    /// <exception cref="ArgumentException">A size is out of range, or the picture is too small.</exception>
    public static NetworkSpec ResNet18(TensorShape input, LayerSpec decoder, OutputHead head, bool guided = true, bool normalized = false, int width = 64)
    {
        List<LayerSpec> layers = [.. Convolution(width, 3, 1, 1, normalized, guided, "stem")];
        string previous = "stem";
        int before = width;
        for (int stage = 0; stage < 4; stage++)
        {
            for (int block = 1; block <= 2; block++)
            {
                int channels = width << stage;
                string name = $"block{stage + 1}.{block}";
                Block(layers, previous, name, before, channels, stage > 0 && block == 1 ? 2 : 1, normalized, guided);
                (previous, before) = (name, channels);
            }
        }
        return Make(input, layers, decoder, head);
    }

    /// <summary>A residual block: two 3x3 convolutions without biases, the second adds what the block reads, by a 1x1 convolution where the shape changes.</summary>
    internal static void Block(List<LayerSpec> layers, string reads, string name, int before, int channels, int stride, bool normalized, bool guided)
    {
        string shortcut = reads;
        if (stride != 1 || before != channels)
        {
            shortcut = name + ".shortcut";
            Convolution2D narrow = new(channels, 1, stride, 0, Activation.Linear) { Bias = false, Reads = reads };
            layers.AddRange(normalized ? [narrow, new BatchNormalization { Name = shortcut }] : [narrow with { Name = shortcut }]);
        }
        Convolution2D first = new(channels, 3, stride, 1, normalized ? Activation.Linear : Activation.ReLU) { Bias = false, Reads = reads };
        layers.Add(first);
        if (normalized)
            layers.Add(new BatchNormalization(Activation.ReLU));
        if (guided)
            layers.Add(new InstructionGate());
        Convolution2D second = new(channels, 3, 1, 1, normalized ? Activation.Linear : Activation.ReLU) { Bias = false };
        LayerSpec last = normalized ? new BatchNormalization(Activation.ReLU) : second;
        if (normalized)
            layers.Add(second);
        layers.AddRange(Named(last with { Adds = [shortcut] }, guided, name));
    }

    private static NetworkSpec Make(TensorShape input, IEnumerable<LayerSpec> core, LayerSpec decoder, OutputHead head)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(head);
        return new NetworkSpec(input, [.. core, decoder], head);
    }

    private static LayerSpec[] Convolution(int channels, int kernel, int stride, int padding, bool normalized, bool guided, string name)
    {
        Convolution2D convolution = new(channels, kernel, stride, padding, normalized ? Activation.Linear : Activation.ReLU) { Bias = false };
        return normalized ? [convolution, .. Named(new BatchNormalization(Activation.ReLU), guided, name)] : [.. Named(convolution, guided, name)];
    }

    private static LayerSpec[] Layer(LayerSpec layer, bool guided) => guided ? [layer, new InstructionGate()] : [layer];

    /// <summary>The gate is the last part of a layer, so that it has the name.</summary>
    private static LayerSpec[] Named(LayerSpec layer, bool guided, string name) => guided ? [layer, new InstructionGate { Name = name }] : [layer with { Name = name }];
}
