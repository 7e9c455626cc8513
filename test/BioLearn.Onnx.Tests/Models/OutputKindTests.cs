using BioLearn.Onnx.Models;
using BioLearn.Onnx.Tests.Graph;

namespace BioLearn.Onnx.Tests.Models;

/// <summary>What a model says of its output, for tools that choose a cue for it.</summary>
public class OutputKindTests
{
    [Fact]
    public void Classes_maps_boxes_features_and_labels_are_told_apart()
    {
        using CnnModel classes = Load(m => m.Weights("d", 6, 5).Node("GlobalAveragePool", "r", "g").Node("Flatten", "g", "f").Node("MatMul", "f,d", "l").Node("Softmax", "l", "y"));
        using CnnModel labels = Load(m => m.Weights("d", 6, 5).Node("GlobalAveragePool", "r", "g").Node("Flatten", "g", "f").Node("MatMul", "f,d", "l").Node("Sigmoid", "l", "y"));
        using CnnModel map = Load(m => m.Weights("k", 5, 6, 1, 1).Node("Conv", "r,k", "l").Node("Softmax", "l", "y", ("axis", 1)));
        using CnnModel boxes = Load(m => m.Longs("s", 0, 6, -1).Node("Reshape", "r", "b").With(b => b.Graph.Node[^1].Input.Add("s")).Node("Transpose", "b", "y", ("perm", (int[])[0, 2, 1])));
        using CnnModel features = Load(m => m.Node("GlobalAveragePool", "r", "y"));
        Assert.Equal((false, false, false), (classes.HasMapOutput, classes.HasFeatures, classes.HasIndependentClasses));
        Assert.Equal((false, false, true), (labels.HasMapOutput, labels.HasFeatures, labels.HasIndependentClasses));
        Assert.Equal((true, false, false), (map.HasMapOutput, map.HasFeatures, map.HasIndependentClasses));
        Assert.True(boxes.HasMapOutput);
        Assert.True(features.HasFeatures);
    }

    [Fact]
    public void Classes_that_were_seen_have_the_probabilities_of_the_closing_function()
    {
        using CnnModel classes = Load(m => m.Weights("d", 6, 5).Node("GlobalAveragePool", "r", "g").Node("Flatten", "g", "f").Node("MatMul", "f,d", "l").Node("Softmax", "l", "y"));
        using CnnModel labels = Load(m => m.Weights("d", 6, 5).Node("GlobalAveragePool", "r", "g").Node("Flatten", "g", "f").Node("MatMul", "f,d", "l").Node("Sigmoid", "l", "y"));
        using CnnModel features = Load(m => m.Node("GlobalAveragePool", "r", "y"));
        float[] image = [.. Enumerable.Range(0, 3 * 81).Select(i => MathF.Sin(i))];
        double[] logits = [.. classes.Forward(image, 1).Logits(0).ToArray().Select(logit => (double)logit)];
        int best = Array.IndexOf(logits, logits.Max());
        (int seen, double probability) = Assert.Single(classes.Classify(classes.Forward(image, 1), 0));
        Assert.Equal(best, seen);
        Assert.Equal(Math.Exp(logits[best]) / logits.Sum(Math.Exp), probability, 6);
        var independent = labels.Classify(labels.Forward(image, 1), 0);
        Assert.Equal(Math.Max(1, logits.Count(logit => logit > 0)), independent.Count);
        Assert.Equal(best, independent[0].Class);
        Assert.All(independent, one => Assert.Equal(1 / (1 + Math.Exp(-logits[one.Class])), one.Probability, 6));
        Assert.Empty(features.Classify(features.Forward(image, 1), 0));
    }

    [Fact]
    public void Level_without_switches_is_the_last_below_every_max_pool()
    {
        using CnnModel pooled = Load(m => m.Node("MaxPool", "r", "p", ("kernel_shape", (int[])[2, 2])).Node("Tanh", "p", "t").Node("GlobalAveragePool", "t", "y"));
        Assert.Equal("r", pooled.LevelWithoutSwitches!.TensorName);
        using CnnModel plain = Load(m => m.Node("Tanh", "r", "t").Node("GlobalAveragePool", "t", "y"));
        Assert.Equal("t", plain.LevelWithoutSwitches!.TensorName);
        Assert.False(plain.HasGates);
        using CnnModel gated = Load(m => m.Node("Sigmoid", "r", "g").Node("Mul", "r,g", "s").Node("GlobalAveragePool", "s", "y"));
        Assert.True(gated.HasGates);
        Assert.Equal("s", gated.LevelWithoutSwitches!.TensorName);
        Assert.DoesNotContain(gated.Levels, level => level.TensorName == "g"); // a gate carries no current
    }

    private static CnnModel Load(Func<ModelBuilder, ModelBuilder> rest) => CnnModel.Load(new MemoryStream(
        rest(new ModelBuilder(17, "N", 3, 9, 9).Weights("w", 6, 3, 3, 3).Node("Conv", "x,w", "c").Node("Relu", "c", "r")).Bytes));
}
