using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;
using BioLearn.Kernels.Threading;

namespace BioLearn.Kernels.Elementwise;

/// <summary>How one optimizer moves a parameter; the sweep over memory is <see cref="OptimizerSweep"/>'s.</summary>
internal interface IOptimizerRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Running averages that each parameter carries: 0, 1 or 2.</summary>
    static abstract int States { get; }

    /// <summary>The parameter after the step; updates the running averages, of which the first <see cref="States"/> count.</summary>
    V Step<V>(V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ILanes<V, T>;
}

/// <summary>One optimizer step as one pass over memory: parameter, gradient and running averages are each read and written once.</summary>
internal static unsafe class OptimizerSweep
{
    // What a number costs in multiply-adds of a product, at least; and numbers that threads do not share a line of.
    private const double OperationsANumber = 8;
    private const int Line = 64;

    /// <summary>Moves <paramref name="parameters"/> down <paramref name="gradients"/>.</summary>
    /// <param name="rule">The optimizer, with its rates of this step.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="gradients">dL/dparameter.</param>
    /// <param name="first">First running average, zeros before the first step; empty if the rule has none.</param>
    /// <param name="second">Second running average, likewise.</param>
    /// <param name="weightDecay">L2 penalty, added to the gradient: g + weightDecay p.</param>
    /// <param name="twin">Parameters that are moved by the same differences, or empty.</param>
    /// <param name="threads">Threads that may work at once.</param>
    /// <exception cref="ArgumentException">A length differs from the parameters'.</exception>
    public static void Step<T, TRule>(
        in TRule rule, Span<T> parameters, ReadOnlySpan<T> gradients, Span<T> first, Span<T> second, T weightDecay, Span<T> twin = default, int threads = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IOptimizerRule<T>
    {
        Lengths.MustMatch(parameters.Length, gradients.Length, nameof(gradients));
        Lengths.MustMatch(TRule.States >= 1 ? parameters.Length : 0, first.Length, nameof(first));
        Lengths.MustMatch(TRule.States >= 2 ? parameters.Length : 0, second.Length, nameof(second));
        Lengths.MustMatch(twin.IsEmpty ? 0 : parameters.Length, twin.Length, nameof(twin));
        int length = parameters.Length;
        double arrays = 3 + (2 * TRule.States) + (twin.IsEmpty ? 0 : 2);
        threads = WorkSize.Threads(threads, OperationsANumber * (double)length, arrays * length * sizeof(T));
        int grain = Math.Max(1, Partitioner.Pieces(Partitioner.Pieces(length, threads), Line) * Line);
        fixed (T* p = parameters, g = gradients, m = first, v = second, t = twin)
        {
            if (typeof(TRule) == typeof(GradientDescent<T>) && T.IsZero(weightDecay) && twin.IsEmpty && Unsafe.As<TRule, GradientDescent<T>>(ref Unsafe.AsRef(in rule)).IsUnbounded)
            {
                var plain = new PlainDescent<T> { Rate = Unsafe.As<TRule, GradientDescent<T>>(ref Unsafe.AsRef(in rule)).Rate, Parameters = p, Gradients = g, Length = length };
                Partitioner.For(length, grain, threads, ref plain);
                return;
            }
            var kernel = new Kernel<T, TRule>
            {
                Rule = rule,
                Parameters = p,
                Gradients = g,
                First = m,
                Second = v,
                Twin = t,
                WeightDecay = weightDecay,
                Length = length,
            };
            Partitioner.For(length, grain, threads, ref kernel);
        }
    }

    /// <summary>
    /// Makes several steps of gradient 0, one after the other, each of them as <see cref="Step"/> would: what parameters have missed that
    /// wait until they are met again.
    /// </summary>
    /// <param name="rules">The optimizer with its rates of each step.</param>
    /// <param name="keep">Factor on the parameters before each step; empty where all are 1.</param>
    /// <param name="parameters">What is trained.</param>
    /// <param name="first">First running average; empty if the rule has none.</param>
    /// <param name="second">Second running average, likewise.</param>
    /// <param name="weightDecay">L2 penalty, added to the gradient.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static void Repeat<T, TRule>(
        ReadOnlySpan<TRule> rules, ReadOnlySpan<T> keep, Span<T> parameters, Span<T> first, Span<T> second, T weightDecay)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : unmanaged, IOptimizerRule<T>
    {
        Lengths.MustMatch(keep.IsEmpty ? 0 : rules.Length, keep.Length, nameof(keep));
        Lengths.MustMatch(TRule.States >= 1 ? parameters.Length : 0, first.Length, nameof(first));
        Lengths.MustMatch(TRule.States >= 2 ? parameters.Length : 0, second.Length, nameof(second));
        fixed (TRule* r = rules)
        fixed (T* k = keep, p = parameters, m = first, v = second)
        {
            var kernel = new Repetition<T, TRule> { Rules = r, Steps = rules.Length, Keep = k, Parameters = p, First = m, Second = v, WeightDecay = weightDecay, Length = parameters.Length };
            Hardware.Run<T, Repetition<T, TRule>>(ref kernel);
        }
    }

