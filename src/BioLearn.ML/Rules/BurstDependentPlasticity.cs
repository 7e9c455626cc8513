using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Burst-dependent plasticity at the level of rates (Payeur, Guerguiev, Zenke, Richards and Naud 2021): events e_l = σ(a_l) run up, and
/// the share p of events that are bursts carries credit down. At the output p = p_b, with a teacher p̂ = p_b ((t − e)(1 − e) + 1);
/// below, p_l = σ(((p e)_{l+1} Y_{l+1}) ⊙ (1 − e_l)), and p̂ alike from p̂. Synapses ascend (p̂_l − p_l) e_l ⊗ e_{l-1}.
/// </summary>
/// <remarks>
/// Sigmoid units throughout. With <see cref="LearnFeedback"/> Y gets the update of W (Kolen and Pollack). Through a convolution bursts come down by its adjoint, Y having the
/// shape of its kernels. With <see cref="LateralInhibition"/> neighbours' bursts b⁰ = σ(f) e, f being what comes down without a teacher, are taken from both dendritic
/// potentials, u_l = f ⊙ (1 − e_l) − Z_l b⁰_l, and Z learns to hold u near 0, where the sigmoid is steepest: ΔZ ∝ u ⊗ b⁰.
/// </remarks>
public sealed class BurstDependentPlasticity : LearningRule
{
    private const string Free = "p", Taught = "p with teacher";

    /// <summary>Burst probability p_b of the output without a teacher, in (0, 1). Default: 0.2.</summary>
    public double BaselineBurstProbability { get; init; } = 0.2;

    /// <summary>Initial feedback weights Y. Default: standard normal.</summary>
    public Initializer Feedback { get; init; } = Initializer.Normal(1);

    /// <summary>Whether Y learns. Default: fixed.</summary>
    public bool LearnFeedback { get; init; }

    /// <summary>
    /// Whether the units of a hidden layer inhibit each other's dendrites through plastic Z_l, [units, units], as in the paper's deep networks: without it wide layers of strong
    /// feedback leave the steep part of the sigmoid, and lower layers learn little. Takes as many weights as a layer has units, squared. Default: no.
    /// </summary>
    public bool LateralInhibition { get; init; }

    /// <summary>Initial lateral weights Z. Default: normal with deviation 0.01.</summary>
    public Initializer Inhibition { get; init; } = Initializer.Normal(0.01);

    /// <summary>Rate of the lateral weights as a share of the learning rate, for optimizers that follow a gradient's size; at least 0. Default: 0.03.</summary>
    public double InhibitionRate { get; init; } = 0.03;

    /// <inheritdoc/>
    public override string Name => "burst-dependent plasticity";

    /// <inheritdoc/>
    public override OutputHead? PreferredHead => OutputHead.SigmoidCrossEntropy;

    /// <inheritdoc/>
    public override Activation? PreferredActivation => Activation.Sigmoid;

