using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>
/// A share of the units is silent in every learning step, drawn for every sample and step; what the others send is divided by the share
/// that is left (Srivastava et al. 2014). Predictions use all units.
/// </summary>
/// <param name="Share">Share of silent units, in [0, 1).</param>
public sealed record Dropout(double Share) : LayerSpec
{
    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input)
    {
        Require(Share is >= 0 and < 1, $"the share of dropout is {Share}; it must be in [0, 1)");
        return new LayerParts { Gating = new DropoutGating(Share) };
    }
}

/// <summary>0 for silent units, 1 / (1 − share) for the others.</summary>
internal sealed class DropoutGating(double share) : Gating
{
    public override void Fill<T>(LearningContext<T> step, int layer, Signal<T> gates)
    {
        T silent = T.CreateChecked(share), kept = T.One / (T.One - silent);
        step.Uniform("dropout", layer, gates);
        foreach (ref T gate in gates.Span)
            gate = gate < silent ? T.Zero : kept;
    }
}
