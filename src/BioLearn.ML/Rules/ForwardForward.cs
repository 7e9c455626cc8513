using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>What <see cref="ForwardForward"/> calls the goodness of a layer, and how inputs of a layer are normalized.</summary>
public enum Goodness
{
    /// <summary>Mean of squared activities, threshold 2; inputs are divided by their length.</summary>
    MeanOfSquares,

    /// <summary>Sum of squared activities, threshold the number of units; inputs are divided by their root mean square.</summary>
    SumOfSquares,
}

/// <summary>
/// Forward-forward (Hinton 2022): no backward pass. Every hidden layer sees each sample once with its label (positive) and once with a
/// wrong one (negative), and learns by itself to have a high goodness g for the first and a low one for the second: loss
/// mean of softplus(θ − g⁺) and softplus(g⁻ − θ). Inputs of a layer are normalized, so that none reads the goodness below.
/// </summary>
/// <remarks>
/// The label enters the first layer beside the features, through weights U. Predictions come from a pass with a neutral label (all
/// classes alike): the output layer reads the normalized activities of the hidden layers, of all but the first where there are
/// several, and is taught by its own error alone. For classes only. The goodness of
/// a convolution is that of its units before pooling; readers see what was pooled, normalized.
/// </remarks>
public sealed class ForwardForward : LearningRule
{
    /// <summary>The convention. Default: sum of squares.</summary>
    public Goodness Goodness { get; init; } = Goodness.SumOfSquares;

    /// <summary>Threshold θ; null takes the convention's: 2, or the number of units. Default: null.</summary>
    public double? Threshold { get; init; }

    /// <inheritdoc/>
    public override string Name => "forward-forward";

    /// <inheritdoc/>
    public override bool AllowsFreeOutputs => false;

    /// <inheritdoc/>
    public override bool PredictsByForwardPass => false;