    /// <inheritdoc/>
    public override string? Caution(NetworkSpec network)
    {
        ArgumentNullException.ThrowIfNull(network);
        int hidden = network.Graph.Length - 1;
        return hidden < 3 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"Burst-dependent plasticity with {hidden} hidden layers: differences of burst probabilities shrink from layer to layer, and four hidden layers reached 21 % of ten classes where one reached 78 %; take one or two.");
    }

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.AboveZero(BaselineBurstProbability);
        Guard.Fraction(BaselineBurstProbability);
        network.RequirePlain("Burst-dependent plasticity");
        if (network.Head != OutputHead.SigmoidCrossEntropy && network.Head != OutputHead.SigmoidSquaredError)
            throw new ArgumentException($"Burst-dependent plasticity needs sigmoid outputs: the head SigmoidCrossEntropy or SigmoidSquaredError, not {network.Head}.", nameof(network));
        if (network.Graph.SkipLast(1).FirstOrDefault(l => l.Activation != Activation.Sigmoid) is { } other)
            throw new ArgumentException($"Burst-dependent plasticity needs sigmoid units; {other} has {other.Activation}.", nameof(network));
        Guard.AtLeastZero(InhibitionRate);
        needs.FeedbackLike("Y", network, Feedback);
        for (int l = 1; l < network.Graph.Length && LateralInhibition; l++)
            needs.Side("Z", l, network.Graph[l - 1].Units.Size, network.Graph[l - 1].Units.Size, Inhibition);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        BurstAtOutput(step);
        for (int l = step.Depth - 1; l >= 1; l--)
        {
            DendriteBelow(step, l, Free);
            DendriteBelow(step, l, Taught);
            if (LateralInhibition)
                Inhibit(step, l);
            step.Activate(Activation.Sigmoid, Burst(step, Free, l), Burst(step, Free, l));
            step.Activate(Activation.Sigmoid, Burst(step, Taught, l), Burst(step, Taught, l));
        }
        for (int l = 1; l <= step.Depth; l++)
        {
            Signal<T> delta = step.Delta(l);
            TensorPrimitives.Subtract(Burst(step, Free, l).Span, Burst(step, Taught, l).Span, delta.Span);
            TensorPrimitives.Multiply(delta.Span, step.Clean.Units(l).Span, delta.Span);
            step.WeighSamples(delta);
        }
        step.LearnAll();
        for (int l = 2; l <= step.Depth && LearnFeedback; l++)
            step.LearnLike(step.Side("Y", l), step.Weights(l));
    }

    private void BurstAtOutput<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> e = step.Clean.Units(step.Depth).Span, t = step.Target.Span;
        Span<T> free = Burst(step, Free, step.Depth).Span, taught = Burst(step, Taught, step.Depth).Span;
        T baseline = T.CreateChecked(BaselineBurstProbability);
        free.Fill(baseline);
        for (int i = 0; i < e.Length; i++)
            taught[i] = baseline * (((t[i] - e[i]) * (T.One - e[i])) + T.One);
    }

    /// <summary>u_l from the bursts p e of the layer above, in the place of p_l; without a teacher also b⁰_l.</summary>
    private void DendriteBelow<T>(LearningContext<T> step, int l, string kind)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> above = Burst(step, kind, l + 1), bursts = step.Scratch("p e", l + 1, above.Width), below = Burst(step, kind, l);
        TensorPrimitives.Multiply(above.Span, step.Clean.Units(l + 1).Span, bursts.Span);
        step.SendDown(l + 1, step.Side("Y", l + 1), bursts, below);
        if (LateralInhibition && kind == Free)
        {
            Signal<T> neighbours = Burst(step, "b0", l);
            step.Activate(Activation.Sigmoid, below, neighbours);
            TensorPrimitives.Multiply(neighbours.Span, step.Clean.Units(l).Span, neighbours.Span);
        }
        Signal<T> room = step.Scratch("1 - e", l, below.Width);
        TensorPrimitives.Subtract(T.One, step.Clean.Units(l).Span, room.Span);
        TensorPrimitives.Multiply(below.Span, room.Span, below.Span);
    }

    /// <summary>Takes Z b⁰ from both potentials, and teaches Z by the one without a teacher.</summary>
    private void Inhibit<T>(LearningContext<T> step, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Signal<T> free = Burst(step, Free, l), taught = Burst(step, Taught, l), neighbours = Burst(step, "b0", l), inhibition = Burst(step, "inhibition", l);
        step.Read(step.Side("Z", l), null, neighbours, inhibition);
        TensorPrimitives.Subtract(free.Span, inhibition.Span, free.Span);
        TensorPrimitives.Subtract(taught.Span, inhibition.Span, taught.Span);
        step.Learn(step.Side("Z", l), null, (free, neighbours, T.CreateChecked(-InhibitionRate)));
    }

    internal static Signal<T> Burst<T>(LearningContext<T> step, string kind, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => step.Scratch(kind, l, step.Layer(l).Units.Size);
}
