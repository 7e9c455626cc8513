using System.Text.RegularExpressions;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Rules;

namespace BioLearn.ML.Tests.Docs;

/// <summary>The programs of the docs compile without a warning, run, and print what the page says.</summary>
public sealed partial class DocsProgramTests
{
    public static TheoryData<string> Pages => ["write-a-rule.md", "kernels.md", "learning-rules.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Program_of_a_page_runs_and_prints_what_the_page_says(string page)
    {
        DocsProgram program = DocsProgram.Of(page);
        Assert.True(program.Complaints() is [], string.Join('\n', program.Complaints()));
        // Figures are the reader's processor's; everything else is the page's.
        Assert.Equal(Words(program.Printed), Words(ChildProcess.Run("docs-page", page)));
    }

    [Fact]
    public void Rule_of_the_docs_equals_feedback_alignment_and_with_feedback_W_backpropagation()
    {
        LearningRule rule = (LearningRule)Activator.CreateInstance(DocsProgram.Of("write-a-rule.md").Load().GetType("MyFeedbackAlignment", throwOnError: true)!)!;
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

    private static string Words(string text) => Number().Replace(text.ReplaceLineEndings("\n").Trim(), "#");

    [GeneratedRegex("-?[0-9]+([.][0-9]+)?")]
    private static partial Regex Number();
}
