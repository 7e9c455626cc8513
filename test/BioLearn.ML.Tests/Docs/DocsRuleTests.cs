using BioLearn.Docs.Tests;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Docs;

/// <summary>The rule that docs/write-a-rule.md writes is what the page says that it is. That its program runs, BioLearn.Docs.Tests say.</summary>
public sealed class DocsRuleTests
{
    [Fact]
    public void Rule_of_the_docs_equals_feedback_alignment_and_with_feedback_W_backpropagation()
    {
        LearningRule rule = (LearningRule)Activator.CreateInstance(DocsProgram.Of("docs/write-a-rule.md").Load().GetType("MyFeedbackAlignment", throwOnError: true)!)!;
        NetworkSpec spec = NetworkSpec.Perceptron(4, [6, 5], 3, Activation.Tanh, OutputHead.SoftmaxCrossEntropy);
        double[] x = [.. Enumerable.Range(0, 8).Select(i => Math.Sin(i))], t = [1, 0, 0, 0, 0, 1];
        using RuleBench<double> mine = new(spec, rule, x, t, 2), theirs = new(spec, new FeedbackAlignment(), x, t, 2);
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
}
