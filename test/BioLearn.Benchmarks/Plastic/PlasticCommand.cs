using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Plastic;

/// <summary><c>-- plastic</c>: steps and episodes of plastic networks beside TorchSharp.</summary>
internal sealed class PlasticCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } = [new PlasticStepBenchmark(), new BackwardStepBenchmark(), new EpisodeBenchmark()];
}
