using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Plastic;

/// <summary><c>-- plastic</c>: steps and episodes of plastic networks beside TorchSharp; what narrower traces would bring.</summary>
internal sealed class PlasticCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } = [new PlasticStepBenchmark(), new BackwardStepBenchmark(), new EpisodeBenchmark(), new NarrowTraceBenchmark(), new NarrowTraceErrors()];
}
