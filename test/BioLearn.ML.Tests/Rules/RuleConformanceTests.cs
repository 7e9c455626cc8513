using BioLearn.ML.Diagnostics;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>Every rule of the registry keeps to what all rules must; and the kit finds rules that do not.</summary>
public class RuleConformanceTests
{
    public static TheoryData<LearningRule> AllRules() =>
    [
        .. LearningRules.All,
        new DirectFeedbackAlignment { LearnFeedback = true },
        new SignSymmetry { Magnitude = SignSymmetryMagnitude.BatchRandom },
        new NodePerturbation { Mode = NodePerturbationMode.Activity },
        new EquilibriumPropagation { OutputIsReadout = true },
        new EquilibriumPropagation { Dynamics = EquilibriumDynamics.Energy, Nudging = EquilibriumNudging.RandomSign, Beta = 1, FreeSteps = 40 },
        new ContrastiveHebbian { Product = ContrastiveRule.GeneRecMidpoint },
        new PredictiveCoding { WeightUpdates = WeightUpdateSchedule.Every },
        new TargetPropagation { InverseLoss = InverseLoss.DifferenceReconstruction, InverseUpdates = 2 },
        new LocalErrorSignals { Loss = LocalLoss.Prediction },
        new LocalErrorSignals { Loss = LocalLoss.Similarity },
    ];

    [Theory]
    [MemberData(nameof(AllRules))]
    public void Rule_conforms(LearningRule rule)
    {
        RuleConformance kit = new()
        {
            FeedbackName = rule switch
            {
                FeedbackAlignment or KolenPollack or WeightMirror => "K",
                DirectFeedbackAlignment { Signal: DirectFeedbackSignal.Error } => "D",
                _ => null,
            },
            Optimizer = rule switch
            {
                Pepita => new OptimizerSettings(OptimizerKind.Momentum, 0.1), // the published program's
                EquilibriumPropagation { Dynamics: EquilibriumDynamics.Energy } => OptimizerSettings.Sgd(0.5),
                _ => OptimizerSettings.Adam(0.01),
            },
            // One random direction a batch learns slowly: here it must only beat chance.
            LeastAccuracy = rule is WeightPerturbation ? 0.4 : 0.8,
        };
        Assert.All(kit.Run(rule), finding => Assert.True(finding.Passed, $"{rule.Name}: {finding}"));
    }

    [Fact]
    public void Kit_finds_a_rule_that_leaves_the_derivative_out()
    {
        var findings = new RuleConformance { FeedbackName = "K" }.Run(new WithoutDerivative());
        RuleFinding found = findings.Single(f => f.Check == "backpropagation");
        Assert.False(found.Passed);
        Assert.Contains("W/2", found.Detail);
        Assert.Contains("degrees", found.Detail);
    }

    [Theory]
    [InlineData(Mistake.FirstLayerForgotten, "learning", "W/1 was never taught")]
    [InlineData(Mistake.FirstLayerForgotten, "backpropagation", "W/1 was never taught")]
    [InlineData(Mistake.DividedByBatch, "backpropagation", "at 0.0 degrees and 0.167 times as long")]
    [InlineData(Mistake.StateKept, "seeds", "keep no state in the rule")]
    [InlineData(Mistake.StateKept, "threads", "see \"seeds\"")]
    public void Kit_names_the_mistake(Mistake mistake, string check, string words)
    {
        RuleFinding found = new RuleConformance { FeedbackName = "K" }.Run(new Mistaken { Mistake = mistake }).Single(f => f.Check == check);
        Assert.False(found.Passed);
        Assert.Contains(words, found.Detail);
    }

    [Fact]
    public void Kit_names_the_side_tensors_there_are_where_the_feedback_name_is_none_of_them()
    {
        RuleFinding found = new RuleConformance { FeedbackName = "B" }.Run(new FeedbackAlignment()).Single(f => f.Check == "backpropagation");
        Assert.False(found.Passed);
        Assert.Equal("FeedbackName is \"B\", and the rule declares K only", found.Detail);
    }

    public enum Mistake
    {
        FirstLayerForgotten,
        DividedByBatch,
        StateKept,
    }

    /// <summary>Feedback alignment with a mistake.</summary>
    private sealed class Mistaken : LearningRule
    {
        private int _calls;

        public Mistake Mistake { get; init; }

        public override string Name => "mistaken";

        public override void Describe(NetworkSpec network, RuleRequirements needs) => needs.FeedbackLike("K", network, Initializer.GlorotUniform);

