using System.Globalization;
using System.Text.RegularExpressions;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>
/// Training on Fashion-MNIST with the order and first weights of training_curve.json: losses, weights and test errors after every stretch.
/// </summary>
public partial class TrainingCurveTests
{
    private const int Pixels = FashionImages.Pixels, Classes = FashionImages.Classes;

    public static TheoryData<string, int> Cases() => FixtureFiles.Cases("prospective", "training_curve*.json");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_on_fixture_gives_losses_weights_and_test_errors(string file, int index)
    {
        CreditFixture f = new(FixtureFiles.Case("prospective", file, index));
        bool predictive = f.At("rule").GetString() == "PC";
        LearningRule rule = predictive
            ? new PredictiveCoding { InferenceSteps = (int)f.Number("T"), InferenceRate = f.Number("x_lr"), RateDiscount = f.Number("x_lr_discount"), SumOverBatch = true }
            : new Backpropagation();
        int[] sizes = [.. f.Numbers("sizes").Select(s => (int)s)];
        int batch = (int)f.Number("batch");
        int samples = batch * (int)f.Number("updates");
        string testError = f.At("log/0").EnumerateObject().Single(p => p.Name.StartsWith("test_error_first_", StringComparison.Ordinal)).Name;
        int tests = int.Parse(testError["test_error_first_".Length..], CultureInfo.InvariantCulture);
        NetworkSpec spec = NetworkSpec.Perceptron(sizes[0], sizes[1..^1], sizes[^1], CreditFixture.ActivationOf(f.At("activation").GetString()!), OutputHead.LinearSquaredError);
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        for (int l = 1; l <= network.Depth; l++)
            Congruential(network.Weights(l), (uint)f.Numbers("lcg_seeds")[l - 1]);
        using Optimizer<double> optimizer = new(f.At("p_optimizer").GetString() == "Adam" ? OptimizerSettings.Adam(f.Number("p_optimizer_kwargs/lr")) : OptimizerSettings.Sgd(f.Number("p_optimizer_kwargs/lr")));
        (double[] images, int[] labels) = FashionImages.Load(f.At("index_formula").GetString()!, samples, tests);
        using LearningContext<double> step = new(network, batch), test = new(network, tests);
        using NativeBuffer<double> input = new(Math.Max(batch, tests) * Pixels), target = new(Math.Max(batch, tests) * Classes);
        double loss = 0;
        int log = 0;
        for (int update = 1; update <= f.Number("updates"); update++)
        {
            Fill((update - 1) * batch, batch);
            step.Begin(new Signal<double>(input, batch, Pixels), new Signal<double>(target, batch, Classes));
            rule.ComputeCredit(step);
            loss += step.MeanLoss * batch;
            step.Taught.RemoveAll(p => p.Name == "b");
            foreach (Parameter<double> parameter in predictive ? [] : step.Taught.ToArray())
            {
                foreach (ref double gradient in step.Gradient(parameter).Span)
                    gradient *= batch;
            }
            optimizer.Apply(step);
            if (update < f.Number($"log/{log}/updates"))
                continue;
            Relative(f.Number($"log/{log}/sum_forward_loss_since_last"), loss, $"loss until {update}");
            Fill(samples, tests);
            test.Observe(new Signal<double>(input, tests, Pixels), new Signal<double>(target, tests, Classes));
            test.Forward();
            Assert.Equal(f.Number($"log/{log}/{testError}"), Error(test), 1e-12);
            for (int l = 1; l <= network.Depth; l++)
            {
                double sum = 0, squares = 0;
                foreach (double w in network.Weights(l).Values)
                {
                    sum += w;
                    squares += w * w;
                }
                Assert.Equal(f.Numbers($"log/{log}/W_sum")[l - 1], sum, 1e-8 * Math.Max(1, Math.Abs(sum)));
                Relative(f.Numbers($"log/{log}/W_sumsq")[l - 1], squares, $"squares of W_{l} at {update}");
            }
            loss = 0;
            log++;
        }
        Assert.Equal(f.At("log").GetArrayLength(), log);
        // Of wide layers the file has a part: "W2_final_row0", "W1_final_row0_first50_from_300".
        for (int l = 1; l <= network.Depth; l++)
        {
            string key = f.Keys($"W{l}_final").Single();
            Match part = Part().Match(key);
            int first = (Number(part.Groups["row"]) * network.Weights(l).Columns) + Number(part.Groups["from"]);
            double[] values = f.Numbers(key);
            Close.To<double>(values, network.Weights(l).Values.Slice(first, values.Length), 1e-8, key);
        }
        string prediction = f.Keys("prediction_first_").Single();
        Close.To<double>(f.Numbers(prediction), test.Clean.Units(network.Depth).Span[..(f.Shape(prediction)[0] * Classes)], 1e-8, "predictions");

        void Fill(int first, int count)
        {
            images.AsSpan(first * Pixels, count * Pixels).CopyTo(input.Span);
            target.Span.Clear();
            for (int i = 0; i < count; i++)
                target.Span[(i * Classes) + labels[first + i]] = 1;
        }
    }

    [GeneratedRegex(@"^W\d+_final(_row(?<row>\d+))?(_first\d+)?(_from_(?<from>\d+))?$")]
    private static partial Regex Part();

    private static int Number(Group group) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    private static double Error(LearningContext<double> test)
    {
        int wrong = 0;
        for (int b = 0; b < test.Batch; b++)
        {
            ReadOnlySpan<double> output = test.Clean.Units(test.Depth).Row(b);
            if (System.Numerics.Tensors.TensorPrimitives.IndexOfMax(output) != System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(test.Target.Row(b)))
                wrong++;
        }
        return (double)wrong / test.Batch;
    }

    private static void Relative(double want, double got, string what) =>
        Assert.True(Math.Abs(got - want) <= 1e-8 * Math.Abs(want), $"{what}: {got} instead of {want}");

    /// <summary>s ← 1664525 s + 1013904223 mod 2³², w = (2 s / 2³² − 1) √(6 / (in + out)).</summary>
    private static void Congruential(Parameter<double> weights, uint state)
    {
        double limit = Math.Sqrt(6.0 / (weights.Rows + weights.Columns));
        foreach (ref double w in weights.Values)
        {
            state = unchecked((1664525 * state) + 1013904223);
            w = ((2 * (state / 4294967296.0)) - 1) * limit;
        }
    }
}
