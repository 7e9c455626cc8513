using BioLearn.Onnx.Forward;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;
using BioLearn.Onnx.Tests.Graph;
using BioLearn.Onnx.Tests.Reversal;

namespace BioLearn.Onnx.Tests.Recollection;

/// <summary>What is asked in vain is refused, and the message says what there is instead.</summary>
public class RecollectorErrorTests
{
    private static readonly RecollectionOptions Plain = new() { Normalization = CurrentNormalization.None };

    [Fact]
    public void Operator_without_reversal_is_named()
    {
        var net = new NetBuilder(0, 2, 3, 3);
        CnnGraph graph = net.Build(net.Dense(net.Unknown(net.Conv(net.Input, 2, new Window(1, 1))), 3));
        ReversalException error = Assert.Throws<ReversalException>(() => new Recollector(graph, Cue.PredictedClass));
        Assert.Equal(("mystery1", "Mystery"), (error.NodeName, error.OpType));
        Assert.Contains("has no reversal", error.Message, StringComparison.Ordinal);
        using var below = new Recollector(graph, Cue.Custom("conv0", new float[18])); // a cue below the operator works
    }

    [Fact]
    public void Crop_where_branches_meet_with_other_sizes_is_refused()
    {
        var net = new NetBuilder(0, 2, 8, 8);
        CnnTensor trunk = net.Conv(net.Input, 2, new Window(1, 1));
        CnnTensor sum = net.Sum(net.Conv(trunk, 2, new Window(1, 1, 2, 2)), net.Conv(trunk, 2, new Window(2, 2, 2, 2)));
        CnnGraph graph = net.Build(sum);
        using var restored = new Recollector(graph, Cue.Custom(graph.Output.Name, new float[32]), Plain);
        ReversalException error = Assert.Throws<ReversalException>(
            () => new Recollector(graph, Cue.Custom(graph.Output.Name, new float[32]), Plain with { Shape = ShapeMode.NotebookCrop }));
        Assert.Contains("Restore", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Crop_before_an_operator_that_needs_recorded_sizes_is_refused_with_the_node()
    {
        var net = new NetBuilder(0, 2, 8, 8);
        CnnGraph graph = net.Build(net.Conv(net.Relu(net.Conv(net.Input, 2, new Window(1, 1))), 2, new Window(3, 3, 2, 2)));
        ReversalException error = Assert.Throws<ReversalException>(() => new Recollector(
            graph, Cue.Custom(graph.Output.Name, new float[graph.Output.Shape.Count]), Plain with { Shape = ShapeMode.NotebookCrop, Relu = ReluRule.ForwardMask }));
        Assert.Equal("Relu", error.OpType);
    }

    [Fact]
    public void Levels_and_units_that_do_not_exist_are_refused_with_those_that_do()
    {
        using CnnModel model = Alexnet();
        Assert.Contains("S10", Assert.Throws<ArgumentException>(() => new Recollector(model, Cue.Stored(11))).Message, StringComparison.Ordinal);
        Assert.Contains("S10", Assert.Throws<ArgumentException>(() => new Recollector(model, Cue.Stored("conv99"))).Message, StringComparison.Ordinal);
        Assert.Contains("6 output units", Assert.Throws<ArgumentException>(() => new Recollector(model, Cue.ClassUnit(6))).Message, StringComparison.Ordinal);
        Assert.Contains("values", Assert.Throws<ArgumentException>(() => new Recollector(model, Cue.Custom(7, new float[3]))).Message, StringComparison.Ordinal);
        string conv = model.Graph.Nodes.OfType<ConvNode>().First().Name;
        Assert.Contains("not a level", Assert.Throws<ArgumentException>(() => new Recollector(model, Cue.Zero, Plain with { Levels = [new LevelOverride(conv)] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Trace_that_lacks_something_or_is_of_another_model_is_refused()
    {
        using CnnModel alexnet = Alexnet(), resnet = ReconstructNetwork.Load(ReconstructNetwork.Own("mini_resnet").ModelPaths[0]);
        float[] image = ReconstructNetwork.Own("mini_alexnet").Input();
        using var stored = new Recollector(alexnet, Cue.Stored(9));
        Assert.Throws<InvalidOperationException>(() => stored.Recollect(alexnet.Forward(image, 1, levels: ["S8"])));
        Assert.Throws<InvalidOperationException>(() => stored.Recollect(alexnet.Forward(image, 1, switches: false)));
        using var other = new Recollector(resnet, Cue.Zero);
        Assert.Contains("output units", Assert.Throws<ArgumentException>(() => other.Recollect(alexnet.Forward(image, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("are given", Assert.Throws<ArgumentException>(() => stored.Recollect(image.AsMemory(1), 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => stored.Recollect(image, 1, threads: 0));
    }

    [Fact]
    public void Switches_that_leave_their_plane_are_refused()
    {
        var net = new NetBuilder(0, 1, 4, 4);
        CnnGraph graph = net.Build(net.MaxPool(net.Input, new Window(2, 2, 2, 2)));
        using var recollector = new Recollector(graph, Cue.Custom(graph.Output.Name, new float[4]), Plain);
        foreach (int position in (int[])[-1, 16])
        {
            var trace = new ForwardTrace(1, 4, new float[4], [], new() { [graph.Output.Name] = new(graph.Output.Shape, [0, 2, position, 10]) });
            Assert.Contains("switches", Assert.Throws<ArgumentException>(() => recollector.Recollect(trace)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Cancelled_recollection_stops()
    {
        using CnnModel model = Alexnet();
        using var recollector = new Recollector(model, Cue.PredictedClass);
        ForwardTrace trace = model.Forward(ReconstructNetwork.Own("mini_alexnet").Input(), 1);
        Assert.Throws<OperationCanceledException>(() => recollector.Recollect(trace, cancellation: new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Array_of_two_channels_is_no_picture()
    {
        var net = new NetBuilder(0, 2, 4, 4);
        CnnGraph graph = net.Build(net.Dense(net.Input, 3));
        using var recollector = new Recollector(graph, Cue.ClassUnit(1), Plain);
        RecollectedImage image = recollector.Recollect(new ForwardTrace(1, 3, new float[3], [], []))[0];
        Assert.Throws<InvalidOperationException>(() => image.ToPicture());
    }

    private static CnnModel Alexnet() => ReconstructNetwork.Load(ReconstructNetwork.Own("mini_alexnet").ModelPaths[0]);
}
