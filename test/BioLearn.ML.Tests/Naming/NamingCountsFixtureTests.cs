using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using BioLearn.ML.Naming;

namespace BioLearn.ML.Tests.Naming;

/// <summary>Every one-shot run that the authors report, and their runs over more images, on the spike counts of their network.</summary>
public sealed class NamingCountsFixtureTests
{
    private const int Features = 6 * 9 * 20;
    private const int TrainFaces = 200;
    private const int TestFaces = 198;

    private static readonly JsonElement Fixture = NamingFixture.Read("12_naming_counts");
    private static readonly byte[] Train = Inflate("train_counts");
    private static readonly byte[] Test = Inflate("test_counts");
    private static readonly double[] Normal = MemoryMarshal.Cast<byte, double>(Inflate("init_normal_seed66_zlib_float64")).ToArray();

    [Fact]
    public void All_one_shot_runs_name_as_many_test_images_as_recomputed_and_nearly_all_as_reported()
    {
        int reported = 0, all = 0;
        foreach (var run in Fixture.GetProperty("runs").EnumerateArray())
        {
            double factor = run[2].GetDouble();
            var cells = Taught([run[0].GetInt32(), TrainFaces + run[1].GetInt32()], factor);
            int right = Right(cells);
            Assert.Equal(run[5].GetInt32(), right);
            reported += right == run[3].GetInt32() ? 1 : 0;
            all++;
        }

        Assert.Equal(1760, all);
        Assert.InRange((double)reported / all, .997, 1);
    }

    [Fact]
    public void Runs_over_more_images_name_as_many_test_images_as_listed()
    {
        foreach (var run in Fixture.GetProperty("sequential_runs").EnumerateArray())
        {
            int[] shown = [.. run.GetProperty("presentation").EnumerateArray().Select(i => i.GetInt32())];
            Assert.Equal(run.GetProperty("test_correct_of_396").GetInt32(), Right(Taught(shown, run.GetProperty("factor").GetDouble())));
        }
    }

    // No end of novelty in these runs.
    private static ConceptCells Taught(int[] shown, double factor)
    {
        var cells = new ConceptCells(Features);
        for (int name = 0; name < 2; name++)
        {
            double[] initial = Normal.AsSpan(name * Features, Features).ToArray();
            for (int x = 0; x < Features; x++)
                initial[x] = Fixture.GetProperty("mean_init").GetDouble() + (Fixture.GetProperty("std_init").GetDouble() * initial[x]);
            cells.Add(initial, [.. initial]);
        }

        double potentiation = factor * Fixture.GetProperty("a_plus").GetDouble(), depression = factor * Fixture.GetProperty("a_minus").GetDouble();
        foreach (int image in shown)
            cells.Show(Train.AsSpan(image * Features, Features), image < TrainFaces ? 0 : 1, potentiation, depression, NamingRule.AsCoded);
        return cells;
    }

    private static int Right(ConceptCells cells)
    {
        int right = 0;
        double[] scores = new double[2];
        for (int image = 0; image < Test.Length / Features; image++)
        {
            cells.Score<byte>(Test.AsSpan(image * Features, Features), NamingReadOut.Plain, scores);
            right += (scores[1] > scores[0] ? 1 : 0) == (image < TestFaces ? 0 : 1) ? 1 : 0;
        }

        return right;
    }

    private static byte[] Inflate(string name)
    {
        using var zlib = new ZLibStream(new MemoryStream(Convert.FromBase64String(Fixture.GetProperty(name).GetString()!)), CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        return raw.ToArray();
    }
}