    /// <inheritdoc/>
    public override Activation? PreferredActivation => Activation.ReLU;

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (Threshold is { } threshold)
            Guard.AboveZero(threshold, nameof(Threshold));
        network.RequireChain("Forward-forward");
        if (network.Graph.Length < 2)
            throw new ArgumentException("Forward-forward needs a hidden layer.", nameof(network));
        if (network.Head == OutputHead.LinearSquaredError)
            throw new ArgumentException("Forward-forward learns classes; it cannot be taught numbers (head LinearSquaredError).", nameof(network));
        needs.Side("U", 1, network.Graph[0].Units.Size, Math.Max(2, network.Outputs), Initializer.GlorotUniform);
        foreach (Layer layer in network.Graph.Skip(1).SkipLast(2))
            needs.Side("R", layer.Index, network.Outputs, layer.Output.Size, Initializer.Zeros);
    }

    /// <inheritdoc/>
    public override void Predict<T>(LearningContext<T> step)
    {
        Signal<T> neutral = Label(step, "neutral label");
        neutral.Span.Fill(T.One / T.CreateChecked(neutral.Width));
        Pass(step, step.Clean, neutral);
        int top = step.Depth;
        step.PreActivate(top, Normalize(step, step.Clean, top, default), step.Clean.PreActivation(top));
        for (int l = 2; l < top - 1; l++)
            step.AddRead(step.Side("R", l), Normalized(step, step.Clean, l + 1), step.Clean.PreActivation(top));
        step.Activate(step.Clean, top);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        Predict(step);
        step.OutputError();
        int top = step.Depth;
        Signal<T> error = step.Delta(top);
        step.Learn(top, error, Normalized(step, step.Clean, top));
        for (int l = 2; l < top - 1; l++)
        {
            step.Side("R", l).LearningRateScale = step.Weights(top).LearningRateScale;
            step.Learn(step.Side("R", l), error, Normalized(step, step.Clean, l + 1));
        }

        Phase<T> positive = step.Phase("positive"), negative = step.Phase("negative");
        Signal<T> right = Label(step, "label"), wrong = Label(step, "wrong label");
        SetLabels(step, right, wrong);
        Pass(step, positive, right);
        Pass(step, negative, wrong);
        for (int l = 1; l < top; l++)
            LearnGoodness(step, l, positive, negative);
        T half = T.CreateChecked(0.5);
        step.Learn(step.Side("U", 1), null, (Credit(step, positive, 1), LabelRead(step, positive), half), (Credit(step, negative, 1), LabelRead(step, negative), half));
    }

    /// <summary>Every hidden layer from the normalized activities below it, the first with a label beside them.</summary>
    internal void Pass<T>(LearningContext<T> step, Phase<T> phase, Signal<T> label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l < step.Depth; l++)
        {
            step.PreActivate(l, Normalize(step, phase, l, l == 1 ? label : default), phase.PreActivation(l));
            if (l == 1 && label.Width > 0)
                step.AddRead(step.Side("U", 1), LabelRead(step, phase), phase.PreActivation(1));
            step.Activate(phase, l);
        }
    }

    /// <summary>Both credits ∂ℓ/∂a_l of a layer meet its normalized inputs.</summary>
    internal void LearnGoodness<T>(LearningContext<T> step, int l, Phase<T> positive, Phase<T> negative)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SetCredit(step, l, positive, -T.One);
        SetCredit(step, l, negative, T.One);
        T half = T.CreateChecked(0.5);
        step.Learn(l, (Credit(step, positive, l), Normalized(step, positive, l), half), (Credit(step, negative, l), Normalized(step, negative, l), half));
    }

    /// <summary>g of one sample's activities.</summary>
    internal double GoodnessOf<T>(ReadOnlySpan<T> activities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double squares = double.CreateChecked(TensorPrimitives.SumOfSquares(activities));
        return Goodness == Goodness.MeanOfSquares ? squares / activities.Length : squares;
    }

    internal double ThresholdOf(int units) => Threshold ?? (Goodness == Goodness.MeanOfSquares ? 2 : units);

    /// <summary>Writes the true classes one-hot to <paramref name="right"/>, and one of the others, by chance, to <paramref name="wrong"/>.</summary>
    internal static void SetLabels<T>(LearningContext<T> step, Signal<T> right, Signal<T> wrong)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> chance = step.Scratch("chance", 0, 1);
        step.Uniform("wrong label", 0, chance);
        right.Span.Clear();
        wrong.Span.Clear();
        for (int b = 0; b < step.Batch; b++)
        {
            ReadOnlySpan<T> target = step.Target.Row(b);
            int @class = target.Length > 1 ? TensorPrimitives.IndexOfMax(target) : target[0] > T.CreateChecked(0.5) ? 1 : 0;
            int others = right.Width - 1;
            int other = Math.Min(others - 1, (int)(double.CreateChecked(chance.Row(b)[0]) * others));
            right.Row(b)[@class] = T.One;
            wrong.Row(b)[other < @class ? other : other + 1] = T.One;
        }
    }

    /// <summary>∂ℓ/∂a = ± σ(± (g − θ)) · ∂g/∂h ⊙ φ', minus for the positive phase.</summary>
    private void SetCredit<T>(LearningContext<T> step, int l, Phase<T> phase, T sign)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> h = phase.Units(l), credit = Credit(step, phase, l);
        double s = double.CreateChecked(sign), slope = Goodness == Goodness.MeanOfSquares ? 2.0 / h.Width : 2;
        for (int b = 0; b < step.Batch; b++)
        {
            double push = s / (1 + Math.Exp(-s * (GoodnessOf<T>(h.Row(b)) - ThresholdOf(h.Width))));
            TensorPrimitives.Multiply(h.Row(b), T.CreateChecked(push * slope), credit.Row(b));
        }
        step.Gate(step.Layer(l).Activation, phase.PreActivation(l), h, credit);
        step.WeighSamples(credit);
    }

    /// <summary>h_{l-1}, with a label beside it, divided by its length or root mean square.</summary>
    private Signal<T> Normalize<T>(LearningContext<T> step, Phase<T> phase, int l, Signal<T> label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> h = phase.Activity(l - 1), normalized = Normalized(step, phase, l), labelNormalized = LabelRead(step, phase);
        for (int b = 0; b < step.Batch; b++)
        {
            T squares = TensorPrimitives.SumOfSquares<T>(h.Row(b));
            if (label.Width > 0)
                squares += TensorPrimitives.SumOfSquares<T>(label.Row(b));
            T size = Goodness == Goodness.MeanOfSquares
                ? T.Sqrt(squares) + T.CreateChecked(1e-4)
                : T.Sqrt(squares / T.CreateChecked(h.Width + label.Width)) + T.CreateChecked(1e-8);
            TensorPrimitives.Divide(h.Row(b), size, normalized.Row(b));
            if (label.Width > 0)
                TensorPrimitives.Divide(label.Row(b), size, labelNormalized.Row(b));
        }
        return normalized;
    }

    private static Signal<T> Normalized<T>(LearningContext<T> step, Phase<T> phase, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => step.Scratch(phase.Name switch { "positive" => "x^+", "negative" => "x^-", _ => "x^" }, l, step.Layer(l).Input.Size);

    private static Signal<T> Credit<T>(LearningContext<T> step, Phase<T> phase, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => step.Scratch(phase.Name == "positive" ? "credit+" : "credit-", l, step.Layer(l).Units.Size);

    /// <summary>The label as the first layer reads it, normalized with the features.</summary>
    private static Signal<T> LabelRead<T>(LearningContext<T> step, Phase<T> phase)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Label(step, phase.Name switch { "positive" => "y^+", "negative" => "y^-", _ => "y^" });

    private static Signal<T> Label<T>(LearningContext<T> step, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => step.Scratch(name, 1, Math.Max(2, step.Spec.Outputs));
}
