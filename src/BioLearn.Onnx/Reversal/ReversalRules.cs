using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Reversal;

/// <summary>The choices a <see cref="ReversalPlan"/> is made with. Functions of a level answer for the operator that the current enters from it.</summary>
internal sealed record ReversalRules
{
    public required Func<TraceLevel?, Unpooling> Unpooling { get; init; }

    public required Func<TraceLevel?, bool> WinnerTakesAll { get; init; }

    /// <summary>What happens to the current of a level; null for nothing.</summary>
    public required Func<TraceLevel, ILevelOperation?> LevelOperation { get; init; }

    /// <summary>What holds at every level.</summary>
    public ReversalOptions Options { get; init; } = new();
}

/// <summary>What happens to the current of a level after it arrived: normalisation, rectification, sparsity.</summary>
internal interface ILevelOperation
{
    /// <param name="current">One image's current, changed in place.</param>
    /// <param name="planes">Number of equal planes that per-channel statistics treat apart.</param>
    void Apply(Span<float> current, int planes);
}
