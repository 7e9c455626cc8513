using System.Numerics;
using System.Runtime.CompilerServices;
using BioLearn.Kernels.Simd;

namespace BioLearn.Kernels.Elementwise;

/// <summary>Stochastic gradient descent: p ← p - clip(lr g, ±largestStep).</summary>
/// <param name="learningRate">lr.</param>
/// <param name="largestStep">Bound of each parameter's step; infinity for none.</param>
internal readonly struct GradientDescent<T>(T learningRate, T largestStep) : IOptimizerRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _rate = learningRate, _largest = largestStep;

    public static int States => 0;

    /// <summary>lr.</summary>
    public T Rate => _rate;

    /// <summary>Whether a step may be as large as it comes out.</summary>
    public bool IsUnbounded => T.IsPositiveInfinity(_largest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<V>(V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ILanes<V, T> => parameter - StepSize.Clip<V, T>(V.Create(_rate) * gradient, V.Create(_largest));
}

/// <summary>Descent with momentum μ: v ← μ v + g, p ← p - lr v; Nesterov's form looks ahead: p ← p - lr (g + μ v).</summary>
/// <param name="learningRate">lr.</param>
/// <param name="momentum">μ, in [0, 1).</param>
/// <param name="nesterov">Whether to look ahead.</param>
internal readonly struct Momentum<T>(T learningRate, T momentum, bool nesterov) : IOptimizerRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // p - lr (ahead g + along v)
    private readonly T _rate = learningRate, _momentum = momentum, _ahead = nesterov ? T.One : T.Zero, _along = nesterov ? momentum : T.One;

    public static int States => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Step<V>(V parameter, V gradient, ref V first, ref V second)
        where V : unmanaged, ILanes<V, T>
    {
        first = V.MultiplyAdd(V.Create(_momentum), first, gradient);
        V direction = V.MultiplyAdd(V.Create(_along), first, V.Create(_ahead) * gradient);
        return V.SubtractProduct(V.Create(_rate), direction, parameter);
    }
}

/// <summary>What several optimizers do to a step.</summary>
internal static class StepSize
{
    /// <summary>The step within ±<paramref name="largest"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Clip<V, T>(V step, V largest)
        where V : unmanaged, ILanes<V, T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        step = V.Select(V.LessThan(largest, step), largest, step);
        return V.Select(V.LessThan(step, -largest), -largest, step);
    }
}
