using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// An output layer outside the settled network (Laborieux et al. 2021). In the place of its state stands what it pushes with, s_L = −β δ_L: layer L − 1 receives it as
/// it would a state, s_L W_L, and the contrast [s_L⁺ ⊗ s_{L-1}⁺ − s_L⁻ ⊗ s_{L-1}⁻] / Δβ is minus the gradient of the loss, at the nudged states.
/// </summary>
internal static class EquilibriumReadout
{
    /// <summary>s_L = −β ∂ℓ/∂a_L at the states as they are.</summary>
    public static void Push<T>(LearningContext<T> step, LayeredStates<T> states, T beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int top = step.Depth;
        states.ReceiveFromBelow(top);
        Signal<T> push = states[top], y = step.Scratch("readout", top, push.Width);
        step.Spec.Head.Output(states.Total(top), y);
        step.Spec.Head.Error(y, step.Target, push);
        TensorPrimitives.Multiply(push.Span, -beta, push.Span);
    }

    /// <summary>Puts the free states and the output that is read from them where predictions are read; the output pushes nothing.</summary>
    public static void Show<T>(LearningContext<T> step, LayeredStates<T> free)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int top = step.Depth;
        free.ReceiveFromBelow(top);
        free.Total(top).Span.CopyTo(free[top].Span);
        free.Show();
        free[top].Span.Clear();
    }
}
