using BioLearn.ML.Networks;

namespace BioLearn.ML.Diagnostics;

/// <summary>What one check of <see cref="RuleConformance"/> found.</summary>
/// <param name="Check">What was checked.</param>
/// <param name="Passed">Whether the rule passed; true also where the check does not apply.</param>
/// <param name="Detail">What was seen.</param>
public sealed record RuleFinding(string Check, bool Passed, string Detail);

/// <summary>
/// Checks what every learning rule must keep to, on small networks and within seconds: shapes, parameters left alone, seeds, threads,
/// sample weights, no allocation in a step, backpropagation where the feedback is W, learning, the way through a saved model, and graphs with
/// convolutions, pooling, additions, normalization and dropout.
/// </summary>
/// <example><code>
/// [Fact]
/// public void My_rule_conforms() =>
///     Assert.All(new RuleConformance { FeedbackName = "K" }.Run(new MyFeedbackAlignment()), f => Assert.True(f.Passed, f.ToString()));
/// </code></example>
public sealed class RuleConformance
{
    /// <summary>
    /// Name of side tensors through which the error comes down: with W in their place (or, of a direct feedback [outputs, units], the
    /// weights above one hidden layer) the rule must be backpropagation. Null if the rule has no such tensors, or changes the error on the
    /// way, as a sign does. Default: null.
    /// </summary>
    public string? FeedbackName { get; init; }

    /// <summary>Share of three Gaussian clouds that the rule must tell apart after a short training, in which every W_l must have moved; a third is chance. Default: 0.8.</summary>
    public double LeastAccuracy { get; init; } = 0.8;

    /// <summary>Optimizer of the trainings. Default: Adam at 0.01.</summary>
    public OptimizerSettings Optimizer { get; init; } = OptimizerSettings.Adam(0.01);

    /// <summary>Runs all checks; none stops the others.</summary>
    /// <param name="rule">The rule, with the options that are to be checked.</param>
    /// <returns>A finding a check.</returns>
    public IReadOnlyList<RuleFinding> Run(LearningRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return
        [
            Try("shapes", () => RuleChecks.Shapes(rule)),
            Try("parameters left alone", () => RuleChecks.ParametersLeftAlone(rule)),
            Try("seeds", () => RuleChecks.Seeds(rule, Optimizer)),
            Try("threads", () => RuleChecks.Threads(rule, Optimizer)),
            Try("sample weights", () => RuleChecks.SampleWeights(rule)),
            Try("no allocation", () => RuleChecks.NoAllocation(rule, Optimizer)),
            Try("backpropagation", () => FeedbackName is { } name ? RuleChecks.IsBackpropagation(rule, name) : (true, "does not apply: no feedback was named")),
            Try("learning", () => RuleChecks.Learns(rule, Optimizer, LeastAccuracy)),
            Try("round trip", () => RuleChecks.RoundTrip(rule, Optimizer)),
            Try("graphs", () => GraphChecks.Run(rule, Optimizer, FeedbackName)),
        ];
    }

    private static RuleFinding Try(string check, Func<(bool Passed, string Detail)> run)
    {
        try
        {
            (bool passed, string detail) = run();
            return new(check, passed, detail);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new(check, false, $"{e.GetType().Name}: {e.Message}");
        }
    }
}
