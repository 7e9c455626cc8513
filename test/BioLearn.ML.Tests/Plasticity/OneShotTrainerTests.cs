using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity.OneShot;

namespace BioLearn.ML.Tests.Plasticity;

public class OneShotTrainerTests
{
    private const int Side = 31, Pixels = Side * Side;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Episode_shows_each_class_once_and_asks_for_another_picture_of_one(bool turns)
    {
        // Class and picture can be read off the pixels: one corner has the class, one the picture.
        float[] pictures = new float[8 * 3 * Pixels];
        int[] classes = new int[24];
        for (int i = 0; i < 24; i++)
        {
            classes[i] = i / 3;
            pictures.AsSpan(i * Pixels, Pixels).Fill((i / 3) + 1);
            pictures[(i * Pixels) + (15 * Side) + 15] = (i % 3) + 100; // the middle stays where it is
            pictures[i * Pixels] = -1; // the upper left corner
        }
        CharacterSet set = new(pictures, classes);
        float[] shown = new float[5 * Pixels], labels = new float[5 * 4], truth = new float[4];
        HashSet<int> corners = [], unknown = [];
        for (int episode = 0; episode < 60; episode++)
        {
            set.Episode(new RandomStream(episode, "episode"), turns, shown, labels, truth);
            float[] seen = [.. Enumerable.Range(0, 5).Select(t => shown[(t * Pixels) + 5])], which = [.. Enumerable.Range(0, 5).Select(t => shown[(t * Pixels) + (15 * Side) + 15])];
            Assert.Equal(4, seen[..4].Distinct().Count());
            int asked = Array.IndexOf(seen[..4], seen[4]);
            Assert.NotEqual(which[asked], which[4]);
            Assert.Equal(Enumerable.Range(0, 4).Select(k => labels[(asked * 4) + k]), truth);
            Assert.All(Enumerable.Range(0, 4), t => Assert.Equal(1, labels[(t * 4)..((t * 4) + 4)].Sum()));
            Assert.Equal(4, Enumerable.Range(0, 4).Select(t => Array.IndexOf(labels[(t * 4)..((t * 4) + 4)], 1f)).Distinct().Count());
            Assert.Equal(0, labels[16..].Sum());
            int Corner(int t) => Array.IndexOf([shown[t * Pixels], shown[(t * Pixels) + Side - 1], shown[((t + 1) * Pixels) - Side], shown[((t + 1) * Pixels) - 1]], -1f);
            Assert.Equal(Corner(asked), Corner(4)); // a class is turned as a whole
            corners.UnionWith(Enumerable.Range(0, 5).Select(Corner));
            unknown.Add(Array.IndexOf(truth, 1f));
        }
        Assert.Equal(turns ? [0, 1, 2, 3] : [0], corners.Order());
        Assert.Equal([0, 1, 2, 3], unknown.Order());
        Assert.Throws<ArgumentException>(() => set.Episode(new RandomStream(0, "e"), turns, new float[10 * Pixels], new float[90], new float[9]));
    }

    [Fact]
    public void Training_goes_on_from_a_state_to_the_last_bit_and_without_plasticity_nothing_is_told_apart()
    {
        CharacterSet set = Strokes(40);
        OneShotTrainerOptions options = new() { Classes = 3, Features = 8, BatchSize = 4, LearningRate = 3e-3, Turns = false };
        OneShotTrainer whole = new(options, 2), first = new(options, 2), second = new(options, 2), off = new(options with { Plastic = false }, 2);
        var expected = Enumerable.Range(0, 7).Select(_ => whole.Update(set)).ToArray();
        var seen = Enumerable.Range(0, 3).Select(_ => first.Update(set)).ToArray();
        using MemoryStream state = new();
        first.SaveState(new BinaryWriter(state));
        state.Position = 0;
        second.LoadState(new BinaryReader(state));
        Assert.Equal(expected, seen.Concat(Enumerable.Range(0, 4).Select(_ => second.Update(set))).ToArray());
        for (int i = 0; i < 30; i++)
            off.Update(set);
        Assert.All(off.Head.Alpha.ToDense(), alpha => Assert.Equal(0, alpha));
        Assert.InRange(off.Test(set, 400), .2, .47); // chance is a third
    }

    [Fact]
    public void Classes_that_were_never_learned_are_told_apart_after_one_example()
    {
        CharacterSet learned = Strokes(60), asked = Strokes(30, from: 60);
        OneShotTrainer trainer = new(new() { Classes = 3, Features = 16, BatchSize = 4, LearningRate = 2e-3, Turns = false }, 1);
        double before = trainer.Test(asked, 200);
        for (int i = 0; i < 1000; i++)
            trainer.Update(learned);
        double after = trainer.Test(asked, 200);
        Assert.True(after > .75 && after > before + .2, $"{before} to {after}");
    }

    /// <summary>Classes are a bar at a place and slope of their own; pictures of one differ by a shift of a pixel.</summary>
    private static CharacterSet Strokes(int classes, int from = 0)
    {
        const int each = 5;
        float[] pictures = new float[classes * each * Pixels];
        int[] labels = new int[classes * each];
        for (int c = 0; c < classes; c++)
        {
            RandomStream stream = new(from + c, "strokes");
            double x = 8 + (15 * stream.NextDouble()), y = 8 + (15 * stream.NextDouble()), angle = Math.PI * stream.NextDouble();
            for (int i = 0; i < each; i++)
            {
                labels[(c * each) + i] = c;
                double dx = stream.NextDouble() - .5, dy = stream.NextDouble() - .5;
                for (double s = -7; s <= 7; s += .25)
                {
                    int column = (int)(x + dx + (s * Math.Cos(angle))), row = (int)(y + dy + (s * Math.Sin(angle)));
                    pictures[(((c * each) + i) * Pixels) + (row * Side) + column] = 1;
                }
            }
        }
        return new(pictures, labels);
    }
}
