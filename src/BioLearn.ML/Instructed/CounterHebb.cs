using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Instructed;

/// <summary>
/// Counter-Hebb learning (Abel and Ullman, "Biologically inspired learning model for instructed vision", NeurIPS 2024): every layer of the
/// bottom-up network has a counterpart in a top-down network. The error runs down the latter, gated by the bottom-up activity, and each synapse
/// changes by the top-down signal at its upper end times the bottom-up activity at its lower end, in both networks. With
/// <see cref="InstructionWidth"/> above 0 the top-down network first carries an instruction down, and units whose counterpart stays silent are
/// closed in the pass up.
/// </summary>
/// <remarks>
/// With shared weights this is backpropagation; with separate ones and no decay it is updated random feedback (Kolen-Pollack learning with
/// decay 0), with another start. Top-down weights of layer l are the side tensors V, in the layout of W; those of layer 1 would end at the
/// image, where nobody listens, and do not exist.
/// </remarks>
public sealed class CounterHebb : LearningRule
{
    internal const string Feedback = "V", FeedbackBias = "c";

    /// <summary>How top-down weights begin and move. Default: shared.</summary>
    public TopDownWeights TopDown { get; init; } = TopDownWeights.Shared;

    /// <summary>What carries the error down. Default: the top-down network.</summary>
    public TopDownCredit Credit { get; init; } = TopDownCredit.CounterHebb;

    /// <summary>Relative deviation of the start of <see cref="TopDownWeights.NoisyStart"/>, V = W (1 + σ n); at least 0. Default: 0.05.</summary>
    public double StartNoise { get; init; } = 0.05;

    /// <summary>
    /// Deviation of a factor on every weight tensor's update, one number of N(1, σ²) a tensor and step, of its own in both networks; at least 0.
    /// Default: 0.
    /// </summary>
    public double UpdateNoise { get; init; }

    /// <summary>Start of top-down weights with a life of their own. Default: uniform within √(6 / fan-in), the fan-in being that of the way down.</summary>
    public Initializer TopDownInitializer { get; init; } = Initializer.HeUniform;

    /// <summary>Whether units of the top-down network have biases, which count in instructions and not in errors. Default: no.</summary>
    public bool TopDownBiases { get; init; }

    /// <summary>Numbers of an instruction: of tasks, as many as there are; 0 where nothing is asked. Default: 0.</summary>
    public int InstructionWidth { get; init; }

    /// <summary>Widths of layers between the top of the network and the instruction, from the network upwards; each at least 1. Default: none.</summary>
    public IReadOnlyList<int> TaskEmbedding { get; init; } = [];

    /// <summary>
    /// Whether the head between network and instruction learns, by telling from the network's top which instruction was given (the delta rule).
    /// In the original it stays as it was drawn. Default: no.
    /// </summary>
    public bool LearnTaskHead { get; init; }

    /// <inheritdoc/>
    public override string Name => "counter-Hebb";

    /// <inheritdoc/>
    public override Activation? PreferredActivation => Activation.ReLU;

    /// <inheritdoc/>
    public override int RequiredInstructionWidth => InstructionWidth;

    internal bool IsSeparate => TopDown != TopDownWeights.Shared;

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(needs);
        ArgumentNullException.ThrowIfNull(TopDownInitializer);
        ArgumentNullException.ThrowIfNull(TaskEmbedding);
        Guard.Defined(TopDown);
        Guard.Defined(Credit);
        Guard.AtLeastZero(StartNoise);
        Guard.AtLeastZero(UpdateNoise);
        ArgumentOutOfRangeException.ThrowIfNegative(InstructionWidth);
        if (Credit == TopDownCredit.CounterHebb && network.Graph.FirstOrDefault(l => l.Normalization is not null) is { } normalized)
            throw new ArgumentException($"Counter-Hebb learning cannot pass the normalization of {normalized}: what comes down through the top-down network's own statistics is not the gradient. Set {nameof(Credit)} to {nameof(TopDownCredit.Backpropagation)}, or leave the normalization out.");
        foreach (Layer layer in network.Graph.Where(l => l.HasWeights && l.Source > 0))
        {
            if (HasOwn(network, layer))
                needs.Side(new SideTensor(Feedback, layer.Index, layer.WeightRows, layer.WeightColumns, TopDownInitializer, TopDownFanIn(layer), layer.FanIn, ParameterRole.Feedback));
            if (TopDownBiases)
                needs.Side(new SideTensor(FeedbackBias, layer.Index, 1, BiasesBelow(layer), Initializer.UniformByFanIn, layer.FanOut, layer.FanIn, ParameterRole.Bias));
        }
        if (InstructionWidth > 0)
            InstructionPath.Describe(this, network, needs);
    }

    /// <inheritdoc/>
    public override void Initialize<T>(Network<T> network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (InstructionWidth > 0)
            InstructionPath.Initialize(network);
        if (TopDown is not (TopDownWeights.EqualStart or TopDownWeights.NoisyStart))
            return;
        foreach (Parameter<T> feedback in network.SideTensors.Where(p => p.Name == Feedback))
        {
            network.Weights(feedback.Layer).Values.CopyTo(feedback.Values);
            if (TopDown == TopDownWeights.EqualStart)
                continue;
            T[] factors = new T[feedback.Length];
            network.Stream($"start noise/{feedback.Layer}").FillNormal(factors, T.One, T.CreateChecked(StartNoise));
            TensorPrimitives.Multiply(feedback.Values, factors, feedback.Values);
        }
    }

    /// <inheritdoc/>
    public override void Guide<T>(LearningContext<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (step.Instructions is null)
            return;
        if (step.Instructions.Vectors.Width != InstructionWidth)
            throw new ArgumentException($"The instructions have {step.Instructions.Vectors.Width} numbers; expected {InstructionWidth}, the rule's {nameof(InstructionWidth)}.");
        TopDownNetwork<T>.Of(step).Instruct(step);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        ArgumentNullException.ThrowIfNull(step);
        Guide(step);
        step.Forward();
        step.OutputError();
        TopDownNetwork<T> topDown = TopDownNetwork<T>.Of(step);
        for (int l = step.Depth; l > 1; l--)
            step.Backward(l, Credit == TopDownCredit.Backpropagation ? step.Weights(l) : topDown.Weights(l));
        step.LearnAll();
        if (Credit == TopDownCredit.CounterHebb)
            CounterHebbUpdate.Teach(step, topDown, this);
        if (LearnTaskHead && step.Instructions is not null)
            TaskHeadUpdate.Teach(step, topDown);
    }

    /// <summary>Whether the way down through a layer has weights of its own. Shortcuts of residual blocks share theirs, as in the original.</summary>
    private bool HasOwn(NetworkSpec network, Layer layer) =>
        IsSeparate && layer is { HasWeights: true, Source: > 0 } && (layer.Gating is not null || !network.Graph.Any(l => l.Adds.Contains(layer.Index)));

    /// <summary>Connections into one unit of the way down.</summary>
    private static int TopDownFanIn(Layer layer) => layer.IsFullyConnected ? layer.WeightRows : layer.WeightColumns;

    /// <summary>One a channel of what the layer reads, or a feature.</summary>
    private static int BiasesBelow(Layer layer) => layer.IsFullyConnected ? layer.Input.Size : layer.Input.Channels;
}
