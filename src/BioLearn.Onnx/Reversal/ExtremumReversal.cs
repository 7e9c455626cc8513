using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>Max or Min of several tensors: each value of the current returns to the tensor that won there, as through a max-pool.</summary>
internal sealed class ExtremumReversal : OperatorReversal
{
    private readonly ExtremumNode _node;
    private readonly int _input;

    private ExtremumReversal(ExtremumNode node, int input)
    {
        _node = node;
        _input = input;
    }

    public override IEnumerable<CnnTensor> Activations => _node.Inputs;

    public static ExtremumReversal Create(ExtremumNode node, int input, CurrentShape arriving)
    {
        Operators.RequireRecorded(node, node.Output, arriving);
        return new(node, input) { Returned = arriving };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        arriving.CopyTo(returned);
        ReadOnlySpan<float> own = recorded.Activation(_node.Inputs[_input]);
        for (int other = 0; other < _node.Inputs.Length; other++)
        {
            if (other == _input)
                continue;
            ReadOnlySpan<float> rival = recorded.Activation(_node.Inputs[other]);
            for (int i = 0; i < returned.Length; i++)
            {
                float lead = _node.Greatest ? own[i] - rival[i] : rival[i] - own[i];
                if (lead < 0 || (lead == 0 && other < _input))
                    returned[i] = 0;
            }
        }
    }
}
