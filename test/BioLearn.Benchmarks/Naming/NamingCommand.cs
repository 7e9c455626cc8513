using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Naming;

/// <summary><c>-- naming</c>: the spiking network that objects are named from.</summary>
internal sealed class NamingCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } = [new CodingBenchmark(), new ForwardBenchmark(), new TrainingBenchmark(), new FeatureAccuracy()];
}
