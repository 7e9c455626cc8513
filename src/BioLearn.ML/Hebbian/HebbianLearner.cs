using System.Numerics;
using System.Numerics.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>Linear units taught by a <see cref="HebbianRule"/>: one step is y = W x, the rule, W += η (Change − λ W), and the constraint.</summary>
internal sealed class HebbianLearner<T>(HebbianRule rule, int features, int units, int capacity, int threads = 1) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public HebbianStep<T> Step { get; } = new(features, units, capacity, threads);

    /// <summary>λ.</summary>
    public T WeightDecay { get; init; }

    /// <summary>Whether the rows of W are brought back to length 1 after each step.</summary>
    public bool UnitLength { get; init; }

    /// <summary>Learns from the batch that stands in <see cref="HebbianStep{T}.Input"/>.</summary>
    public void Learn(T rate)
    {
        Step.Forward();
        rule.Learn(Step);
        if (WeightDecay != T.Zero)
            Step.Decay(Enumerable.Repeat(WeightDecay, units).ToArray());
        Step.Apply(rate);
        if (UnitLength)
            Normalize();
    }

    public void Normalize()
    {
        for (int i = 0; i < units; i++)
        {
            Span<T> row = Step.Matrix.Row(i);
            T length = TensorPrimitives.Norm<T>(row);
            if (length > T.Zero)
                TensorPrimitives.Divide(row, length, row);
        }
    }

    public void Dispose() => Step.Dispose();
}