        public override void ComputeCredit<T>(LearningContext<T> step)
        {
            step.Forward();
            step.OutputError();
            _calls++;
            for (int l = step.Depth; l > 1; l--)
            {
                step.Backward(l, step.Side("K", l));
                // Once, so that the direction stays what it is: in the layer below the output.
                T factor = Mistake switch
                {
                    Mistake.DividedByBatch when l == step.Depth => T.One / T.CreateChecked(step.Batch),
                    Mistake.StateKept => T.One + (T.One / T.CreateChecked(_calls)),
                    _ => T.One,
                };
                foreach (ref T credit in step.Delta(l - 1).Span)
                    credit *= factor;
            }
            for (int l = Mistake == Mistake.FirstLayerForgotten ? 2 : 1; l <= step.Depth; l++)
                step.Learn(l, step.Delta(l), step.Clean.Activity(l - 1));
        }
    }

    [Fact]
    public void Kit_finds_a_rule_that_moves_weights_itself_ignores_weights_and_draws_from_elsewhere()
    {
        var findings = new RuleConformance().Run(new Careless());
        string[] failed = [.. findings.Where(f => !f.Passed).Select(f => f.Check)];
        foreach (string check in (string[])["parameters left alone", "seeds", "threads", "sample weights", "no allocation"])
            Assert.Contains(check, failed);
    }

    [Theory]
    [InlineData(GraphMistake.LearnsAsInAChain, "batch normalization: with W as K the gradient of W/2 is off")]
    [InlineData(GraphMistake.RefusesWithoutALayer, "strided convolutions: refused without naming the layer")]
    [InlineData(GraphMistake.LeavesConvolutionsOut, "strided convolutions: W/1 was never taught")]
    public void Kit_finds_mistakes_on_graphs(GraphMistake mistake, string words)
    {
        RuleFinding found = new RuleConformance { FeedbackName = "K" }.Run(new MistakenOnGraphs { Mistake = mistake }).Single(f => f.Check == "graphs");
        Assert.False(found.Passed);
        Assert.Contains(words, found.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Kit_says_which_graphs_a_rule_trains_and_which_it_refuses()
    {
        RuleFinding found = new RuleConformance().Run(new TargetPropagation()).Single(f => f.Check == "graphs");
        Assert.Equal("trained: strided convolutions, locally connected layers; refused by the layer: convolutions and pooling, a residual addition and batch normalization, dropout", found.Detail);
    }

    public enum GraphMistake
    {
        LearnsAsInAChain,
        RefusesWithoutALayer,
        LeavesConvolutionsOut,
    }

    /// <summary>Feedback alignment that is right on chains of fully connected layers.</summary>
    private sealed class MistakenOnGraphs : LearningRule
    {
        public GraphMistake Mistake { get; init; }

        public override string Name => "mistaken on graphs";

        public override void Describe(NetworkSpec network, RuleRequirements needs)
        {
            if (Mistake == GraphMistake.RefusesWithoutALayer && network.Graph.Any(l => !l.IsFullyConnected))
                throw new ArgumentException("Fully connected layers only.");
            needs.FeedbackLike("K", network, Initializer.GlorotUniform);
        }

        public override void ComputeCredit<T>(LearningContext<T> step)
        {
            step.Forward();
            step.OutputError();
            for (int l = step.Depth; l > 1; l--)
                step.Backward(l, step.Side("K", l));
            for (int l = 1; l <= step.Depth; l++)
            {
                if (step.Layer(l).IsFullyConnected || Mistake == GraphMistake.LearnsAsInAChain)
                    step.Learn(l, step.Delta(l), step.Clean.ReadBy(l));
            }
        }
    }

    private sealed class WithoutDerivative : LearningRule
    {
        public override string Name => "without derivative";

        public override void Describe(NetworkSpec network, RuleRequirements needs) => needs.FeedbackLike("K", network, Initializer.GlorotUniform);

        public override void ComputeCredit<T>(LearningContext<T> step)
        {
            step.Forward();
            step.OutputError();
            for (int l = step.Depth; l > 1; l--)
                step.SendDown(l, step.Side("K", l), step.Delta(l), step.Delta(l - 1));
            step.LearnAll();
        }
    }

    private sealed class Careless : LearningRule
    {
        private static long _calls;

        public override string Name => "careless";

        public override void ComputeCredit<T>(LearningContext<T> step)
        {
            step.Forward();
            step.OutputError();
            T[] target = step.Target.Span.ToArray();
            for (int i = 0; i < target.Length; i++)
                step.Delta(step.Depth).Span[i] = step.Clean.Units(step.Depth).Span[i] - target[i];
            for (int l = step.Depth; l > 1; l--)
                step.Backward(l, step.Weights(l));
            step.LearnAll();
            step.Weights(1).Values[0] += T.CreateChecked(1e-3 * (1 + (Interlocked.Increment(ref _calls) % 7)));
        }
    }
}
