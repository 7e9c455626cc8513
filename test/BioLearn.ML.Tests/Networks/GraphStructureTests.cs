using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Networks;

/// <summary>How entries become layers, and how those that do not fit are refused.</summary>
public sealed class GraphStructureTests
{
    [Fact]
    public void Kinds_without_weights_join_the_layer_before_them_where_it_has_room()
    {
        NetworkSpec spec = new(
            new TensorShape(1, 8, 8),
            [
                new Convolution2D(4, 3, 1, 1, Activation.Linear) { Bias = false },
                new BatchNormalization(Activation.Tanh),
                new MaxPooling2D(2),
                new Dropout(0.2),
                new Flatten(),
                new Dense(3),
            ],
            OutputHead.SoftmaxCrossEntropy);
        Assert.Equal(2, spec.Graph.Length);
        Layer first = spec.Graph[0];
        Assert.NotNull(first.Normalization);
        Assert.NotNull(first.Readout);
        Assert.NotNull(first.Gating);
        Assert.Equal(Activation.Tanh, first.Activation);
        Assert.Equal(new TensorShape(64), first.Output);
    }

    [Fact]
    public void Normalization_behind_an_activation_is_a_layer_of_its_own()
    {
        NetworkSpec spec = new(new TensorShape(5), [new Dense(4, Activation.Tanh), new BatchNormalization(), new Dense(3)], OutputHead.SoftmaxCrossEntropy);
        Assert.Equal([true, false, true], spec.Graph.Select(l => l.HasWeights));
    }

    [Fact]
    public void Residual_networks_have_the_layers_and_parameters_of_the_paper()
    {
        // 20 layers with weights, and two 1x1 shortcuts; 0.27 million parameters (He et al. 2016, table 6), the shortcuts' 2,560 and 192 beside.
        NetworkSpec spec = NetworkSpec.ResNet(20, new TensorShape(3, 32, 32), 10);
        Assert.Equal(22, spec.Graph.Count(l => l.HasWeights));
        int weights = spec.Graph.Sum(l => (l.WeightRows * l.WeightColumns) + l.Synapses.Biases);
        int normalization = spec.Graph.Sum(l => l.Normalization?.Tensors.Where(t => t.Role is ParameterRole.Gain or ParameterRole.Shift).Sum(t => t.Length) ?? 0);
        Assert.Equal(269_722 + 2_560 + 192, weights + normalization);
        Assert.Equal(new TensorShape(512, 4, 4), NetworkSpec.ResNet(18, new TensorShape(3, 32, 32), 10).Graph[^3].Output);
    }

    [Fact]
    public void Named_networks_take_the_pictures_they_say()
    {
        Assert.Equal("1x28x28-6x14x14-16x5x5-120-84-10", NetworkSpec.LeNet(new TensorShape(1, 28, 28), 10).ToString());
        Assert.Equal(new TensorShape(32, 2, 2), NetworkSpec.Vgg(new TensorShape(3, 16, 16), 10, [1, 1, 2], 8).Graph[3].Output);
    }

    [Theory]
    [InlineData("reads", "Layer 2: it reads 'nobody', and no earlier layer has this name")]
    [InlineData("adds", "Layer 2: it adds layer 1 ('a', dense 6 to 5) of shape 5 to units of shape 4")]
    [InlineData("twice", "Layer 2: the name 'a' is taken")]
    [InlineData("unread", "Nothing reads layer 1")]
    [InlineData("groups", "Layer 1: Groups is 4; it must divide the 6 channels of the input and the 8 of the output")]
    [InlineData("no output", "The last layer must be Dense")]
    public void Layers_that_do_not_fit_are_refused_by_number(string mistake, string message)
    {
        LayerSpec[] layers = mistake switch
        {
            "reads" => [new Dense(5), new Dense(4) { Reads = "nobody" }],
            "adds" => [new Dense(5) { Name = "a" }, new Dense(4) { Adds = ["a"] }],
            "twice" => [new Dense(5) { Name = "a" }, new Dense(4) { Name = "a" }, new Dense(4)],
            "unread" => [new Dense(5), new Dense(4) { Reads = "input" }],
            "groups" => [new Convolution2D(8, 1) { Groups = 4 }, new Dense(4)],
            _ => [new Convolution2D(2, 1) { Padding = 0 }, new BatchNormalization()],
        };
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => new NetworkSpec(new TensorShape(6), layers, OutputHead.SoftmaxCrossEntropy)).Message, StringComparison.Ordinal);
    }
}
