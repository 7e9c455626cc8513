using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>
/// PEPITA (Dellaferrera and Kreiman 2022): a second forward pass in the place of a backward one. Its input carries the error,
/// x' = x + e F, and every synapse learns from the change between the passes: (h_l − h'_l) ⊗ h'_{l-1}, h'_0 = x'; the output layer
/// learns e' ⊗ h'_{L-1}. No weights are transported and no derivative is taken.
/// </summary>
public sealed class Pepita : LearningRule
{
    /// <summary>Projection F [outputs, features] of the error to the input. Default: He uniform times 0.05.</summary>
    public Initializer Projection { get; init; } = Initializer.HeUniform with { Scale = 0.05 };

    /// <summary>Whether the output layer learns from the error of the second pass, as the authors' program does, or of the first. Default: second.</summary>
    public bool SecondPassError { get; init; } = true;

    /// <summary>
    /// Share of the hidden units that are silent in both passes of a step, drawn for every row and step, in [0, 1); what the others send is
    /// divided by the share that is left. Default: 0.
    /// </summary>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public override string Name => "PEPITA";

    /// <inheritdoc/>
    public override Activation? PreferredActivation => Activation.ReLU;

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.Fraction(Dropout);
        network.RequireChain("PEPITA");
        if (Dropout > 0)
            network.RequireFullyConnected("PEPITA with dropout");
        needs.Side("F", 1, network.Outputs, network.Input.Size, Projection);
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        DrawMasks(step);
        Forward(step, step.Clean);
        step.OutputError();
        Phase<T> modulated = step.Phase("modulated");
        modulated.Input = step.Scratch("x + e F", 1, step.Input.Width);
        step.Input.Span.CopyTo(modulated.Input.Span);
        step.AddProjected(step.Delta(step.Depth), step.Side("F", 1), modulated.Input);
        Forward(step, modulated);
        for (int l = 1; l < step.Depth; l++)
            TensorPrimitives.Subtract(step.Clean.Units(l).Span, modulated.Units(l).Span, step.Delta(l).Span);
        if (SecondPassError)
            step.OutputError(modulated, step.Delta(step.Depth));
        for (int l = 1; l <= step.Depth; l++)
            step.Learn(l, step.Delta(l), modulated.Activity(l - 1));
    }

    /// <summary>0 for silent units, 1 / (1 − dropout) for the others.</summary>
    private void DrawMasks<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T share = T.CreateChecked(Dropout), kept = T.One / (T.One - share);
        for (int l = 1; l < step.Depth && Dropout > 0; l++)
        {
            Signal<T> mask = Mask(step, l);
            step.Uniform("dropout", l, mask);
            foreach (ref T m in mask.Span)
                m = m < share ? T.Zero : kept;
        }
    }

    private void Forward<T>(LearningContext<T> step, Phase<T> phase)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int l = 1; l <= step.Depth; l++)
        {
            step.PreActivate(phase, l);
            step.Activate(phase, l);
            if (l < step.Depth && Dropout > 0)
                TensorPrimitives.Multiply(phase.Units(l).Span, Mask(step, l).Span, phase.Units(l).Span);
        }
    }

    private static Signal<T> Mask<T>(LearningContext<T> step, int l)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => step.Scratch("dropout", l, step.Layer(l).Units.Size);
}
