namespace BioLearn.ML.Networks;

/// <summary>
/// Lets an instruction open and close the units of the layer before it, in learning and in prediction alike: h = gate ⊙ h, gates of 0 and 1
/// (Abel and Ullman 2024). The rule sets them (<see cref="LearningContext{T}.OpenGates"/>), such as counter-Hebb learning;
/// without an instruction all units are open.
/// </summary>
public sealed record InstructionGate : LayerSpec
{
    /// <inheritdoc/>
    public override LayerParts Resolve(TensorShape input) => new() { Gating = new InstructionGating() };
}

/// <summary>Open, until somebody says otherwise.</summary>
internal sealed class InstructionGating : Gating
{
    public override bool InPrediction => true;

    public override bool IsInstructed => true;

    public override void Fill<T>(LearningContext<T> step, int layer, Signal<T> gates) => gates.Span.Fill(T.One);
}
