using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>
/// Options of <c>InstructedNetwork</c>: a network that is asked something beside each row's features, and answers with the units that the
/// instruction opens.
/// </summary>
public sealed class InstructedNetworkOptions : NetworkOptions
{
    /// <summary>The defaults: weights and biases start uniform within 1 / √fan-in, as in the paper.</summary>
    public InstructedNetworkOptions() => (Initializer, BiasInitializer) = (Initializer.UniformByFanIn, Initializer.UniformByFanIn);

    /// <summary>
    /// What each row asks: a key column, whose key is the task, or a vector of Single of known length, any instruction that is not all zero.
    /// Default: "Instruction".
    /// </summary>
    public string InstructionColumnName { get; set; } = "Instruction";

    /// <summary>
    /// Begins the names of further columns, one a layer that has gates, with the layer's number behind it: "Gates" gives "Gates.1", "Gates.2". Each
    /// is a vector of Single, 1 where the row's instruction opens a unit and 0 where it closes it. Default: null, none.
    /// </summary>
    public string? GatesColumnName { get; set; }

    /// <summary>
    /// The network: fully connected layers of <see cref="NetworkOptions.HiddenUnits"/>, or one of the paper's for pictures, which need an
    /// <see cref="NetworkOptions.InputShape"/>. Ignored where <see cref="NetworkOptions.Layers"/> is set. Default: fully connected.
    /// </summary>
    /// <remarks>
    /// Behind each hidden layer stands a gate, behind those of <see cref="NetworkOptions.Layers"/> too, unless these have an
    /// <see cref="InstructionGate"/> of their own. An instruction cannot come down through max pooling: take strided convolutions.
    /// </remarks>
    public InstructedCore Core { get; set; }

    /// <summary>What reads the answer from the top: one last layer, or one for each task. Default: one.</summary>
    public InstructedDecoders Decoders { get; set; }

    /// <summary>How the weights of the top-down network begin and move beside those of the bottom-up network. Default: shared.</summary>
    public TopDownWeights TopDown { get; set; }

    /// <summary>What carries the error down: the top-down network (Counter-Hebb learning), or backpropagation, the only way through batch normalization. Default: the former.</summary>
    public TopDownCredit Credit { get; set; }

    /// <summary>Relative deviation at the start of <see cref="TopDownWeights.NoisyStart"/>; at least 0. Default: 0.05.</summary>
    public double StartNoise { get; set; } = 0.05;

    /// <summary>Deviation of a factor on every weight tensor's update, drawn in every step; at least 0. Default: 0.</summary>
    public double UpdateNoise { get; set; }

    /// <summary>Whether units of the top-down network have biases. Default: no.</summary>
    public bool TopDownBiases { get; set; }

    /// <summary>Units of layers between the top of the network and the instruction, from the network upwards. Default: none.</summary>
    public IReadOnlyList<int> TaskEmbedding { get; set; } = [];

    /// <summary>Whether the head between network and instruction learns to tell which instruction was given; in the paper it stays as it was drawn. Default: no.</summary>
    public bool LearnTaskHead { get; set; }

    internal override InstructionColumns? Instruction => new(InstructionColumnName, GatesColumnName);

    internal override IReadOnlyList<LayerSpec> HiddenLayers(TensorShape input, Activation activation) => GatedLayers.Behind(input, Layers is null && Core != InstructedCore.FullyConnected
        ? Named(input)
        : base.HiddenLayers(input, activation));

    internal override LayerSpec OutputLayer(int outputs, InstructionForm? instruction)
    {
        if (Decoders == InstructedDecoders.One)
            return base.OutputLayer(outputs, instruction);
        return instruction is { IsKey: true }
            ? new TaskDecoders(outputs, instruction.Width)
            : throw new InvalidOperationException($"{nameof(Decoders)} is {Decoders}, which needs to know each row's task: the instruction column '{InstructionColumnName}' must be a key, and is {instruction}.");
    }

    internal override void Validate()
    {
        base.Validate();
        ArgumentException.ThrowIfNullOrEmpty(InstructionColumnName);
        if (GatesColumnName is not null)
            ArgumentException.ThrowIfNullOrEmpty(GatesColumnName);
        Guard.Holds(InstructionColumnName != LabelColumnName, InstructionColumnName, $"must be another column than the label, '{LabelColumnName}'", nameof(InstructionColumnName));
        Guard.Defined(Core);
        Guard.Holds(Core == InstructedCore.FullyConnected || Layers is not null || InputShape is not null, Core, $"needs the {nameof(InputShape)} of a picture", nameof(Core));
        Guard.Defined(Decoders);
        Guard.Defined(TopDown);
        Guard.Defined(Credit);
        Guard.AtLeastZero(StartNoise);
        Guard.AtLeastZero(UpdateNoise);
        Guard.Units(TaskEmbedding);
        Guard.Holds((Layers?.Count ?? HiddenUnits.Count) > 0, "none", "must be at least one layer, whose units an instruction can open", Layers is null ? nameof(HiddenUnits) : nameof(Layers));
        foreach (int units in TaskEmbedding)
            Guard.Connections(Layers is null ? HiddenUnits.Max() : 1, units, nameof(TaskEmbedding));
        Guard.Holds(
            BatchSize > 1 || Layers is not { } layers || !layers.Any(layer => layer is BatchNormalization),
            BatchSize, "must be at least 2 where layers are batch-normalized: one row has no variance", nameof(BatchSize));
    }

    /// <summary>The rule, for instructions of a width.</summary>
    internal CounterHebb RuleFor(int width) => new()
    {
        InstructionWidth = width,
        TopDown = TopDown,
        Credit = Credit,
        StartNoise = StartNoise,
        UpdateNoise = UpdateNoise,
        TopDownBiases = TopDownBiases,
        TaskEmbedding = TaskEmbedding,
        LearnTaskHead = LearnTaskHead,
    };

    private LayerSpec[] Named(TensorShape input)
    {
        Dense decoder = new(1);
        OutputHead head = OutputHead.LinearSquaredError;
        return [.. (Core switch
        {
            InstructedCore.Simple => InstructedNetworks.Simple(input, decoder, head),
            InstructedCore.Convolutional => InstructedNetworks.Convolutional(input, decoder, head),
            InstructedCore.TinyResNet => InstructedNetworks.TinyResNet(input, decoder, head),
            _ => InstructedNetworks.ResNet18(input, decoder, head),
        }).Layers.SkipLast(1)];
    }
}
