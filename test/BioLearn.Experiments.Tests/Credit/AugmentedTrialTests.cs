using BioLearn.Experiments.Credit;
using BioLearn.Experiments.Tests.Prospective;
using BioLearn.Kernels.Random;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Tests;

public class AugmentedTrialTests
{
    private static DataSource Pictures => DataSource.At("fashion-mnist", RepositoryFiles.Find("examples/data/fashion-mnist"));

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(9, true)] // farther than the picture is wide
    public void Picture_is_moved_and_mirrored_and_nothing_else(int shift, bool mirror)
    {
        TensorShape shape = new(2, 3, 4);
        float[] rows = [.. Enumerable.Range(1, 300 * shape.Size).Select(i => (float)i)], seen = new float[rows.Length];
        new PictureAugmentation(shift, mirror).Apply(rows, shape, new RandomStream(1, "augmentation"), seen);
        HashSet<(int Down, int Right, bool Mirrored)> met = [];
        for (int row = 0; row < 300; row++)
        {
            float[] picture = seen[(row * shape.Size)..((row + 1) * shape.Size)];
            met.Add(All().First(way => Moved(rows.AsSpan(row * shape.Size, shape.Size), shape, way).SequenceEqual(picture)));
        }
        if (shift < 3)
            Assert.Equal(((2 * shift) + 1) * ((2 * shift) + 1) * (mirror ? 2 : 1), met.Count); // every way is met

        IEnumerable<(int, int, bool)> All() =>
            from down in Enumerable.Range(-shift, (2 * shift) + 1) from right in Enumerable.Range(-shift, (2 * shift) + 1) from mirrored in mirror ? (bool[])[false, true] : [false] select (down, right, mirrored);
    }

    [Fact]
    public void Pixels_are_left_out_with_their_probability()
    {
        TensorShape shape = new(1, 10, 10);
        float[] rows = [.. Enumerable.Repeat(1f, 100 * shape.Size)], seen = new float[rows.Length];
        new PictureAugmentation(0, false, .2).Apply(rows, shape, new RandomStream(1, "augmentation"), seen);
        Assert.InRange(seen.Count(pixel => pixel == 0), 1800, 2200); // 2,000, five deviations of 40
        Assert.All(seen, pixel => Assert.True(pixel is 0 or 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PictureAugmentation(0, false, 1).Apply(rows, shape, new RandomStream(1, "augmentation"), seen));
    }

    [Fact]
    public void Training_goes_on_from_a_checkpoint_to_the_same_rows()
    {
        StoppedContext.Check(() => Trial(3), after: 1);
        TrialContext one = new("augmented", "0"), other = new("augmented", "1");
        Trial(2).Run(one);
        Trial(2).Run(other);
        Assert.NotEqual(one.Rows.SelectMany(row => row.Values), other.Rows.SelectMany(row => row.Values));
        Assert.InRange(one.Rows[^1].Values[1].Value, .05, .6); // chance is .9
    }

    [Fact]
    public void Pictures_set_aside_are_not_learned_from()
    {
        TrialContext few = new("augmented", "0"), all = new("augmented", "0");
        new AugmentedTrial { Data = Pictures, HiddenUnits = [64], Epochs = 4, ValidationRows = 1998 }.Run(few);
        Trial(4).Run(all);
        Assert.True(few.Rows[^1].Values[1].Value > .3 + all.Rows[^1].Values[1].Value); // two pictures teach little
        Assert.Throws<ArgumentOutOfRangeException>(() => new AugmentedTrial { Data = Pictures, ValidationRows = 2000 }.Run(new TrialContext("augmented", "0")));
    }

    private static AugmentedTrial Trial(int epochs) => new() { Data = Pictures, HiddenUnits = [64], Epochs = epochs, Shift = 1, Mirror = true };

    private static float[] Moved(ReadOnlySpan<float> picture, TensorShape shape, (int Down, int Right, bool Mirrored) way)
    {
        float[] moved = new float[shape.Size];
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int y = 0; y < shape.Height; y++)
            {
                for (int x = 0; x < shape.Width; x++)
                {
                    int fromY = y - way.Down, fromX = (way.Mirrored ? shape.Width - 1 - x : x) - way.Right;
                    if (fromY >= 0 && fromY < shape.Height && fromX >= 0 && fromX < shape.Width)
                        moved[(((c * shape.Height) + y) * shape.Width) + x] = picture[(((c * shape.Height) + fromY) * shape.Width) + fromX];
                }
            }
        }
        return moved;
    }
}
