using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// Potentials and rates of <see cref="DendriticMicrocircuit"/>, and one Euler step of them: layer by layer upwards, each from the new
/// potentials below and the old ones above. Interneurons carry the number of the layer that they predict, from 2.
/// </summary>
internal readonly struct MicrocircuitDynamics<T>(LearningContext<T> step, DendriticMicrocircuit rule)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>u_l.</summary>
    public Signal<T> Soma(int layer) => step.Scratch("soma", layer, Width(layer));

    /// <summary>φ(u_l).</summary>
    public Signal<T> Rate(int layer) => step.Scratch("rate", layer, Width(layer));

    /// <summary>v_B of layer l.</summary>
    public Signal<T> Basal(int layer) => step.Scratch("basal", layer, Width(layer));

    /// <summary>v_A of hidden layer l.</summary>
    public Signal<T> Apical(int layer) => step.Scratch("apical", layer, Width(layer));

    /// <summary>u_I of the interneurons that predict layer l.</summary>
    public Signal<T> Interneuron(int layer) => step.Scratch("interneuron", layer, Width(layer));

    /// <summary>φ(u_I).</summary>
    public Signal<T> InterneuronRate(int layer) => step.Scratch("interneuron rate", layer, Width(layer));

    /// <summary>v_I.</summary>
    public Signal<T> InterneuronDendrite(int layer) => step.Scratch("interneuron dendrite", layer, Width(layer));

    /// <summary>The potentials of a network whose apical dendrites are silent and whose interneurons are where the layer above is.</summary>
    public void Start()
    {
        if (!rule.LearnWhileSettling)
            step.HoldWeights();
        for (int l = 1; l <= step.Depth; l++)
        {
            step.PreActivate(l, l == 1 ? step.Input : Rate(l - 1), Basal(l));
            TensorPrimitives.Multiply(Basal(l).Span, T.CreateChecked(rule.BasalShare(l == step.Depth)), Soma(l).Span);
            Activate(l, Soma(l), Rate(l));
            if (l == 1)
                continue;
            Soma(l).Span.CopyTo(Interneuron(l).Span);
            Rate(l).Span.CopyTo(InterneuronRate(l).Span);
        }
    }

    /// <summary>φ of every potential as it stands, for potentials that were set from outside.</summary>
    public void ShowRates()
    {
        for (int l = 1; l <= step.Depth; l++)
        {
            Activate(l, Soma(l), Rate(l));
            if (l > 1)
                Activate(l, Interneuron(l), InterneuronRate(l));
        }
    }

    /// <summary>One Euler step of all potentials.</summary>
    /// <param name="taught">Whether the target moves the output.</param>
    public void Advance(bool taught)
    {
        for (int l = 1; l < step.Depth; l++)
        {
            Drive(l, taught);
            step.SendDown(l + 1, step.Side("B_pp", l + 1), Rate(l + 1), Apical(l));
            step.AddRead(step.Side("W_PI", l + 1), InterneuronRate(l + 1), Apical(l));
            step.Read(step.Side("W_IP", l + 1), step.Side("b_IP", l + 1), Rate(l), InterneuronDendrite(l + 1));
            Euler(Soma(l), rule.LeakConductance, (Basal(l), rule.BasalConductance), (Apical(l), rule.ApicalConductance));
            Euler(Interneuron(l + 1), rule.LeakConductance, (InterneuronDendrite(l + 1), rule.DendriticConductance), (Soma(l + 1), rule.SomaticConductance));
            Activate(l, Soma(l), Rate(l));
            Activate(l + 1, Interneuron(l + 1), InterneuronRate(l + 1));
        }
        Drive(step.Depth, taught);
        Euler(Soma(step.Depth), rule.LeakConductance, (Basal(step.Depth), rule.BasalConductance), (step.Target, taught ? rule.SomaticConductance : 0));
        Activate(step.Depth, Soma(step.Depth), Rate(step.Depth));
    }

    /// <summary>φ(share · v) − φ(u), weighted by sample: what a dendrite did not foretell of its soma, turned for descent.</summary>
    public void Surprise(int layer, Signal<T> dendrite, double share, Signal<T> rate, Signal<T> delta)
    {
        TensorPrimitives.Multiply(dendrite.Span, T.CreateChecked(share), delta.Span);
        Activate(layer, delta, delta);
        TensorPrimitives.Subtract(delta.Span, rate.Span, delta.Span);
        step.WeighSamples(delta);
    }

    /// <summary>v_B; that of the clamped input stays while no synapse moves.</summary>
    private void Drive(int layer, bool taught)
    {
        if (layer > 1 || (taught && rule.LearnWhileSettling))
            step.PreActivate(layer, layer == 1 ? step.Input : Rate(layer - 1), Basal(layer));
    }

    /// <summary>u += dt (g₁ (v₁ − u) + g₂ (v₂ − u) − g_lk u).</summary>
    private void Euler(Signal<T> potential, double leak, (Signal<T> Source, double Conductance) first, (Signal<T> Source, double Conductance) second)
    {
        Span<T> u = potential.Span;
        TensorPrimitives.Multiply(u, T.CreateChecked(1 - (rule.StepSize * (leak + first.Conductance + second.Conductance))), u);
        TensorPrimitives.MultiplyAdd(first.Source.Span, T.CreateChecked(rule.StepSize * first.Conductance), u, u);
        if (second.Conductance != 0)
            TensorPrimitives.MultiplyAdd(second.Source.Span, T.CreateChecked(rule.StepSize * second.Conductance), u, u);
    }

    /// <summary>The output has the activation of the layer below it.</summary>
    private void Activate(int layer, Signal<T> potential, Signal<T> rate) =>
        step.Activate(step.Layer(Math.Min(layer, Math.Max(1, step.Depth - 1))).Activation, potential, rate);

    private int Width(int layer) => step.Layer(layer).Units.Size;
}
