using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Elementwise;

/// <summary>
/// Adam (Kingma and Ba 2015) and its relatives:
/// <code>
/// m ← β₁ m + (1-β₁) g      v ← β₂ v + (1-β₂) g²      p ← (1 - lr·decay) p - lr (m / (1-β₁ᵗ)) / (√(v / (1-β₂ᵗ)) + ε)
/// </code>
/// </summary>
internal readonly struct Adam<T> : IOptimizerRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _rate, _epsilon, _retained, _decay1, _gain1, _decay2, _gain2, _correction1, _correction2;

    private Adam(double rate, double beta1, double decay2, double beta2, double epsilon, double weightDecay, int step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        _rate = T.CreateChecked(rate);
        _epsilon = T.CreateChecked(epsilon);
        _retained = T.CreateChecked(1 - rate * weightDecay);
        (_decay1, _gain1) = (T.CreateChecked(beta1), T.CreateChecked(1 - beta1));
        (_decay2, _gain2) = (T.CreateChecked(decay2), T.CreateChecked(1 - beta2));
        _correction1 = T.CreateChecked(1 / (1 - Math.Pow(beta1, step)));
        _correction2 = T.CreateChecked(1 / (1 - Math.Pow(beta2, step)));
    }

    /// <summary>Adam as published.</summary>
    /// <param name="rate">lr.</param>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="epsilon">ε.</param>
    public static Adam<T> Standard(double rate, int step, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) =>
        new(rate, beta1, beta2, beta2, epsilon, 0, step);

    /// <summary>AdamW (Loshchilov and Hutter 2019): weights decay beside the step, not through the gradient.</summary>
    /// <inheritdoc cref="Standard"/>
    public static Adam<T> DecoupledDecay(double rate, double weightDecay, int step, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) =>
        new(rate, beta1, beta2, beta2, epsilon, weightDecay, step);

    /// <summary>
    /// The optimizer of the published BOHP_RNN program, for reproduction: v decays with β₁ in place of β₂, so that steps grow to about
    /// ten times Adam's.
    /// </summary>
    /// <inheritdoc cref="Standard"/>
    public static Adam<T> AsCoded(double rate, int step, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8) =>
        new(rate, beta1, beta1, beta2, epsilon, 0, step);

    public static int States => 2;

    /// <summary>lr c1 / √c2, ε / √c2 and what the step keeps of a parameter, for <see cref="AdamCoast"/>.</summary>
    public (double Rate, double Epsilon, double Kept) Corrected
    {
        get
        {
            double root = Math.Sqrt(double.CreateChecked(_correction2));
            return (double.CreateChecked(_rate) * double.CreateChecked(_correction1) / root, double.CreateChecked(_epsilon) / root, double.CreateChecked(_retained));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<V>(V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ILanes<V, T>
    {
        first = V.MultiplyAdd(V.Create(_decay1), first, V.Create(_gain1) * gradient);
        second = V.MultiplyAdd(V.Create(_decay2), second, V.Create(_gain2) * (gradient * gradient));
        V spread = V.Sqrt(second * V.Create(_correction2)) + V.Create(_epsilon);
        return V.SubtractProduct(V.Create(_rate), first * V.Create(_correction1) / spread, V.Create(_retained) * parameter);
    }
}

/// <summary>RMSprop (Hinton): v ← a v + (1-a) g², p ← p - lr g / (√v + ε).</summary>
/// <param name="learningRate">lr.</param>
/// <param name="smoothing">a.</param>
/// <param name="epsilon">ε.</param>
internal readonly struct RmsProp<T>(T learningRate, T smoothing, T epsilon) : IOptimizerRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _rate = learningRate, _decay = smoothing, _gain = T.One - smoothing, _epsilon = epsilon;

    public static int States => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<V>(V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ILanes<V, T>
    {
        first = V.MultiplyAdd(V.Create(_decay), first, V.Create(_gain) * (gradient * gradient));
        return V.SubtractProduct(V.Create(_rate), gradient / (V.Sqrt(first) + V.Create(_epsilon)), parameter);
    }
}

/// <summary>
/// RMSprop of the published feed-forward BOHP programs, for reproduction: the first gradient fills the mean square whole, ε stands under
/// the root, steps are bounded: q ← q + a (g² - q) with a = 1 at first, then 0.01; p ← p - clip(lr g / √(q + 1e-8), ±largestStep).
/// </summary>
/// <param name="learningRate">lr.</param>
/// <param name="largestStep">Bound of each parameter's step.</param>
/// <param name="isFirst">Whether this is the first step.</param>
internal readonly struct ClippedRmsProp<T>(T learningRate, T largestStep, bool isFirst) : IOptimizerRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _rate = learningRate, _largest = largestStep;
    private readonly T _gain = isFirst ? T.One : T.CreateChecked(0.01), _epsilon = T.CreateChecked(1e-8);

    public static int States => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<V>(V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ILanes<V, T>
    {
        first = V.MultiplyAdd(V.Create(_gain), gradient * gradient - first, first);
        V step = V.Create(_rate) * gradient / V.Sqrt(first + V.Create(_epsilon));
        return parameter - StepSize.Clip<V, T>(step, V.Create(_largest));
    }
}
