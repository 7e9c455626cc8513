using System.Numerics.Tensors;
using BioLearn.Benchmarks.Harness;

namespace BioLearn.Benchmarks.Kernels;

/// <summary><c>-- peak</c>: what the machine can do, to judge shares of it.</summary>
internal sealed class PeakCommand : SuiteCommand
{
    protected override IReadOnlyList<IBenchmark> Benchmarks { get; } = [new Bandwidth()];

    /// <summary>a += b over arrays that live in first-level, second-level cache and memory: three streams.</summary>
    private sealed class Bandwidth : IBenchmark
    {
        public void Run(SideBySide bench)
        {
            foreach (int kilobytes in (int[])[16, 256, 65536])
            {
                if (!bench.Selects("peak/add", $"{kilobytes} KB"))
                    continue;
                var a = new float[kilobytes * 256 / 2];
                var b = new float[a.Length];
                bench.Compare("peak/add", $"{kilobytes} KB", new Contestant("add in place", () => TensorPrimitives.Add<float>(a, b, a)), [], bytes: 12.0 * a.Length);
            }
        }
    }
}