    private struct Repetition<T, TRule> : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : unmanaged, IOptimizerRule<T>
    {
        public TRule* Rules;
        public int Steps;
        public T* Keep, Parameters, First, Second;
        public T WeightDecay;
        public int Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            TRule* rules = Rules;
            T* keep = Keep;
            V decay = V.Create(WeightDecay);
            for (int i = 0; i < Length; i += V.Count)
            {
                int count = Math.Min(V.Count, Length - i);
                V parameter = V.LoadFirst(Parameters + i, count);
                V first = TRule.States >= 1 ? V.LoadFirst(First + i, count) : V.Zero, second = TRule.States >= 2 ? V.LoadFirst(Second + i, count) : V.Zero;
                for (int s = 0; s < Steps; s++)
                {
                    if (keep != null)
                        parameter *= V.Create(keep[s]);
                    parameter = rules[s].Step(parameter, V.MultiplyAdd(decay, parameter, V.Zero), ref first, ref second);
                }
                V.StoreFirst(parameter, Parameters + i, count);
                if (TRule.States >= 1)
                    V.StoreFirst(first, First + i, count);
                if (TRule.States >= 2)
                    V.StoreFirst(second, Second + i, count);
            }
        }
    }

    private struct Kernel<T, TRule> : IVectorKernel<T>, IRangeJob
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRule : struct, IOptimizerRule<T>
    {
        public TRule Rule;
        public T* Parameters, Gradients, First, Second, Twin;
        public T WeightDecay;
        public int Length;

        public readonly void Invoke(int piece, int begin, int end)
        {
            Kernel<T, TRule> part = this;
            part.Parameters += begin;
            part.Gradients += begin;
            if (TRule.States >= 1) part.First += begin;
            if (TRule.States >= 2) part.Second += begin;
            if (Twin != null) part.Twin += begin;
            part.Length = end - begin;
            Hardware.Run<T, Kernel<T, TRule>>(ref part);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Invoke<V>()
            where V : unmanaged, ILanes<V, T>
        {
            TRule rule = Rule;
            T* p = Parameters, g = Gradients, m = First, v = Second, t = Twin;
            V decay = V.Create(WeightDecay);
            int i = 0, length = Length;
            for (; i <= length - V.Count; i += V.Count)
            {
                V first = TRule.States >= 1 ? V.Load(m + i) : V.Zero, second = TRule.States >= 2 ? V.Load(v + i) : V.Zero;
                V parameter = V.Load(p + i);
                V moved = rule.Step(parameter, V.MultiplyAdd(decay, parameter, V.Load(g + i)), ref first, ref second);
                V.Store(moved, p + i);
                if (t != null)
                    V.Store(V.Load(t + i) + (moved - parameter), t + i);
                if (TRule.States >= 1)
                    V.Store(first, m + i);
                if (TRule.States >= 2)
                    V.Store(second, v + i);
            }
            if (i < length)
            {
                int rest = length - i;
                V first = TRule.States >= 1 ? V.LoadFirst(m + i, rest) : V.Zero, second = TRule.States >= 2 ? V.LoadFirst(v + i, rest) : V.Zero;
                V parameter = V.LoadFirst(p + i, rest);
                V moved = rule.Step(parameter, V.MultiplyAdd(decay, parameter, V.LoadFirst(g + i, rest)), ref first, ref second);
                V.StoreFirst(moved, p + i, rest);
                if (t != null)
                    V.StoreFirst(V.LoadFirst(t + i, rest) + (moved - parameter), t + i, rest);
                if (TRule.States >= 1)
                    V.StoreFirst(first, m + i, rest);
                if (TRule.States >= 2)
                    V.StoreFirst(second, v + i, rest);
            }
        }
    }
}
