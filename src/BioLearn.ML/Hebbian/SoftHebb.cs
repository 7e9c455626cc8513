using System.Numerics.Tensors;
using BioLearn.Kernels.Elementwise;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// SoftHebb (Moraitis et al. 2022; Journé et al. 2023): soft winner-take-all, g = softmax(t I), Δw_i = Σ_b g_i (x − I_i w_i).
/// With <see cref="AntiHebbianLosers"/> the sign of g is turned for all but the winner (Journé et al., "soft anti-Hebbian").
/// </summary>
public sealed class SoftHebb : CompetitiveRule
{
    /// <summary>t, the inverse temperature of the softmax, above 0: the larger, the harder the competition. Default: 20, for rows of length 1.</summary>
    public double InverseTemperature
    {
        get;
        init
        {
            Guard.AboveZero(value, nameof(InverseTemperature));
            field = value;
        }
    } = 20;

    /// <summary>Whether all units but the winner turn away from the input. Default: false.</summary>
    public bool AntiHebbianLosers { get; init; }

    /// <inheritdoc/>
    public override string Name => "SoftHebb";

    /// <inheritdoc/>
    public override void Compete<T>(ReadOnlyMatrixSpan<T> currents, MatrixSpan<T> responses)
    {
        T temperature = T.CreateChecked(InverseTemperature);
        for (int b = 0; b < currents.Rows; b++)
            TensorPrimitives.Multiply(currents.Row(b), temperature, responses.Row(b));
        OutputLosses.Softmax<T>(responses, responses);
        if (!AntiHebbianLosers)
            return;
        for (int b = 0; b < currents.Rows; b++)
        {
            int winner = TensorPrimitives.IndexOfMax(currents.Row(b));
            Span<T> g = responses.Row(b);
            TensorPrimitives.Negate(g, g);
            g[winner] = -g[winner];
        }
    }
}
