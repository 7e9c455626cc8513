using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Onnx.Recollection;

/// <summary>Turns options, which speak of variants, into rules, which speak of operators and levels of one network.</summary>
internal sealed class RuleBook
{
    private readonly CnnGraph _graph;
    private readonly Cue _cue;
    private readonly RecollectionOptions _options;
    private readonly NotebookDialect _dialect;
    private readonly Dictionary<TraceLevel, LevelOverride> _overrides = [];

    /// <exception cref="ArgumentException">An override names a level that the network does not have.</exception>
    public RuleBook(CnnGraph graph, Cue cue, RecollectionOptions options, NotebookDialect dialect)
    {
        _graph = graph;
        _cue = cue;
        _options = options;
        _dialect = dialect;
        foreach (LevelOverride level in options.Levels)
        {
            CnnTensor tensor = CueStart.Find(graph, level.Level);
            TraceLevel found = graph.LevelAt(tensor)
                ?? throw new ArgumentException($"\"{level.Level}\" is not a level; the model has {string.Join(", ", graph.Levels)}", nameof(options));
            _overrides[found] = Merge(level, _overrides.GetValueOrDefault(found));
        }
    }

    public ReversalRules Rules => new()
    {
        Unpooling = level => Override(level)?.Unpooling ?? _options.Unpooling,
        WinnerTakesAll = level => Override(level)?.WinnerTakesAll ?? _options.WinnerTakesAll,
        LevelOperation = OperationAt,
        Options = _options,
    };

    private LevelOperation? OperationAt(TraceLevel level)
    {
        CurrentNormalization normalization = Override(level)?.Normalization ?? _options.Normalization;
        bool rectify = Override(level)?.Rectify ?? (IsDense(level) ? _options.RectifyDense : _options.RectifyConvolution);
        Sparsity? sparsity = _cue is StoredCue stored && CueStart.Find(_graph, stored.Level) == level.Tensor ? stored.Sparsity : null;
        bool nothing = normalization == CurrentNormalization.None && !rectify && sparsity is null;
        return nothing ? null : new LevelOperation(normalization, rectify, IsNormalizedTwice(level) ? 2 : 1, sparsity);
    }

    // The notebooks normalise and rectify the current of these cues once on arrival at level 1, and again with the level.
    private bool IsNormalizedTwice(TraceLevel level) => level.Index == 1 && _cue switch
    {
        OutputLayerCue => true,
        PredictedClassCue or UnitsCue or RandomVectorCue => _dialect == NotebookDialect.ConvPool,
        _ => false,
    };

    /// <summary>Whether a level is dense: a vector, or maps that only dense layers read (the last pool of AlexNet).</summary>
    private bool IsDense(TraceLevel level) =>
        level.Shape.Rank == 1
        || level.Kind == TraceLevelKind.GlobalAveragePool
        || (level.Kind != TraceLevelKind.Image && _graph.ConsumersOf(level.Tensor) is { Length: > 0 } consumers && consumers.All(LeadsToDense));

    private bool LeadsToDense(CnnNode node)
    {
        while (node is ReshapeNode or IdentityNode && _graph.ConsumersOf(node.Output) is [var only])
            node = only;
        return node is DenseNode;
    }

    private LevelOverride? Override(TraceLevel? level) => level is null ? null : _overrides.GetValueOrDefault(level);

    private static LevelOverride Merge(LevelOverride later, LevelOverride? earlier) => earlier is null ? later : later with
    {
        Normalization = later.Normalization ?? earlier.Normalization,
        Rectify = later.Rectify ?? earlier.Rectify,
        WinnerTakesAll = later.WinnerTakesAll ?? earlier.WinnerTakesAll,
        Unpooling = later.Unpooling ?? earlier.Unpooling,
    };
}
