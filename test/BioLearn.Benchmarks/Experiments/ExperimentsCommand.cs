using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Experiments;

/// <summary><c>-- experiments</c>: what the runner of trials costs beside the trials.</summary>
internal sealed class ExperimentsCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } = [new RunnerBenchmark()];
}
