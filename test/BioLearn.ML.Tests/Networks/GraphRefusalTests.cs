using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Networks;

/// <summary>How names, shapes and readers of layers are resolved, and every sentence that refuses one.</summary>
public sealed class GraphRefusalTests
{
    private static readonly TensorShape Image = new(2, 4, 4);

    public static TheoryData<string, string> Refusals() => new()
    {
        { "null", "Layer 2 is null." },
        { "input", "Layer 1: the name 'input' is taken by the network's input." },
        { "unknown", "Layer 2: it adds 'b', and no earlier layer has this name; there are input, a." },
        { "alone", "Layer 1: it reads 'b', and no earlier layer has this name." },
        { "later", "Layer 1: it reads 'b', and no earlier layer has this name." },
        { "capitals", "Layer 2: it reads 'A', and no earlier layer has this name; there are input, a." },
        { "added input", "Layer 1: it adds the input of shape 2x4x4 to units of shape 4; both must be the same." },
        { "empty", "The last layer must be Dense" },
        { "picture", "The last layer must be Dense" },
        { "pooled", "The last layer must be Dense" },
        { "gated", "The last layer must be Dense" },
        { "normalized", "The last layer must be Dense" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Layers_that_make_no_network_are_refused_in_so_many_words(string mistake, string message)
    {
        LayerSpec[] layers = mistake switch
        {
            "null" => [new Dense(3), null!],
            "input" => [new Dense(3) { Name = "input" }],
            "unknown" => [new Dense(3) { Name = "a" }, new Dense(3) { Adds = ["b"] }],
            "alone" => [new Dense(3) { Reads = "b" }],
            "later" => [new Dense(3) { Reads = "b" }, new Dense(3) { Name = "b" }],
            "capitals" => [new Dense(3) { Name = "a" }, new Dense(3) { Reads = "A" }],
            "added input" => [new Dense(4) { Adds = ["input"] }, new Dense(3)],
            "empty" => [],
            "picture" => [new Convolution2D(2, 1)],
            "pooled" => [new Convolution2D(2, 1), new GlobalAveragePooling()],
            "gated" => [new Dense(3), new Dropout(0.5)],
            _ => [new Dense(3), new BatchNormalization()],
        };
        Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => new NetworkSpec(Image, layers, OutputHead.SoftmaxCrossEntropy)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 4, 4)]
    [InlineData(2, 0, 4)]
    [InlineData(2, 4, 0)]
    public void Picture_without_a_pixel_is_refused(int channels, int height, int width)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => new NetworkSpec(new TensorShape(channels, height, width), [new Dense(3)], OutputHead.SoftmaxCrossEntropy));
        Assert.StartsWith($"The input shape is {channels}x{height}x{width}; every size must be at least 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Smallest_picture_and_the_smallest_network_are_enough() =>
        Assert.Equal(1, Assert.Single(new NetworkSpec(new TensorShape(1, 1, 1), [new Dense(1)], OutputHead.LinearSquaredError).Graph).Input.Size);

    public static TheoryData<string, int> Layers() => new()
    {
        { "identity", 3 },
        { "two dropouts", 3 },
        { "two poolings", 3 },
        { "normalization behind pooling", 3 },
        { "two normalizations", 3 },
        { "dropout behind normalization", 2 },
        { "named", 3 },
        { "reads by name", 3 },
        { "flatten first", 1 },
        { "flatten behind", 2 },
        { "dropout first", 2 },
        { "activation behind an addition", 3 },
    };

    /// <summary>A kind without weights joins the layer before it if nothing that comes behind it is there yet; a name that can be read keeps the layer apart.</summary>
    [Theory]
    [MemberData(nameof(Layers))]
    public void Kinds_join_the_layer_before_them_only_where_the_order_allows(string graph, int count)
    {
        Convolution2D linear = new(2, 1, 1, 0, Activation.Linear), tanh = new(2, 1, 1, 0, Activation.Tanh);
        LayerSpec[] layers = graph switch
        {
            "identity" => [linear, new Identity { Activation = Activation.ReLU }],
            "two dropouts" => [tanh, new Dropout(0.1), new Dropout(0.2)],
            "two poolings" => [tanh, new MaxPooling2D(2), new AveragePooling2D(2)],
            "normalization behind pooling" => [linear, new MaxPooling2D(2), new BatchNormalization()],
            "two normalizations" => [linear, new BatchNormalization(), new BatchNormalization()],
            "dropout behind normalization" => [linear, new BatchNormalization(Activation.Tanh), new Dropout(0.1)],
            "named" => [linear with { Name = "a" }, new BatchNormalization()],
            "reads by name" => [linear with { Name = "a" }, new BatchNormalization { Reads = "a" }],
            "flatten first" => [new Flatten()],
            "flatten behind" => [tanh, new Flatten()],
            "dropout first" => [new Dropout(0.1)],
            _ => [new Convolution2D(2, 1, 1, 0, Activation.Linear) { Adds = ["input"] }, new Identity { Activation = Activation.ReLU }],
        };
        NetworkSpec spec = new(Image, [.. layers, new Dense(3)], OutputHead.SoftmaxCrossEntropy);
        Assert.Equal(count, spec.Graph.Length);
        Assert.Equal(Enumerable.Range(1, count), spec.Graph.Select(l => l.Index));
    }

    [Fact]
    public void Last_reader_of_a_layer_is_the_last_that_reads_or_adds_it()
    {
        NetworkSpec spec = new(
            Image,
            [
                new Dense(5) { Name = "a" },
                new Dense(5),
                new Dense(5) { Name = "c", Adds = ["a"] },
                new Dense(5) { Reads = "a" },
                new Dense(5) { Adds = ["c"] },
                new Dense(3),
            ],
            OutputHead.SoftmaxCrossEntropy);
        Assert.Equal([4, 3, 5, 5, 6, 0], spec.Graph.Select(l => l.LastReader));
    }

    [Fact]
    public void Output_layer_is_linear_before_its_head() =>
        Assert.Equal(Activation.Linear, new NetworkSpec(Image, [new Dense(3, Activation.Tanh)], OutputHead.SoftmaxCrossEntropy).Graph[^1].Activation);
}
