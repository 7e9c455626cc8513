using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// ℓ_b = Σ_b' w_b' (S_bb'(x) − S_bb'(t))² / Σ w, S_bb' the cosine between x_b and x_b', each less its own mean; and the way back to the units.
/// </summary>
internal readonly struct SimilarityMatching<T>(LearningContext<T> step)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>With three channels or fewer the deviations say too little; the paper's program compares the units themselves.</summary>
    private const int FewestChannels = 4;

    private readonly NativeBuffer<T> _targets = step.Resource("similarities of targets", static (_, capacity) => new NativeBuffer<T>(checked(capacity * capacity)));
    private readonly NativeBuffer<T> _similarities = step.Resource("similarities", static (_, capacity) => new NativeBuffer<T>(checked(capacity * capacity)));

    /// <summary>S(t) of the one-hot targets.</summary>
    public void SetTargets(Signal<T> classes)
    {
        Signal<T> unit = step.Scratch("targets of length 1", 0, classes.Width);
        Direct(classes, unit, step.Scratch("lengths of targets", 0, 1));
        Compare(unit, _targets);
    }

    /// <summary>credit += share · B ∂L/∂h_l, L = Σ_b w_b ℓ_b / B.</summary>
    public void AddCredit(int l, T share, Signal<T> credit)
    {
        Signal<T> units = step.Clean.Units(l);
        TensorShape shape = step.Layer(l).Units;
        bool deviations = shape.Channels >= FewestChannels && !shape.IsVector;
        Signal<T> x = units;
        if (deviations)
        {
            x = step.Scratch("deviations", l, shape.Channels);
            Deviate(units, x);
        }
        Signal<T> unit = step.Scratch("vectors of length 1", l, x.Width), lengths = step.Scratch("lengths of vectors", l, 1), back = step.Scratch("credit of vectors", l, x.Width);
        Direct(x, unit, lengths);
        Compare(unit, _similarities);
        Pull(unit, share, back);
        Undirect(unit, lengths, back);
        if (deviations)
            Undeviate(units, x, back, credit);
        else
            TensorPrimitives.Add(credit.Span, back.Span, credit.Span);
    }

    /// <summary>Every sample less its mean, divided by its length; zero, with the length 0, where it does not vary.</summary>
    private static void Direct(Signal<T> x, Signal<T> unit, Signal<T> lengths)
    {
        // A mean is rounded, so that what does not vary differs from it by a little.
        T least = T.CreateChecked(1e-10), width = T.CreateChecked(x.Width);
        for (int b = 0; b < x.Batch; b++)
        {
            Span<T> row = unit.Row(b);
            TensorPrimitives.Subtract(x.Row(b), TensorPrimitives.Sum<T>(x.Row(b)) / width, row);
            T squares = TensorPrimitives.SumOfSquares<T>(row);
            bool varies = squares > least * TensorPrimitives.SumOfSquares<T>(x.Row(b));
            lengths.Row(b)[0] = varies ? T.Sqrt(squares) : T.Zero;
            if (varies)
                TensorPrimitives.Divide(row, lengths.Row(b)[0], row);
            else
                row.Clear();
        }
    }

    /// <summary>The way back: ((g − (g·u) u) / length) less its mean.</summary>
    private static void Undirect(Signal<T> unit, Signal<T> lengths, Signal<T> credit)
    {
        for (int b = 0; b < unit.Batch; b++)
        {
            Span<T> g = credit.Row(b), u = unit.Row(b);
            T length = lengths.Row(b)[0];
            if (length == T.Zero)
            {
                g.Clear();
                continue;
            }
            TensorPrimitives.MultiplyAdd(u, -TensorPrimitives.Dot<T>(g, u), g, g);
            TensorPrimitives.Divide(g, length, g);
            TensorPrimitives.Subtract(g, TensorPrimitives.Sum<T>(g) / T.CreateChecked(g.Length), g);
        }
    }

    private static void Compare(Signal<T> unit, NativeBuffer<T> similarities)
    {
        int batch = unit.Batch;
        for (int b = 0; b < batch; b++)
        {
            for (int other = 0; other <= b; other++)
                similarities.Span[(b * batch) + other] = similarities.Span[(other * batch) + b] = TensorPrimitives.Dot<T>(unit.Row(b), unit.Row(other));
        }
    }

    /// <summary>share · 4 w_b / Σw · Σ_b' w_b' (S − S(t))_bb' u_b': each pair is counted from both sides, and a square gives 2.</summary>
    private void Pull(Signal<T> unit, T share, Signal<T> credit)
    {
        int batch = unit.Batch;
        T weights = step.SampleWeights.Width == 0 ? T.CreateChecked(batch) : TensorPrimitives.Sum<T>(step.SampleWeights.Span);
        credit.Span.Clear();
        if (weights == T.Zero)
            return;
        T factor = share * T.CreateChecked(4) / weights;
        for (int b = 0; b < batch; b++)
        {
            for (int other = 0; other < batch; other++)
            {
                int at = (b * batch) + other;
                T weight = step.SampleWeights.Width == 0 ? T.One : step.SampleWeights.Span[other];
                TensorPrimitives.MultiplyAdd(unit.Row(other), factor * weight * (_similarities.Span[at] - _targets.Span[at]), credit.Row(b), credit.Row(b));
            }
        }
        step.WeighSamples(credit);
    }

    /// <summary>Standard deviation over space of every channel, from n − 1.</summary>
    private static void Deviate(Signal<T> units, Signal<T> deviations)
    {
        int channels = deviations.Width, area = units.Width / channels;
        T places = T.CreateChecked(area);
        for (int b = 0; b < units.Batch; b++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                Span<T> plane = units.Row(b).Slice(channel * area, area);
                T mean = TensorPrimitives.Sum<T>(plane) / places, squares = T.Zero;
                foreach (T h in plane)
                    squares += (h - mean) * (h - mean);
                deviations.Row(b)[channel] = T.Sqrt(squares / (places - T.One));
            }
        }
    }

    /// <summary>credit += g (h − mean) / ((n − 1) deviation).</summary>
    private static void Undeviate(Signal<T> units, Signal<T> deviations, Signal<T> back, Signal<T> credit)
    {
        int channels = deviations.Width, area = units.Width / channels;
        T places = T.CreateChecked(area);
        for (int b = 0; b < units.Batch; b++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                T deviation = deviations.Row(b)[channel];
                if (deviation == T.Zero)
                    continue;
                Span<T> plane = units.Row(b).Slice(channel * area, area), target = credit.Row(b).Slice(channel * area, area);
                T mean = TensorPrimitives.Sum<T>(plane) / places, slope = back.Row(b)[channel] / ((places - T.One) * deviation);
                for (int i = 0; i < area; i++)
                    target[i] += slope * (plane[i] - mean);
            }
        }
    }
}
