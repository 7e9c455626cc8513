using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>
/// Layer, instance and group normalisation y = (x - m)/s: the current is divided by the recorded deviation s of its group, m and s being what they
/// were; or passes the Jacobian, (r - mean(r) - y mean(r y))/s.
/// </summary>
internal sealed class NormalizeReversal : OperatorReversal
{
    private readonly NormalizeNode _norm;
    private readonly bool _jacobian;

    private NormalizeReversal(NormalizeNode norm, bool jacobian)
    {
        _norm = norm;
        _jacobian = jacobian;
    }

    public override bool InPlace => true;

    public override IEnumerable<CnnTensor> Activations => [_norm.Input];

    public static NormalizeReversal? Create(NormalizeNode norm, CurrentShape arriving, ResponseNormRule rule)
    {
        if (rule == ResponseNormRule.Identity)
            return null;
        Operators.RequireRecorded(norm, norm.Output, arriving);
        return new(norm, rule == ResponseNormRule.Jacobian) { Returned = arriving };
    }

    public override void Run(ReadOnlySpan<float> arriving, Span<float> returned, RecordedSample recorded)
    {
        ReadOnlySpan<float> x = recorded.Activation(_norm.Input);
        Grouping groups = _norm.Groups;
        for (int group = 0; group < groups.Groups; group++)
        {
            int start = groups.Start(group), end = start + groups.Count * groups.Inner;
            double mean = 0, variance = 0;
            for (int i = start; i < end; i += groups.Inner)
                mean += x[i];
            mean /= groups.Count;
            for (int i = start; i < end; i += groups.Inner)
                variance += (x[i] - mean) * (x[i] - mean);
            double gain = 1 / Math.Sqrt(variance / groups.Count + _norm.Epsilon);
            if (!double.IsFinite(gain))
                gain = 0; // a constant group without epsilon: nothing passed
            double current = 0, along = 0;
            for (int i = start; _jacobian && i < end; i += groups.Inner)
            {
                current += returned[i];
                along += returned[i] * (x[i] - mean) * gain;
            }
            for (int i = start; i < end; i += groups.Inner)
                returned[i] = (float)(gain * (returned[i] - current / groups.Count - (x[i] - mean) * gain * along / groups.Count));
        }
    }
}
