using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>The rule of docs/write-a-rule.md, and what that page promises of it.</summary>
public class WriteARuleTests
{
    [Fact]
    public void Rule_of_the_docs_equals_feedback_alignment_and_with_feedback_W_backpropagation()
    {
        NetworkSpec spec = NetworkSpec.Perceptron(4, [6, 5], 3, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        double[] x = [.. Enumerable.Range(0, 8).Select(i => Math.Sin(i))], t = [1, 0, 0, 0, 0, 1];
        using RuleBench<double> mine = new(spec, new MyFeedbackAlignment(), x, t, 2), theirs = new(spec, new FeedbackAlignment(), x, t, 2);
        Assert.Equal(Gradient(theirs), Gradient(mine));
        using RuleBench<double> backpropagation = new(spec, new Backpropagation(), x, t, 2);
        for (int l = 2; l <= spec.Graph.Length; l++)
            mine.Network.Weights(l).Values.CopyTo(mine.Network.Side("K", l).Values);
        mine.Begin();
        Assert.Equal(Gradient(backpropagation), Gradient(mine));
    }

    private static double[] Gradient(RuleBench<double> bench)
    {
        bench.Credit();
        return bench.Step.GradientOf(bench.Network.Weights(1)).ToArray();
    }

    private sealed class MyFeedbackAlignment : LearningRule
    {
        public override string Name => "my feedback alignment";

        public override void Describe(NetworkSpec network, RuleRequirements needs) =>
            needs.FeedbackLike("K", network, Initializer.GlorotUniform);

        public override void ComputeCredit<T>(LearningContext<T> step)
        {
            step.Forward();
            step.OutputError();
            for (int l = step.Depth; l > 1; l--)
                step.Backward(l, step.Side("K", l));
            step.LearnAll();
        }
    }
}
