using System.IO.Compression;
using BioLearn.Kernels.Tensors;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;
using BioLearn.ML.Rules;

namespace BioLearn.ML.Tests.Rules;

/// <summary>
/// Training on Fashion-MNIST with the order and first weights of training_curve.json: losses, weights and test errors after every stretch.
/// The images that the file's order names, and the first 1,000 test images, lie in Data (MIT licence, Zalando SE).
/// </summary>
public class TrainingCurveTests
{
    private const int Pixels = 784, TrainingImages = 1920, TestImages = 1000, Classes = 10;

    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> data = [];
        foreach (string file in FixtureFiles.Find("prospective", "training_curve*.json"))
        {
            for (int i = 0; i < FixtureFiles.Read(file).GetProperty("cases").GetArrayLength(); i++)
                data.Add(Path.GetFileName(file), i);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_on_fixture_gives_losses_weights_and_test_errors(string file, int index)
    {
        CreditFixture f = new(FixtureFiles.Read(FixtureFiles.Find("prospective", file)[0]).GetProperty("cases")[index]);
        Assert.Equal("train index of sample n (n=0,1,2..) = (n*7919+13) mod 60000", f.At("index_formula").GetString());
        bool predictive = f.At("rule").GetString() == "PC";
        LearningRule rule = predictive
            ? new PredictiveCoding { InferenceSteps = (int)f.Number("T"), InferenceRate = f.Number("x_lr"), RateDiscount = f.Number("x_lr_discount") }
            : new Backpropagation();
        int[] sizes = [.. f.Numbers("sizes").Select(s => (int)s)];
        int batch = (int)f.Number("batch");
        Assert.True(batch * f.Number("updates") <= TrainingImages);
        NetworkSpec spec = NetworkSpec.Perceptron(sizes[0], sizes[1..^1], sizes[^1], CreditFixture.ActivationOf(f.At("activation").GetString()!), OutputHead.LinearSquaredError);
        using Network<double> network = new(spec, rule, Initializer.Zeros, 1);
        for (int l = 1; l <= network.Depth; l++)
            Congruential(network.Weights(l), (uint)f.Numbers("lcg_seeds")[l - 1]);
        using Optimizer<double> optimizer = new(f.At("p_optimizer").GetString() == "Adam" ? OptimizerSettings.Adam(f.Number("p_optimizer_kwargs/lr")) : OptimizerSettings.Sgd(f.Number("p_optimizer_kwargs/lr")));
        (double[] images, int[] labels) = Data();
        using LearningContext<double> step = new(network, batch), test = new(network, TestImages);
        using NativeBuffer<double> input = new(TestImages * Pixels), target = new(TestImages * Classes);
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
            Fill(TrainingImages, TestImages);
            test.Observe(new Signal<double>(input, TestImages, Pixels), new Signal<double>(target, TestImages, Classes));
            test.Forward();
            Assert.Equal(f.Number($"log/{log}/test_error_first_1000"), Error(test), 1e-12);
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
        Close.To<double>(f.Numbers("W3_final"), network.Weights(3).Values, 1e-8, "W_3");
        Close.To<double>(f.Numbers("W2_final_row0"), network.Weights(2).Values[..sizes[1]], 1e-8, "first row of W_2");
        Close.To<double>(f.Numbers("W1_final_row0_first50_from_300"), network.Weights(1).Values[300..350], 1e-8, "part of W_1");
        Close.To<double>(f.Numbers("prediction_first_3_test"), test.Clean.Units(network.Depth).Span[..(3 * Classes)], 1e-8, "predictions");

        void Fill(int first, int count)
        {
            images.AsSpan(first * Pixels, count * Pixels).CopyTo(input.Span);
            target.Span.Clear();
            for (int i = 0; i < count; i++)
                target.Span[(i * Classes) + labels[first + i]] = 1;
        }
    }

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

    private static (double[] Images, int[] Labels) Data() =>
        ([.. Read("fashion_curve-images-idx3-ubyte.gz", 16).Select(v => v / 255.0)], [.. Read("fashion_curve-labels-idx1-ubyte.gz", 8).Select(v => (int)v)]);

    private static byte[] Read(string name, int header)
    {
        using GZipStream stream = new(typeof(TrainingCurveTests).Assembly.GetManifestResourceStream(name)!, CompressionMode.Decompress);
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray()[header..];
    }
}
