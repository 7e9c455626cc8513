namespace BioLearn.ML.Diagnostics;

/// <summary>
/// What <see cref="LearningDiagnostics"/> measures, all on the same fixed probe rows. Angles are in degrees, from 0 (the same
/// direction) over 90 (unrelated) to 180. Rules may note figures of their own under other names.
/// </summary>
public static class DiagnosticMetric
{
    /// <summary>
    /// Angle between the rule's gradient of W_l and backpropagation's on the same weights. Of a rule that settles it is the angle to
    /// backpropagation through the forward pass, which is another function than the settled state.
    /// </summary>
    public const string GradientAngle = nameof(GradientAngle);

    /// <summary>Angle between the rule's credit δ_l and backpropagation's, both from the output down: the errors of the way add up.</summary>
    public const string CreditAngle = nameof(CreditAngle);

    /// <summary>Angle between δ_l and what backpropagation makes of the rule's own δ_{l+1}: the error of one layer alone (Akrout et al. 2019).</summary>
    public const string LocalCreditAngle = nameof(LocalCreditAngle);

    /// <summary>
    /// Angle between the feedback weights and what they stand for: K_l and W_l, D_l and the product W_L ⋯ W_{l+1}, V_l and the
    /// transpose of W_l.
    /// </summary>
    public const string FeedbackAngle = nameof(FeedbackAngle);

    /// <summary>Share of the feedback weights whose sign is that of the weight that they stand for.</summary>
    public const string SignConcordance = nameof(SignConcordance);

    /// <summary>Norm of the feedback weights over the norm of what they stand for.</summary>
    public const string FeedbackNormRatio = nameof(FeedbackNormRatio);

    /// <summary>Frobenius norm of the rule's gradient of W_l.</summary>
    public const string GradientNorm = nameof(GradientNorm);

    /// <summary>That norm over backpropagation's.</summary>
    public const string GradientNormRatio = nameof(GradientNormRatio);

    /// <summary>Frobenius norm of the last step's change of W_l.</summary>
    public const string UpdateNorm = nameof(UpdateNorm);

    /// <summary>That norm over the norm of W_l.</summary>
    public const string RelativeUpdate = nameof(RelativeUpdate);

    /// <summary>Share of the units of a hidden layer whose activity is the same for all probe rows; of rules that predict by a forward pass.</summary>
    public const string DeadUnits = nameof(DeadUnits);

    /// <summary>
    /// Target alignment, layer 0: mean over rows of the cosine between the output's change in one small plain step along the rule's
    /// gradient and the way from the output to the target (Song et al. 2024).
    /// </summary>
    public const string TargetAlignment = nameof(TargetAlignment);

    /// <summary>Mean loss, layer 0.</summary>
    public const string Loss = nameof(Loss);

    /// <summary>Energy per row when the activities have settled, layer 0: predictive coding's with the target clamped, equilibrium propagation's free.</summary>
    public const string Energy = nameof(Energy);

    /// <summary>Steps until no unit moved by more than 1e-3 any longer, layer 0; the number of all steps if some still did.</summary>
    public const string SettlingSteps = nameof(SettlingSteps);

    /// <summary>Largest change of a unit in the last step of settling, layer 0.</summary>
    public const string Residual = nameof(Residual);
}

/// <summary>One figure at one moment of a training.</summary>
/// <param name="Step">Learning steps done.</param>
/// <param name="Epoch">The epoch, from 1; 0 before learning began.</param>
/// <param name="Layer">Layer l, from 1; 0 for the whole network.</param>
/// <param name="Metric">What was measured (<see cref="DiagnosticMetric"/>).</param>
/// <param name="Value">The figure.</param>
public sealed record DiagnosticRecord(long Step, int Epoch, int Layer, string Metric, double Value);
