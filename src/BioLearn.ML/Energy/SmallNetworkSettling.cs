using System.Numerics;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Relaxation;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Energy;

/// <summary>
/// Settling of <see cref="EquilibriumPropagation"/> in one kernel, for networks whose upper layers are small, or meet few samples, and
/// whose output is a state like the others: the same steps as the general way, without matrix products and sweeps for each.
/// </summary>
internal static class SmallNetworkSettling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int FewSamples = 4;
    private const int StepsBetweenInterruptions = 1024;

    /// <summary>Whether the kernel does what the rule asks for.</summary>
    public static bool Serves(LearningContext<T> step, EquilibriumPropagation rule) =>
        rule is { FuseSmallNetworks: true, OutputIsReadout: false }
        && !step.IsObserved // diagnostics look at single steps
        && step.Spec.Head == OutputHead.LinearSquaredError
        && StackedNetwork.Fits(step, FewSamples);

    /// <summary>Takes weights, drive and targets of a mini-batch; once, before any phase.</summary>
    public static void Begin(LearningContext<T> step)
    {
        EquilibriumSweep<T> sweep = Of(step);
        StackedNetwork.Take(step, sweep.Layers);
        Signal<T> drive = step.Scratch("input drive", 1, step.Layer(1).Units.Size);
        for (int b = 0; b < step.Batch; b++)
        {
            drive.Row(b).CopyTo(sweep.Drive(b));
            step.Target.Row(b).CopyTo(sweep.Target(b));
        }
    }

    /// <summary>Lets states settle with nudging strength β.</summary>
    public static void Run(LearningContext<T> step, EquilibriumPropagation rule, LayeredStates<T> states, T beta, int count)
    {
        EquilibriumSweep<T> sweep = Of(step);
        for (int l = 1; l <= step.Depth; l++)
        {
            Signal<T> state = states[l];
            for (int b = 0; b < step.Batch; b++)
                state.Row(b).CopyTo(sweep.State(l, b));
        }
        Steps steps = new()
        {
            Sweep = sweep,
            Batch = step.Batch,
            Beta = beta,
            Threads = step.Threads,
            StepSize = rule.Dynamics == EquilibriumDynamics.Energy ? T.CreateChecked(rule.StepSize) : T.Zero,
        };
        for (int made = 0; made < count; made += steps.Count)
        {
            if (made > 0)
                step.Interruption?.Invoke();
            steps.Count = Math.Min(count - made, StepsBetweenInterruptions);
            step.Layer(1).Activation.Use<T, Steps>(ref steps);
        }
        for (int l = 1; l <= step.Depth; l++)
        {
            Signal<T> state = states[l];
            for (int b = 0; b < step.Batch; b++)
                sweep.State(l, b).CopyTo(state.Row(b));
        }
    }

    private static EquilibriumSweep<T> Of(LearningContext<T> step) =>
        step.Resource("settling", static (s, capacity) => new EquilibriumSweep<T>(StackedNetwork.Widths(s.Spec), capacity));

    private struct Steps : IActivationUse<T>
    {
        public EquilibriumSweep<T> Sweep;
        public int Batch, Count, Threads;
        public T Beta, StepSize;

        public readonly void Invoke<TActivation>()
            where TActivation : struct, IActivation<T> => Sweep.Settle<TActivation>(Batch, Count, Beta, StepSize, Threads);
    }
}
