using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using BioLearn.ML.Naming;

namespace BioLearn.ML.Tests.Naming;

/// <summary>Every one-shot run that the authors report, and their runs over more images, on the spike counts of their network.</summary>
public sealed class NamingCountsFixtureTests
{
    private const int Classes = 2;

    [Fact]
    public void All_one_shot_runs_name_as_many_test_images_as_recomputed_and_nearly_all_as_reported()
    {
        var counts = new Counts();
        int others = 0, all = 0;
        foreach (var run in counts.Fixture.GetProperty("runs").EnumerateArray())
        {
            double factor = run[2].GetDouble();
            int right = counts.Right(counts.Taught([run[0].GetInt32(), counts.TrainOfFirst + run[1].GetInt32()], factor));
            Assert.Equal(run[5].GetInt32(), right);
            others += right == run[3].GetInt32() ? 0 : 1;
            all++;
        }

        Assert.True(all > 0, "the file lists no run");
        Assert.InRange(others, 0, Math.Max(1, (int)(.003 * all)));
    }

    [Fact]
    public void Runs_over_more_images_name_as_many_test_images_as_listed()
    {
        var counts = new Counts();
        foreach (var run in counts.Fixture.GetProperty("sequential_runs").EnumerateArray())
        {
            int[] shown = [.. run.GetProperty("presentation").EnumerateArray().Select(i => i.GetInt32())];
            var correct = run.EnumerateObject().Single(p => p.Name.StartsWith("test_correct_of_", StringComparison.Ordinal)).Value;
            Assert.Equal(correct.GetInt32(), counts.Right(counts.Taught(shown, run.GetProperty("factor").GetDouble())));
        }
    }

    /// <summary>The spike counts of the file's images: those of the first class, then those of the second.</summary>
    private sealed class Counts
    {
        private readonly int _features;
        private readonly int _testOfFirst;
        private readonly byte[] _train;
        private readonly byte[] _test;
        private readonly double[] _normal;

        public Counts()
        {
            Fixture = NamingFixture.Read("12_naming_counts");
            _features = Fixture.GetProperty("shape").EnumerateArray().Aggregate(1, (product, size) => product * size.GetInt32());
            TrainOfFirst = ImagesOf("TrainingSet");
            _testOfFirst = ImagesOf("TestingSet");
            _train = Inflate("train_counts");
            _test = Inflate("test_counts");
            _normal = MemoryMarshal.Cast<byte, double>(Inflate("init_normal")).ToArray();
        }

        public JsonElement Fixture { get; }

        public int TrainOfFirst { get; }

        // No end of novelty in these runs.
        public ConceptCells Taught(int[] shown, double factor)
        {
            var cells = new ConceptCells(_features);
            for (int name = 0; name < Classes; name++)
            {
                double[] initial = _normal.AsSpan(name * _features, _features).ToArray();
                for (int x = 0; x < _features; x++)
                    initial[x] = Fixture.GetProperty("mean_init").GetDouble() + (Fixture.GetProperty("std_init").GetDouble() * initial[x]);
                cells.Add(initial, [.. initial]);
            }

            double potentiation = factor * Fixture.GetProperty("a_plus").GetDouble(), depression = factor * Fixture.GetProperty("a_minus").GetDouble();
            foreach (int image in shown)
                cells.Show(_train.AsSpan(image * _features, _features), image < TrainOfFirst ? 0 : 1, potentiation, depression, NamingRule.AsCoded);
            return cells;
        }

        public int Right(ConceptCells cells)
        {
            int right = 0;
            double[] scores = new double[Classes];
            for (int image = 0; image < _test.Length / _features; image++)
            {
                cells.Score<byte>(_test.AsSpan(image * _features, _features), NamingReadOut.Plain, scores);
                right += (scores[1] > scores[0] ? 1 : 0) == (image < _testOfFirst ? 0 : 1) ? 1 : 0;
            }

            return right;
        }

        private int ImagesOf(string set) =>
            Fixture.GetProperty("names").EnumerateObject().First(p => p.Name.StartsWith(set, StringComparison.Ordinal)).Value.GetArrayLength();

        private byte[] Inflate(string name)
        {
            var property = Fixture.EnumerateObject().Single(p => p.Name.StartsWith(name, StringComparison.Ordinal));
            using var zlib = new ZLibStream(new MemoryStream(property.Value.GetBytesFromBase64()), CompressionMode.Decompress);
            using var raw = new MemoryStream();
            zlib.CopyTo(raw);
            return raw.ToArray();
        }
    }
}
