using BioLearn.Studio.Learning;

namespace BioLearn.Studio.Tests.Learning;

public class LearnerTests
{
    [Fact]
    public void Sides_of_one_rule_learn_the_same_bits_and_a_swap_keeps_the_weights()
    {
        var rule = LearnChoice.Rule("feedback-alignment")!;
        using SideBySide sides = new(LearnData.Find("clouds"), [16], 1, rule, rule);
        sides.Advance(400, CancellationToken.None);
        Assert.Equal(400, sides.Views[0]!.Steps);
        Assert.Equal(sides.Views[0]!.Loss, sides.Views[1]!.Loss);
        Assert.Equal(sides.Views[0]!.Picture, sides.Views[1]!.Picture);
        Assert.True(sides.Views[0]!.Accuracy[^1].Value > .8, $"{sides.Views[0]!.Accuracy[^1].Value}");
        Assert.True(sides.Views[0]!.Angles[0].Curve[^1].Value > 1);

        sides.Swap(1, LearnChoice.Rule("backpropagation")!);
        Assert.Equal(sides.Views[0]!.Picture, sides.Views[1]!.Picture);
        Assert.Equal(400, sides.Views[1]!.Steps);
        sides.Advance(40, CancellationToken.None);
        Assert.Equal(440, sides.Views[1]!.Steps);
        Assert.True(sides.Views[1]!.Angles[0].Curve[^1].Value < 1e-2); // backpropagation's gradient is the one that it is measured against
    }

    [Fact]
    public void Divergence_is_told_and_ends_the_side_alone()
    {
        using SideBySide sides = new(LearnData.Find("rings"), [8], 1, LearnChoice.Rule("backpropagation")!, LearnChoice.Rule("weight-perturbation") ?? Learner.Rules[^1]);
        sides.SetRate(0, 1e9);
        sides.Advance(400, CancellationToken.None);
        sides.Advance(1, CancellationToken.None);
        if (sides.Views[0]!.Problem is { } problem)
            Assert.Contains("Lower the rate", problem, StringComparison.Ordinal);
        Assert.Equal(401, sides.Views[1]!.Steps);
    }

    [Fact]
    public void Every_rule_of_the_list_learns_a_step()
    {
        var data = LearnData.Find("clouds");
        string[] refused = [.. Learner.Rules.Where(rule =>
        {
            using Learner learner = new(rule, data, [8, 8], 1);
            learner.Advance(2, CancellationToken.None);
            return learner.Measure(pictures: true) is not { Steps: 2, Problem: null, Picture: not null };
        }).Select(rule => rule.Name)];
        Assert.Empty(refused);
        Assert.True(Learner.Rules.Count > 20);
    }

    [Fact]
    public void Curve_of_any_length_keeps_its_ends_and_few_points()
    {
        MeasuredCurve curve = new();
        for (int step = 0; step <= 5000; step++)
            curve.Note(step, step % 7 == 3 ? double.NaN : step);
        Assert.InRange(curve.Points.Count, 60, 240);
        Assert.Equal((0d, 0d), curve.Points[0]);
        Assert.Equal((5000d, 5000d), curve.Points[^1]);
        Assert.Equal(curve.Points.Order(), curve.Points);
    }

    [Fact]
    public void Questions_open_units_of_their_own_and_learning_finds_answers()
    {
        using AskedNetwork network = new([60, 30]);
        network.Advance(150, CancellationToken.None);
        var (left, right) = (network.Ask(0, 0), network.Ask(0, 1));
        Assert.Equal(left.Picture, right.Picture);
        Assert.Equal(1, left.Sure.Sum(), 3);
        Assert.All(left.Gates.Zip(right.Gates), gates => Assert.NotEqual(gates.First, gates.Second));
        Assert.All(left.Overlaps, overlap => Assert.InRange(overlap, .01, .99));
        Assert.All(network.Right, curve => Assert.True(curve[^1].Value > .2, $"{curve[^1].Value}"));
    }

    [Fact]
    public void Command_of_a_view_runs_on_the_rows_that_it_saves()
    {
        string folder = Directory.CreateTempSubdirectory("studio-rows").FullName;
        try
        {
            var choice = LearnChoice.Of(null, null, "rings", 1, 16);
            File.WriteAllText(Path.Combine(folder, "rings.csv"), LearnData.Find("rings").ToCsv());
            string said = KeptProgram.Shell($"{choice.Command} --epochs 2", folder);
            Assert.Contains("feedback-alignment", said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(null, null, null, null, null, "?left=backpropagation&right=feedback-alignment&data=fashion-mnist&depth=2&width=64")]
    [InlineData("predictive-coding", "nonsense", "spirals", 3, 100, "?left=predictive-coding&right=feedback-alignment&data=spirals&depth=3&width=100")]
    [InlineData("hebb", "../etc", "../etc", 99, -1, "?left=backpropagation&right=feedback-alignment&data=fashion-mnist&depth=2&width=64")]
    public void Link_gives_a_choice_that_can_be_had(string? left, string? right, string? data, int? depth, int? width, string expected) =>
        Assert.Equal(expected, LearnChoice.Of(left, right, data, depth, width).Query);
}
