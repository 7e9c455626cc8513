using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Tests.Instructed.Face;

/// <summary>A task is dead if no way is left from the input to the outputs; a closed layer that others go around is no such thing.</summary>
public sealed class DeadSubNetworksTests : IDisposable
{
    private static readonly CounterHebb Rule = new() { InstructionWidth = 2 };

    private readonly MLContext _mlContext = new(seed: 1);

    /// <summary>Layer 1, a block of layers 2 and 3 that adds it, outputs. W of layer 3 is negative, so that nothing comes down to layer 2.</summary>
    private readonly Network<float> _network = new(
        new NetworkSpec(
            new TensorShape(4),
            [
                new Dense(3, Activation.ReLU), new InstructionGate { Name = "below" },
                new Dense(3, Activation.ReLU), new InstructionGate(),
                new Dense(3, Activation.ReLU) { Adds = ["below"] }, new InstructionGate(),
                new Dense(2),
            ],
            OutputHead.SoftmaxCrossEntropy),
        Rule, Initializer.Uniform(1), seed: 1);

    public void Dispose() => _network.Dispose();

    [Fact]
    public void Block_whose_inside_is_closed_is_alive_and_a_task_that_opens_nothing_is_named()
    {
        _network.Weights(3).Values.Fill(-1);
        Span<float> head = _network.SideTensors.Single(p => p.Name == "task 1").Values; // [tasks, units of the top]
        head[..3].Fill(1);
        head[3..].Fill(-1);
        using (LearningContext<float> step = new(_network, 1))
        using (MiniBatch<float> batch = new(_network.Spec, 1))
        {
            batch.Fill(new float[4], 1);
            batch.Instruct([1, 0]);
            step.Observe(batch.Input, batch.Target, default, batch.Instructions);
            Rule.Guide(step);
            Assert.Equal([1, 0, 1], new[] { 1, 2, 3 }.Select(l => step.Gates(l, 0)[0]));
        }
        string warning = Assert.Single(Warnings());
        Assert.StartsWith("The sub-network of instruction 'right' (no open unit in layer 1) is dead after training: ", warning, StringComparison.Ordinal);

        SubNetworks parts = SubNetworks.OfTasks(_network, Rule, 2);
        Assert.Null(parts.ClosedLayer(0));
        Assert.Equal(1, parts.ClosedLayer(1)?.Index);

        head.Fill(-1);
        Assert.StartsWith("The sub-networks of instructions 'left' (no open unit in layer 1), 'right' (no open unit in layer 1) are dead", Assert.Single(Warnings()), StringComparison.Ordinal);
        head.Fill(1);
        Assert.Empty(Warnings());
    }

    private string[] Warnings()
    {
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(4));
        var lines = ContextLog.Listen(_mlContext);
        using var run = new TrainingRun(((IHostEnvironment)_mlContext).Register("test"), "test", CancellationToken.None, null);
        DeadSubNetworks.Warn(_network, Rule, Instructions<float>.OfTasks(new[] { 0, 1 }, 2), InstructionForm.Of(rows.Schema["Instruction"]), "after training", run);
        return [.. lines.Where(l => l.Kind == ChannelMessageKind.Warning).Select(l => l.RawMessage)];
    }
}
