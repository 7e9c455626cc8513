using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>How states move in a phase.</summary>
public sealed partial class EquilibriumPropagation
{
    private void Relax<T>(LearningContext<T> step, LayeredStates<T> states, T beta, int count, bool rests = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (SmallNetworkSettling<T>.Serves(step, this))
        {
            SmallNetworkSettling<T>.Run(step, this, states, beta, count);
            return;
        }
        Settling<T> settling = new() { Step = step, Rule = this, States = states, Beta = beta, Rests = rests, Watched = step.IsObserved && beta == T.Zero, Watch = new SettlingWatch<T>(step) };
        RelaxationLoop.Settle(ref settling, count, new RateControl(1), step.Interruption);
        if (!settling.Watched)
            return;
        settling.Watch.Tell();
        if (Dynamics == EquilibriumDynamics.Energy)
            step.Note(DiagnosticMetric.Energy, 0, Energy(step, states, Top(step)));
    }

    /// <summary>The highest layer that settles.</summary>
    private int Top<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => OutputIsReadout ? step.Depth - 1 : step.Depth;

    /// <summary>
    /// A step of two phases with opposite nudges. The nudge comes down by a layer a step: below, both are still the same, and what they
    /// receive is computed once.
    /// </summary>
    /// <param name="step">The mini-batch.</param>
    /// <param name="plus">Nudged with +β.</param>
    /// <param name="minus">Nudged with −β.</param>
    /// <param name="number">The step, from 1.</param>
    private void MoveBoth<T>(LearningContext<T> step, LayeredStates<T> plus, LayeredStates<T> minus, int number)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int top = step.Depth, alike = top - number, alikeBefore = alike + 1;
        for (int l = 1; l <= top; l++)
        {
            plus.ReceiveFromBelow(l);
            if (l > alike && l - 1 <= alikeBefore)
                plus.Total(l).Span.CopyTo(minus.Total(l).Span);
            else if (l > alike)
                minus.ReceiveFromBelow(l);
            plus.ReceiveFromAbove(l, T.One);
            if (l > alike)
                minus.ReceiveFromAbove(l, T.One);
        }
        for (int l = 1; l <= top; l++)
        {
            Move(step, l, plus, T.CreateChecked(Beta));
            if (l > alike)
                Move(step, l, minus, T.CreateChecked(-Beta));
            else
                plus[l].Span.CopyTo(minus[l].Span);
        }
    }

    private void Move<T>(LearningContext<T> step, int layer, LayeredStates<T> states, T beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Dynamics == EquilibriumDynamics.Energy)
            EulerStep(step, layer, states[layer], states.Total(layer), beta);
        else
            DiscreteStep(step, layer, states[layer], states.Total(layer), beta);
    }

    /// <summary>E per sample: Σ ½‖s_l‖² − Σ s_l·(W_l s_{l-1} + b_l); states lie in [0, 1], so ρ(s) is s.</summary>
    private static double Energy<T>(LearningContext<T> step, LayeredStates<T> states, int top)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double energy = 0;
        for (int l = 1; l <= top; l++)
        {
            states.ReceiveFromBelow(l);
            Signal<T> drive = states.Total(l);
            energy += (0.5 * double.CreateChecked(TensorPrimitives.SumOfSquares<T>(states[l].Span))) - double.CreateChecked(TensorPrimitives.Dot<T>(states[l].Span, drive.Span));
        }
        return energy / step.Batch;
    }

    /// <summary>s ← clip(s + ε (ρ'(s) · input − s [+ β (t − s)]), 0, 1); states never leave [0, 1], so ρ' is 1.</summary>
    private void EulerStep<T>(LearningContext<T> step, int layer, Signal<T> state, Signal<T> total, T beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (layer == step.Depth && beta != T.Zero)
            AddNudge(step.Target.Span, state.Span, beta, total.Span);
        TensorPrimitives.Subtract(total.Span, state.Span, total.Span);
        TensorPrimitives.MultiplyAdd(total.Span, T.CreateChecked(StepSize), state.Span, state.Span);
        step.Activate(Activation.HardSigmoid, state, state);
    }

    private static void DiscreteStep<T>(LearningContext<T> step, int layer, Signal<T> state, Signal<T> total, T beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool softmax = step.Spec.Head == OutputHead.SoftmaxCrossEntropy;
        if (layer == step.Depth && beta != T.Zero)
        {
            Signal<T> output = state;
            if (softmax)
            {
                output = step.Scratch("softmax", layer, state.Width);
                LearningContext<T>.Softmax(state, output);
            }
            AddNudge(step.Target.Span, output.Span, beta, total.Span);
        }
        step.Activate(layer == step.Depth && softmax ? Activation.Linear : step.Layer(Math.Min(layer, Math.Max(1, step.Depth - 1))).Activation, total, state);
    }

    private static void AddNudge<T>(ReadOnlySpan<T> target, ReadOnlySpan<T> output, T beta, Span<T> total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < total.Length; i++)
            total[i] += beta * (target[i] - output[i]);
    }

    /// <summary>One phase.</summary>
    private struct Settling<T> : IDynamics
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public LearningContext<T> Step;
        public EquilibriumPropagation Rule;
        public LayeredStates<T> States;
        public T Beta;
        public bool Rests, Watched;
        public SettlingWatch<T> Watch;

        /// <summary>All layers read the old states before any of them moves.</summary>
        public readonly double Evaluate(int number, double rate)
        {
            if (Watched)
                Watch.Before(States);
            if (!Rests || number > 0)
            {
                if (Rule.OutputIsReadout && Beta != T.Zero)
                    EquilibriumReadout.Push(Step, States, Beta);
                States.Receive(Rule.Top(Step), T.One);
                return double.NaN;
            }
            for (int l = 1; l <= Rule.Top(Step); l++)
                States.ReceiveAtRest(l);
            return double.NaN;
        }

        public readonly bool Moves(int number, bool last) => true;

        public void Move(int number, double rate)
        {
            for (int l = 1; l <= Rule.Top(Step); l++)
                Rule.Move(Step, l, States, Beta);
            if (Watched)
                Watch.After(States);
        }

        public readonly void Follow(int number, bool over)
        {
        }
    }

    /// <summary>Both nudged phases at once.</summary>
    private struct OppositeNudges<T> : IDynamics
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public LearningContext<T> Step;
        public EquilibriumPropagation Rule;
        public LayeredStates<T> Plus, Minus;

        public readonly double Evaluate(int number, double rate) => double.NaN;

        public readonly bool Moves(int number, bool last) => true;

        public readonly void Move(int number, double rate) => Rule.MoveBoth(Step, Plus, Minus, number + 1);

        public readonly void Follow(int number, bool over)
        {
        }
    }
}
