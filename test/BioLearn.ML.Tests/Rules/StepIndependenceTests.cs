using BioLearn.Kernels.Random;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>A step's credit depends on the network, the mini-batch and the step's number, and on nothing that the step before left in working memory.</summary>
public class StepIndependenceTests
{
    private const int Batch = 3;

    public static TheoryData<LearningRule, bool> Rules()
    {
        TheoryData<LearningRule, bool> all = [];
        LearningRule[] variants =
        [
            .. LearningRules.All, new PredictiveCoding { WeightUpdates = WeightUpdateSchedule.ErrorArrival }, new PredictiveCoding { WeightUpdates = WeightUpdateSchedule.Split, InferenceOptimizer = InferenceOptimizer.Adam },
            new PredictiveCoding { InferenceMomentum = .5, NodePosition = ValueNodePosition.PostActivation }, new EquilibriumPropagation { Dynamics = EquilibriumDynamics.Energy, FreeSteps = 10 },
            new ContrastiveHebbian { Product = ContrastiveRule.GeneRecMidpoint }, new RecurrentBackpropagation { ErrorsAsCoded = true },
        ];
        foreach (LearningRule rule in variants)
        {
            all.Add(rule, false);
            all.Add(rule, true);
        }
        return all;
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Credit_is_that_of_a_step_without_predecessor(LearningRule rule, bool observed)
    {
        NetworkSpec spec = NetworkSpec.Perceptron(6, [5, 4], 3, rule.PreferredActivationFor(2) ?? Activation.Tanh, rule.PreferredHead ?? OutputHead.SoftmaxCrossEntropy);
        (double[] first, double[] second, double[] target) = (Numbers(1, 6), Numbers(2, 6), [.. Enumerable.Range(0, Batch * 3).Select(i => i % 3 == i / 3 % 3 ? 1.0 : 0)]);
        using Network<double> network = new(spec, rule, Initializer.GlorotNormal, 1);
        using RuleBench<double> used = new(network, rule, first, [.. target.Reverse()], Batch), fresh = new(network, rule, second, target, Batch), later = new(network, rule, second, target, Batch);
        if (observed)
            used.Step.Notes = fresh.Step.Notes = (_, _, _) => { };
        used.Credit();
        used.Step.Begin(later.Step.Input, later.Step.Target);
        rule.ComputeCredit(used.Step);
        fresh.Begin(); // the same number of steps
        fresh.Credit();
        foreach (Parameter<double> parameter in network.Parameters)
            Assert.Equal(fresh.Step.GradientOf(parameter).ToArray(), used.Step.GradientOf(parameter).ToArray());
        Assert.Equal(fresh.Step.MeanLoss, used.Step.MeanLoss);
    }

    private static double[] Numbers(int seed, int width)
    {
        double[] numbers = new double[Batch * width];
        new RandomStream(seed, "numbers").FillNormal<double>(numbers, 0, 1);
        return numbers;
    }
}
