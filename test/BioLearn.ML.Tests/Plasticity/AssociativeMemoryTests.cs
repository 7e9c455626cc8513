using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity;

namespace BioLearn.ML.Tests.Plasticity;

public class AssociativeMemoryTests
{
    private static readonly PlasticTrainerOptions Options = new() { Task = new() { PatternSize = 8, Patterns = 2 }, Updates = 3000 };
    private static readonly Lazy<AssociativeMemory> Trained = new(() =>
    {
        var trainer = new PlasticRecurrentTrainer<float>(Options);
        trainer.Train();
        return new(trainer);
    });

    [Fact]
    public void Memorized_patterns_are_completed_from_half_of_their_elements()
    {
        var random = new RandomStream(1, "test");
        int wrong = 0, episodes = 100;
        for (int e = 0; e < episodes; e++)
        {
            var (first, second) = OrthogonalPair(random);
            var stored = Trained.Value.Memorize([.. first, .. second]);
            foreach (float[] pattern in new[] { first, second })
            {
                float[] degraded = [.. pattern];
                foreach (int k in Permutation(random)[..4])
                    degraded[k] = 0;
                float[] completed = new float[8];
                stored.Complete(degraded, completed);
                wrong += pattern.Zip(completed).Count(pair => !(pair.First * pair.Second > 0));
            }
        }

        Assert.True(wrong < .05 * episodes * 16, $"{wrong} of {episodes * 16} elements wrong; chance is a quarter");
    }

    [Fact]
    public void Recollection_step_by_step_ends_where_completion_does_and_begins_where_the_patterns_left_off()
    {
        var stored = Trained.Value.Memorize([1, 1, 1, 1, -1, -1, -1, -1, 1, -1, 1, -1, 1, -1, 1, -1]);
        float[] degraded = [1, 0, 1, 0, -1, 0, -1, 0], completed = new float[8];
        stored.Complete(degraded, completed);
        var recollection = stored.Recollect(degraded);
        Assert.Equal(stored.CopyState().Output[..8].ToArray(), recollection.Outputs.ToArray());
        int steps = 0;
        while (recollection.Step())
            Assert.Equal(++steps, recollection.Steps);
        Assert.Equal(Trained.Value.Task.TestSteps, steps);
        Assert.True(recollection.IsOver);
        Assert.Equal(completed, recollection.Outputs.ToArray());
        Assert.Throws<ArgumentException>(() => stored.Recollect([1, -1]));
    }

    [Fact]
    public void Completion_does_not_change_what_is_stored()
    {
        var stored = Trained.Value.Memorize([1, 1, 1, 1, -1, -1, -1, -1, 1, -1, 1, -1, 1, -1, 1, -1]);
        float[] first = new float[8], again = new float[8];
        stored.Complete([1, 0, 1, 0, -1, 0, -1, 0], first);
        stored.Complete([1, -1, 0, 0, 0, 0, 1, -1], new float[8]);
        stored.Complete([1, 0, 1, 0, -1, 0, -1, 0], again);
        Assert.Equal(first, again);
    }

    [Fact]
    public void A_saved_memory_loads_with_the_same_weights_and_completes_the_same()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory().FullName, "memory.blpn");
        Trained.Value.Save(path);
        var loaded = AssociativeMemory.Load(path);
        using var stream = new MemoryStream();
        Trained.Value.Save(stream);
        stream.Position = 0;
        Assert.Equal(Trained.Value.Network.Weights.ToDense(), loaded.Network.Weights.ToDense());
        Assert.Equal(Trained.Value.Network.Alpha.ToDense(), AssociativeMemory.Load(stream).Network.Alpha.ToDense());
        Assert.Equal(Options.Task, loaded.Task);
        Assert.Throws<InvalidDataException>(() => PlasticRecurrentTrainer<float>.Resume(path));
    }

    [Fact]
    public void A_damaged_file_is_an_error_that_names_it_and_never_another_exception()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string good = Path.Combine(folder, "good.blpn"), bad = Path.Combine(folder, "bad.blpn");
        var trainer = new PlasticRecurrentTrainer<float>(Options with { Updates = 3 });
        trainer.Train();
        trainer.Save(good);
        byte[] bytes = File.ReadAllBytes(good);
        var random = new RandomStream(2, "damage");
        int refused = 0;
        for (int i = 0; i < 500; i++)
        {
            byte[] damaged = [.. bytes];
            if (i % 2 == 0)
                damaged = damaged[..random.NextInt(bytes.Length)];
            else
                damaged[random.NextInt(Math.Min(bytes.Length, 1500))] ^= (byte)(1 << random.NextInt(8));
            File.WriteAllBytes(bad, damaged);
            try
            {
                PlasticRecurrentTrainer<float>.Resume(bad);
            }
            catch (InvalidDataException e)
            {
                refused++;
                Assert.Contains(bad, e.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(refused > 250, $"{refused} of 500 damaged files refused");
    }

    [Fact]
    public void Wrong_lengths_and_unknown_numbers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Trained.Value.Memorize(new float[7]));
        Assert.Throws<ArgumentException>(() => Trained.Value.Memorize([1, 1, 1, 1, -1, -1, float.NaN, -1]));
        var stored = Trained.Value.Memorize([1, 1, 1, 1, -1, -1, -1, -1]);
        Assert.Throws<ArgumentException>(() => stored.Complete(new float[9], new float[8]));
    }

    private static (float[] First, float[] Second) OrthogonalPair(RandomStream random)
    {
        float[] first = [1, 1, 1, 1, -1, -1, -1, -1], second = [1, 1, -1, -1, 1, 1, -1, -1];
        int[] order = Permutation(random);
        return ([.. order.Select(k => first[k])], [.. order.Select(k => second[k])]);
    }

    private static int[] Permutation(RandomStream random)
    {
        int[] order = new int[8];
        random.FillPermutation(order);
        return order;
    }
}
