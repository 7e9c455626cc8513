using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Instructed;

/// <summary><c>-- instructed</c>: counter-Hebb steps and guided networks beside TorchSharp, and what closed units save.</summary>
internal sealed class InstructedCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } = [new InstructedBenchmark()];
}
