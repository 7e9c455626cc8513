using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Rules;

/// <summary><c>-- rules</c>: training steps of learning rules beside TorchSharp.</summary>
internal sealed class RulesCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } = [new RuleBenchmark(RuleRows.Uniform), new RuleBenchmark(RuleRows.Pictures)];
}
