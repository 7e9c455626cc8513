using System.Numerics;
using BioLearn.Kernels.Tensors;

namespace BioLearn.ML.Hebbian;

/// <summary>
/// How the units of a layer compete for an input: it turns their currents into responses g. The layer then learns
/// Δw_i = Σ_b g_i (x − I_i w_i), divided by the largest |Δ|, so that winners turn to the input and, where g is below 0, losers away.
/// A rule of your own is one class.
/// </summary>
public abstract class CompetitiveRule
{
    /// <summary>The field's name of the rule, for example "SoftHebb".</summary>
    public abstract string Name { get; }

    /// <summary>p of the currents I_i = Σ_j sign(w_ij) |w_ij|^(p−1) x_j; 2 is the ordinary product.</summary>
    public virtual double CurrentPower => 2;

    /// <summary>Responses g of every unit to every row.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="currents">I, [batch, units].</param>
    /// <param name="responses">g, [batch, units], to be written in full.</param>
    public abstract void Compete<T>(ReadOnlyMatrixSpan<T> currents, MatrixSpan<T> responses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
