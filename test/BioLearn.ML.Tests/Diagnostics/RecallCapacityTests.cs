using BioLearn.Kernels.Random;
using BioLearn.ML.Diagnostics;
using BioLearn.ML.Memories;

namespace BioLearn.ML.Tests.Diagnostics;

public class RecallCapacityTests
{
    [Fact]
    public void Damage_hides_and_flips_as_many_elements_as_its_shares_say_and_more_of_it_harms_the_same_ones()
    {
        float[] pattern = [.. Enumerable.Range(0, 50).Select(i => i % 3 == 0 ? 1f : -1f)];
        float[] damaged = new PatternDamage(.5, .25).Apply(pattern, new RandomStream(3, "d"));
        Assert.Equal(25, damaged.Count(x => x == 0));
        Assert.Equal(12, pattern.Zip(damaged).Count(pair => pair.First == -pair.Second));
        Assert.Equal(pattern, new PatternDamage(0).Apply(pattern, new RandomStream(3, "d")));
        float[] less = new PatternDamage(.2).Apply(pattern, new RandomStream(3, "d"));
        Assert.All(Enumerable.Range(0, 50).Where(i => less[i] == 0), i => Assert.Equal(0, damaged[i]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatternDamage(.6, .5).Apply(pattern, new RandomStream(3, "d")));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatternDamage(-.1).Apply(pattern, new RandomStream(3, "d")));
    }

    [Fact]
    public void Memory_that_keeps_the_first_three_alone_recalls_three_of_each_number()
    {
        RecallCapacity capacity = new() { Size = 40, Step = 2, MaximumPatterns = 7, Damage = new(.5), Seed = 5 };
        RecallPoint[] points = [.. capacity.Measure(First)];
        Assert.Equal([(2, 2), (4, 3), (6, 3)], points.Select(point => (point.Patterns, point.Recalled)));
        Assert.Equal([0.0, .25, .5], points.Select(point => Math.Round(point.WrongSigns, 2)));
        Assert.Equal([1.0, .75, .5], points.Select(point => point.Share));

        // Tells patterns by the elements that are left; of others it says the opposite, half of which is hidden and so wrong with the rest.
        Func<float[], float[]> First(ReadOnlySpan<float> patterns)
        {
            float[][] kept = [.. patterns.ToArray().Chunk(40).Take(3)];
            Assert.Equal(capacity.Pattern(0), kept[0]);
            return damaged => kept.FirstOrDefault(pattern => pattern.Zip(damaged).All(pair => pair.Second == 0 || pair.First == pair.Second))
                ?? capacity.Pattern(Enumerable.Range(0, 7).First(k => capacity.Pattern(k).Zip(damaged).All(pair => pair.Second == 0 || pair.First == pair.Second))).Select(x => -x).ToArray();
        }
    }

    [Theory]
    [InlineData(HopfieldRule.Hebb, 40, 0)]
    [InlineData(HopfieldRule.PseudoInverse, 40, 1)]
    [InlineData(HopfieldRule.Modern, 40, 1)]
    public void Hebbs_memory_fails_beyond_its_limit_where_others_do_not(HopfieldRule rule, int patterns, double share)
    {
        RecallCapacity capacity = new() { Size = 100, Step = patterns, MaximumPatterns = patterns, Damage = new(0, .05), Tolerance = 0 };
        RecallPoint point = capacity.Measure(Memorize).Single();
        Assert.Equal(share, point.Share, .1);
        RecallPoint few = (capacity with { Step = 4, MaximumPatterns = 4 }).Measure(Memorize).Single();
        Assert.Equal(1, few.Share);

        Func<float[], float[]> Memorize(ReadOnlySpan<float> stored)
        {
            var memory = HopfieldMemory.Store(new() { OutputColumnName = "X", Rule = rule }, stored, 100);
            return damaged =>
            {
                var recollection = memory.Recollect(damaged);
                recollection.Complete();
                return recollection.State.ToArray();
            };
        }
    }

    [Fact]
    public void Options_out_of_range_are_named_and_a_stopped_measurement_ends()
    {
        RecallCapacity capacity = new() { Size = 10, Step = 5, MaximumPatterns = 4 };
        Assert.Contains("MaximumPatterns", Assert.ThrowsAny<ArgumentException>(() => capacity.Measure(Same)).Message, StringComparison.Ordinal);
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (var point in (capacity with { MaximumPatterns = 50 }).Measure(Same, stop.Token))
            {
                if (point.Patterns == 10)
                    stop.Cancel();
                Assert.True(point.Patterns <= 10);
            }
        });

        static Func<float[], float[]> Same(ReadOnlySpan<float> patterns) => damaged => damaged;
    }
}
