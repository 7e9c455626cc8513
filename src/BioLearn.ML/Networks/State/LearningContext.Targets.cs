namespace BioLearn.ML.Networks;

/// <summary>Outputs that have no target.</summary>
public sealed partial class LearningContext<T>
{
    private bool[] _targetMask = [];
    private bool _masked;

    /// <summary>
    /// Which outputs of the mini-batch have a target, [batch, outputs] row by row; empty where all have one. An output without a target is free: it
    /// has neither loss nor error (<see cref="OutputError()"/>), and its number in <see cref="Target"/> says nothing.
    /// </summary>
    public ReadOnlySpan<bool> TargetMask => _masked ? _targetMask.AsSpan(0, Batch * Spec.Outputs) : default;

    /// <summary>Says which outputs of the present mini-batch have a target, until the next one begins; a trainer does so by itself.</summary>
    /// <param name="mask">[batch, outputs] row by row, false where an output is free; empty where all have a target.</param>
    /// <exception cref="ArgumentException">The length does not fit the mini-batch, or the head is none of the squared errors.</exception>
    public void MaskTargets(ReadOnlySpan<bool> mask)
    {
        _masked = !mask.IsEmpty;
        if (!_masked)
            return;
        if (mask.Length != Batch * Spec.Outputs)
            throw new ArgumentException($"The mask of targets has {mask.Length} entries; expected {Spec.Outputs} for each of {Batch} samples.", nameof(mask));
        if (Spec.Head != OutputHead.LinearSquaredError && Spec.Head != OutputHead.SigmoidSquaredError)
            throw new ArgumentException($"A mask of targets was given to a network with the head {Spec.Head}; expected {OutputHead.LinearSquaredError} or {OutputHead.SigmoidSquaredError}, whose outputs can be free one by one.", nameof(mask));
        if (_targetMask.Length < mask.Length)
            _targetMask = new bool[_capacity * Spec.Outputs];
        mask.CopyTo(_targetMask);
    }

    /// <summary>A free output's target is the output itself, so that it has neither loss nor error.</summary>
    private void FreeOutputs(Signal<T> output)
    {
        ReadOnlySpan<bool> mask = TargetMask;
        if (mask.IsEmpty)
            return;
        Span<T> target = Target.Span, y = output.Span;
        for (int i = 0; i < mask.Length; i++)
        {
            if (!mask[i])
                target[i] = y[i];
        }
    }
}
