using System.Globalization;
using System.Numerics.Tensors;
using BioLearn.Kernels.Threading;

namespace BioLearn.Benchmarks.Harness;

/// <summary>A level of the memory and how fast it gives numbers.</summary>
/// <param name="Name">"L1", "L2", "L3" or "memory".</param>
/// <param name="Bytes">What it holds.</param>
/// <param name="GigabytesPerSecond">Read, or read and written, whichever is faster.</param>
internal sealed record MemoryLevel(string Name, double Bytes, double GigabytesPerSecond);

/// <summary>
/// What the levels of the memory can do at most, measured when first asked: sums over arrays, and sums of two arrays in place, that fill half
/// of a level. With several threads each has its own half of the caches of a core, and the shared ones are shared.
/// </summary>
internal sealed class Bandwidth
{
    private const double Seconds = 0.02;
    private const int Rounds = 5;

    private readonly int _threads;
    private readonly MemoryLevel[] _levels;

    public Bandwidth(int threads)
    {
        _threads = threads;
        (string Name, double Bytes, double Measured)[] levels = Levels(threads);
        _levels = [.. levels.Select(level => new MemoryLevel(level.Name, level.Bytes, Measure((int)(level.Measured / threads))))];
    }

    /// <summary>From the core outwards.</summary>
    public IReadOnlyList<MemoryLevel> All => _levels;

    /// <summary>The level that holds so many bytes.</summary>
    public MemoryLevel Holding(double bytes) => _levels.FirstOrDefault(level => bytes <= level.Bytes) ?? _levels[^1];

    private static (string, double, double)[] Levels(int threads)
    {
        double first = CacheBytes(1) ?? 32 << 10, second = CacheBytes(2) ?? 512 << 10, third = CacheBytes(3) ?? 16 << 20;
        return
        [
            ("L1", first * threads, first * threads / 2), ("L2", second * threads, second * threads / 2),
            ("L3", third, Math.Max(third / 4, second * threads * 2)), ("memory", double.PositiveInfinity, Math.Min(third * 4, 1 << 28)),
        ];
    }

    private static double? CacheBytes(int level)
    {
        for (int i = 0; i < 8; i++)
        {
            string folder = $"/sys/devices/system/cpu/cpu0/cache/index{i}";
            if (!File.Exists($"{folder}/size"))
                return null;
            if (File.ReadAllText($"{folder}/level").Trim() != $"{level}" || File.ReadAllText($"{folder}/type").Trim() == "Instruction")
                continue;
            string size = File.ReadAllText($"{folder}/size").Trim();
            double unit = size[^1] switch { 'K' => 1 << 10, 'M' => 1 << 20, _ => 1 };
            return double.Parse(size.TrimEnd('K', 'M'), CultureInfo.InvariantCulture) * unit;
        }
        return null;
    }

    private double Measure(int bytesAThread)
    {
        int length = bytesAThread / sizeof(float) / 2;
        float[][] a = Arrays(), b = Arrays();
        double best = 0;
        for (int round = 0; round < Rounds; round++)
            best = Math.Max(best, Math.Max(Rate(a, b, length, adds: false, 8.0 * length), Rate(a, b, length, adds: true, 12.0 * length)));
        return best * 1e-9;

        float[][] Arrays() => [.. Enumerable.Range(0, _threads).Select(_ => new float[length])];
    }

    private double Rate(float[][] a, float[][] b, int length, bool adds, double bytes)
    {
        int repetitions = (int)Math.Max(1, Seconds * 50e9 / bytes);
        var job = new Sweep { A = a, B = b, Adds = adds, Repetitions = repetitions };
        double start = _threads == 1 ? CpuClock.Thread() : CpuClock.Wall();
        Partitioner.For(_threads, 1, _threads, ref job);
        double end = _threads == 1 ? CpuClock.Thread() : CpuClock.Wall();
        return bytes * repetitions * _threads / (end - start);
    }

    private struct Sweep : IRangeJob
    {
        public float[][] A, B;
        public bool Adds;
        public int Repetitions;

        public readonly void Invoke(int piece, int begin, int end)
        {
            float sum = 0;
            for (int r = 0; r < Repetitions; r++)
            {
                if (Adds)
                    TensorPrimitives.Add<float>(A[piece], B[piece], A[piece]);
                else
                    sum += TensorPrimitives.Sum<float>(A[piece]) + TensorPrimitives.Sum<float>(B[piece]);
            }
            if (float.IsNaN(sum))
                throw new InvalidOperationException("the sums of the bandwidth measurement overflowed");
        }
    }
}
