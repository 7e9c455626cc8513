using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Kernels;

/// <summary><c>-- kernels</c>: the parts of BioLearn.Kernels beside the same operations of TorchSharp.</summary>
internal sealed class KernelsCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } =
    [
        new GemmBenchmark(), new VectorProductBenchmark(), new ElementwiseBenchmark(), new OptimizerBenchmark(), new ConvolutionBenchmark(), new RandomBenchmark(),
    ];
}
