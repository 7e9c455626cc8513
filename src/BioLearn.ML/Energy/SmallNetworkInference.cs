using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Relaxation;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// Inference of <see cref="PredictiveCoding"/> in one kernel, for plain descent on fully connected networks whose upper layers are small, or
/// meet few samples: the same steps as the general way, without a matrix product and a dozen sweeps for each. Leaves errors in <c>Delta</c>,
/// activities in the scratch "x" and what they send in "f(x)".
/// </summary>
internal static class SmallNetworkInference<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FewSamples = 3;
    private const int StepsBetweenInterruptions = 1024;

    /// <summary>Whether the kernel does what the rule asks for.</summary>
    public static bool Serves(LearningContext<T> step, PredictiveCoding rule) =>
        rule is { FuseSmallNetworks: true, WeightUpdates: WeightUpdateSchedule.Last, NodePosition: ValueNodePosition.PreActivation, InferenceOptimizer: InferenceOptimizer.Sgd, InferenceMomentum: 0, EnergyCoefficient: 1, Nudging: OutputNudging.Clamped, KeepActivities: false }
        && !step.IsObserved // diagnostics look at single steps
        && step.Spec.Head == OutputHead.LinearSquaredError
        && step.SampleWeights.Width == 0
        && StackedNetwork.Fits(step, FewSamples);

    public static void Run(LearningContext<T> step, PredictiveCoding rule)
    {
        PredictiveCodingSweep<T> sweep = step.Resource("inference", static (s, capacity) => new PredictiveCodingSweep<T>(StackedNetwork.Widths(s.Spec), capacity));
        StackedNetwork.Take(step, sweep.Layers);
        int top = step.Depth;
        for (int b = 0; b < step.Batch; b++)
        {
            step.Clean.PreActivation(1).Row(b).CopyTo(sweep.At(SweepPlace.Drive, 1, b));
            for (int l = 1; l < top; l++)
                step.Clean.PreActivation(l).Row(b).CopyTo(sweep.At(SweepPlace.Activity, l, b));
            step.Target.Row(b).CopyTo(sweep.At(SweepPlace.Activity, top, b));
        }
        MaskTargets(step, sweep);
        Steps steps = new() { Sweep = sweep, Rule = rule, Batch = step.Batch, Threads = step.Threads, Interruption = step.Interruption };
        step.Layer(1).Activation.Use<T, Steps>(ref steps);
        for (int l = 1; l <= top; l++)
        {
            Signal<T> delta = step.Delta(l), x = step.Scratch(PredictiveCoding.Activities, l, delta.Width), sent = step.Scratch("f(x)", l, delta.Width);
            for (int b = 0; b < step.Batch; b++)
            {
                sweep.At(SweepPlace.Error, l, b).CopyTo(delta.Row(b));
                sweep.At(SweepPlace.Activity, l, b).CopyTo(x.Row(b));
                sweep.At(SweepPlace.Sent, l, b).CopyTo(sent.Row(b));
            }
        }
    }

    private static void MaskTargets(LearningContext<T> step, PredictiveCodingSweep<T> sweep)
    {
        ReadOnlySpan<bool> mask = step.TargetMask;
        sweep.HasFreeOutputs = !mask.IsEmpty;
        for (int b = 0; b < step.Batch && !mask.IsEmpty; b++)
        {
            Span<T> taught = sweep.At(SweepPlace.Drive, step.Depth, b);
            for (int i = 0; i < taught.Length; i++)
                taught[i] = mask[(b * taught.Length) + i] ? T.One : T.Zero;
        }
    }

    /// <summary>All steps of one mini-batch, with the rate's rule: it changes by what a step did to the energy, from the next step on.</summary>
    private struct Steps : IActivationUse<T>
    {
        public PredictiveCodingSweep<T> Sweep;
        public PredictiveCoding Rule;
        public int Batch;
        public int Threads;
        public Action? Interruption;

        public readonly void Invoke<TActivation>()
            where TActivation : struct, IActivation<T>
        {
            if (Rule is { NeedsEnergy: false, Watch: null } && Rule.InferenceRate > Rule.StopAtRate)
            {
                for (int made = 0, count; made < Rule.InferenceSteps - 1; made += count)
                {
                    if (made > 0)
                        Interruption?.Invoke();
                    count = Math.Min(Rule.InferenceSteps - 1 - made, StepsBetweenInterruptions);
                    Sweep.Run<TActivation>(Batch, count, T.CreateChecked(Rule.InferenceRate), Threads);
                }
                Sweep.Run<TActivation>(Batch, 1, T.Zero, Threads);
                return;
            }
            double rate = Rule.InferenceRate, previous = double.NaN;
            for (int t = 0; t < Rule.InferenceSteps; t++)
            {
                if (t % StepsBetweenInterruptions == StepsBetweenInterruptions - 1)
                    Interruption?.Invoke();
                bool last = t == Rule.InferenceSteps - 1;
                (double loss, double energy) = Sweep.Step<TActivation>(Batch, last ? T.Zero : T.CreateChecked(rate), Threads);
                Rule.Watch?.Invoke(t, loss, energy, rate);
                double overall = loss + energy;
                if (!last && t > 0 && Rule.NeedsEnergy)
                    rate *= overall < previous ? Rule.RateAmplifier : Rule.RateDiscount;
                previous = overall;
                if (!last && rate <= Rule.StopAtRate)
                {
                    Sweep.Step<TActivation>(Batch, T.Zero, Threads);
                    break;
                }
            }
        }
    }
}
