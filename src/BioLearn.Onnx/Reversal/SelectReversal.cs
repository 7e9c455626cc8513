using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Where: the current returns to the side that was chosen at each place. The condition gets none: it is a step, without slope. A condition that the picture
/// decides is a gate, which may be open: then both sides get all.
/// </summary>
internal sealed class SelectReversal : OperatorReversal
{
    private readonly SelectNode _choice;
    private readonly int _input;

    private SelectReversal(SelectNode choice, int input) => (_choice, _input) = (choice, input);

    public override IEnumerable<CnnTensor> Activations => _choice.IsGate ? [_choice.Inputs[_choice.Condition.Input]] : [];

    public static SelectReversal? Create(SelectNode choice, int input, CurrentShape arriving, GateRule rule)
    {
        Operators.RequireRecorded(choice, choice.Output, arriving);
        return choice.IsGate && rule == GateRule.Identity ? null : new(choice, input) { Returned = arriving };
    }

    public override string? Emit(ReversalEmitter emitter, string arriving)
    {
        if (_choice.Condition.Values is not { } condition)
            return null;
        float[] mask = Array.ConvertAll(condition, value => IsChosen(value) ? 1f : 0);
        return emitter.Node("Mul", [emitter.Shaped(arriving, Returned.Shape), emitter.Weights(mask, [1, .. Returned.Shape.Dimensions])], Returned.Shape);
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        ReadOnlySpan<float> condition = _choice.Condition.Values ?? recorded.Activation(_choice.Inputs[_choice.Condition.Input]);
        for (int i = 0; i < returned.Length; i++)
            returned[i] = IsChosen(condition[i]) ? arriving[i] : 0;
    }

    private bool IsChosen(float condition) => condition != 0 == (_choice.First.Input == _input);
}
