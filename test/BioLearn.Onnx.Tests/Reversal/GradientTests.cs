using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using BioLearn.Onnx.Tests.Graph;

namespace BioLearn.Onnx.Tests.Reversal;

/// <summary>
/// Every operator that can be read, in every form that is tried, has a way back: the gradient agrees with finite differences of the forward pass by
/// definition, and without gradients the way back runs, too. The models are those of <see cref="OperatorReadingTests"/>, so that a new one is tried here without being named.
/// </summary>
public class GradientTests
{
    public static TheoryData<string> Names => OperatorReadingTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_is_what_finite_differences_are(string name)
    {
        CnnGraph graph = GraphReader.Read(new MemoryStream(OperatorReadingTests.Model(name)), name);
        if (graph.Nodes.Any(node => node is QuantizeNode))
            return; // steps have no slope
        var random = new Random(7);
        double cosine = Cosine(graph, [.. Enumerable.Range(0, graph.Input.Shape.Count).Select(_ => (float)(2 * random.NextDouble() - 1))], directions: 4);
        Assert.True(cosine >= 0.995, $"{name}: {cosine}");
    }

    /// <summary>
    /// Cosine between the slopes that the gradient says and those of finite differences, along random directions and along the gradient itself; 0 if their lengths differ.
    /// </summary>
    internal static double Cosine(CnnGraph graph, float[] image, int directions)
    {
        var random = new Random(11);
        double[] x = [.. image.Select(value => (double)value)];
        float[] y = [.. Enumerable.Range(0, graph.Output.Shape.Count).Select(_ => (float)(2 * random.NextDouble() - 1))];
        float[] gradient = Reverse(graph, RecollectionOptions.Gradient, y, new ReferenceForward(graph, x));
        double length = Math.Sqrt(gradient.Sum(value => (double)value * value) / x.Length), product = 0, expected = 0, found = 0;
        double step = Math.Min(1e-6, 1e-9 / length); // a steep network is not to be moved over a corner of its activations
        for (int d = 0; d <= directions; d++)
        {
            double[] direction = [.. gradient.Select(value => d == 0 ? value / length : 2 * random.NextDouble() - 1)];
            double slope = (Along(direction, step) - Along(direction, -step)) / (2 * step), said = 0;
            for (int i = 0; i < x.Length; i++)
                said += gradient[i] * direction[i];
            product += slope * said;
            expected += slope * slope;
            found += said * said;
        }
        return expected > 0 && Math.Abs(Math.Sqrt(found / expected) - 1) < 0.005 ? product / Math.Sqrt(expected * found) : 0;

        double Along(double[] direction, double t)
        {
            double[] moved = [.. x.Select((value, i) => value + t * direction[i])], output = new ReferenceForward(graph, moved)[graph.Output];
            double sum = 0;
            for (int i = 0; i < output.Length; i++)
                sum += output[i] * y[i];
            return sum;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Current_without_gradients_reaches_the_image_and_is_linear(string name)
    {
        CnnGraph graph = GraphReader.Read(new MemoryStream(OperatorReadingTests.Model(name)), name);
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, graph.Input.Shape.Count).Select(_ => 2 * random.NextDouble() - 1)];
        float[] y = [.. Enumerable.Range(0, graph.Output.Shape.Count).Select(_ => (float)(2 * random.NextDouble() - 1))];
        var record = new ReferenceForward(graph, x);
        RecollectionOptions linear = new() { Normalization = CurrentNormalization.None, Unpooling = Unpooling.Sum };
        float[] once = Reverse(graph, linear, y, record), twice = Reverse(graph, linear, [.. y.Select(value => 2 * value)], record);
        Assert.Contains(once, value => value != 0);
        JsonTensor.AssertNear(twice, [.. once.Select(value => 2.0 * value)], 1e-5, name);
        foreach (RecollectionOptions options in (RecollectionOptions[])[RecollectionOptions.DeconvNet, RecollectionOptions.GuidedBackpropagation, linear with { Gate = GateRule.Identity, ResponseNorm = ResponseNormRule.Identity }])
            Assert.All(Reverse(graph, options, y, record), value => Assert.True(float.IsFinite(value)));
    }

    private static float[] Reverse(CnnGraph graph, RecollectionOptions options, float[] y, IForwardRecord record) => AdjointTests.Reverse(
        graph, new ReversalRules { Unpooling = _ => options.Unpooling, WinnerTakesAll = _ => false, LevelOperation = _ => null, Options = options }, y, record);
}
