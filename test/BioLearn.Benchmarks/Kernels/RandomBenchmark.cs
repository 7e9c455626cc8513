using BioLearn.Benchmarks.Harness;
using BioLearn.Benchmarks.Torch;
using BioLearn.Kernels.Random;
using TorchSharp;
using static TorchSharp.torch;

namespace BioLearn.Benchmarks.Kernels;

/// <summary>Arrays of random numbers: a counter-based named stream beside TorchSharp's generator (Mersenne twister).</summary>
internal sealed class RandomBenchmark : IBenchmark
{
    public void Run(SideBySide bench)
    {
        foreach (int size in (int[])[64, 1024, 65536])
        {
            var numbers = new float[size];
            var order = new int[size];
            var stream = new RandomStream(1, "numbers");
            Tensor? t = TorchPeer.IsAvailable ? zeros(size) : null;
            Compare("random/uniform", () => stream.FillUniform<float>(numbers, 0, 1), new("uniform_", () => t!.uniform_(0, 1)));
            Compare("random/normal", () => stream.FillNormal<float>(numbers, 0, 1), new("normal_", () => t!.normal_(0, 1)));
            Compare("random/bernoulli", () => stream.FillBernoulli<float>(numbers, 0.3), new("bernoulli_", () => t!.bernoulli_(0.3)));
            Compare("random/permutation", () => stream.FillPermutation(order), new("randperm", () => randperm(size).Dispose()));

            void Compare(string name, Action ours, Contestant peer)
            {
                if (bench.Selects(name, size))
                    bench.Compare(name, size, new("RandomStream", ours), t is null ? [] : [peer], bytes: 4.0 * size);
            }
        }
    }
}
