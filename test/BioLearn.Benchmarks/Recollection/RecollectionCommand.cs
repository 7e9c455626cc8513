using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Recollection;

/// <summary>Recollection of photographs against TorchSharp: forward with trace, and back to the image.</summary>
internal sealed class RecollectionCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } = [new RecollectionBenchmark(), new FullAlexNetBenchmark(), new CodecBenchmark()];
}
