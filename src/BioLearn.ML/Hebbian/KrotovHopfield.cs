using System.Numerics.Tensors;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// The competitive rule of Krotov and Hopfield (2019): g = 1 for the unit with the largest current, −Δ for the one at rank k, 0 for
/// the rest; currents with p as in <see cref="CompetitiveRule.CurrentPower"/>.
/// </summary>
public sealed class KrotovHopfield : CompetitiveRule
{
    /// <summary>p, at least 2: units come to lie on the sphere Σ |w|^p = 1. Default: 2.</summary>
    public double Power
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2, nameof(Power));
            Guard.AboveZero(value, nameof(Power));
            field = value;
        }
    } = 2;

    /// <summary>k, the rank of the unit that turns away from the input, from 2. Default: 2.</summary>
    public int Rank
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2, nameof(Rank));
            field = value;
        }
    } = 2;

    /// <summary>Δ, the strength of turning away, at least 0. Default: 0.4.</summary>
    public double AntiHebbianStrength
    {
        get;
        init
        {
            Guard.AtLeastZero(value, nameof(AntiHebbianStrength));
            field = value;
        }
    } = 0.4;

    /// <inheritdoc/>
    public override string Name => "Krotov-Hopfield";

    /// <inheritdoc/>
    public override double CurrentPower => Power;

    /// <inheritdoc/>
    public override void Compete<T>(ReadOnlyMatrixSpan<T> currents, MatrixSpan<T> responses)
    {
        if (Rank > currents.Columns)
            throw new InvalidOperationException($"Rank is {Rank}, but there are only {currents.Columns} units to rank.");
        Span<T> left = new T[currents.Columns];
        for (int b = 0; b < currents.Rows; b++)
        {
            currents.Row(b).CopyTo(left);
            Span<T> g = responses.Row(b);
            g.Clear();
            g[TensorPrimitives.IndexOfMax<T>(left)] = T.One;
            for (int rank = 1; rank < Rank; rank++)
                left[TensorPrimitives.IndexOfMax<T>(left)] = T.NegativeInfinity;
            g[TensorPrimitives.IndexOfMax<T>(left)] = -T.CreateChecked(AntiHebbianStrength);
        }
    }
}
