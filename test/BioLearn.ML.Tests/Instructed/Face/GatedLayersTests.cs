using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Tests.Instructed.Face;

/// <summary>Layers of somebody's own get a gate behind each hidden layer, where the whole layer is closed by it.</summary>
public class GatedLayersTests
{
    [Fact]
    public void Gate_is_the_last_part_of_every_layer_of_a_chain()
    {
        NetworkSpec spec = Gated(new(1, 8, 8), new Convolution2D(4, 3, 1, 0, Activation.Linear), new BatchNormalization(Activation.ReLU), new AveragePooling2D(2), new Flatten(), new Dense(10, Activation.ReLU));
        Assert.Equal([1, 2], spec.Graph.Where(l => l.Gating is { IsInstructed: true }).Select(l => l.Index));
        Assert.True(spec.Graph[0] is { Normalization: not null, Readout: not null });
        Assert.Equal(3, spec.Graph.Length);
    }

    [Fact]
    public void Layers_that_have_gates_are_left_alone()
    {
        LayerSpec[] layers = [new Dense(8, Activation.ReLU), new InstructionGate(), new Dense(6, Activation.ReLU)];
        Assert.Same(layers, GatedLayers.Behind(new(4), layers));
    }

    /// <summary>A later layer that reads or adds a name gets what the gate lets through; shortcuts are not gated.</summary>
    [Fact]
    public void Residual_network_is_gated_as_the_papers_is()
    {
        NetworkSpec paper = InstructedNetworks.TinyResNet(new(3, 16, 16), new Dense(2), OutputHead.SoftmaxCrossEntropy, guided: true);
        NetworkSpec bare = InstructedNetworks.TinyResNet(new(3, 16, 16), new Dense(2), OutputHead.SoftmaxCrossEntropy, guided: false);
        Assert.Equal(paper.Layers.SkipLast(1), GatedLayers.Behind(bare.Input, [.. bare.Layers.SkipLast(1)]));
    }

    [Fact]
    public void Library_ResNet_of_twenty_layers_can_be_gated()
    {
        NetworkSpec plain = NetworkSpec.ResNet(20, new(1, 12, 12), 3, width: 2), gated = Gated(plain.Input, [.. plain.Layers.SkipLast(1)]);
        Assert.Equal(plain.Graph.Count(l => l.HasWeights && l.Name?.EndsWith("shortcut", StringComparison.Ordinal) != true) - 1, gated.Graph.Count(l => l.Gating is { IsInstructed: true }));
        Assert.Equal(plain.Graph.Length, gated.Graph.Length);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused_by_the_network_itself()
    {
        var error = Assert.Throws<ArgumentException>(() => Gated(new(1, 4, 4), new Convolution2D(4, 9), new Dense(3)));
        Assert.StartsWith("Layer 1: ", error.Message, StringComparison.Ordinal);
    }

    private static NetworkSpec Gated(TensorShape input, params LayerSpec[] layers) => new(input, [.. GatedLayers.Behind(input, layers), new Dense(2)], OutputHead.SoftmaxCrossEntropy);
}
