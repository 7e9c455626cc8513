using BioLearn.ML.Hosting;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Graph.Wire;
using Google.Protobuf;

namespace BioLearn.Onnx.Reversal;

/// <summary>Forward pass and plain linear reversal as one ONNX model.</summary>
internal static class MergedGraph
{
    /// <exception cref="ReversalException">A step has no ONNX operator.</exception>
    public static void Save(CnnGraph graph, ReversalPlan plan, CnnTensor start, string path)
    {
        ModelProto model = Write(graph, plan, start);
        SafeFile.Write(path, model.WriteTo);
    }

    public static ModelProto Write(CnnGraph graph, ReversalPlan plan, CnnTensor start)
    {
        var writer = new GraphWriter("recollection");
        writer.Input("image", graph.Input.Shape.Dimensions.AsSpan());
        writer.Input("cue", start.Shape.Dimensions.AsSpan());
        writer.Node("Identity", ["image"], [ForwardWriter.NameOf(graph.Input)]);
        ForwardWriter.Append(writer, graph, [graph.Logits, .. plan.Activations], plan.Switches);

        var emitter = new ReversalEmitter(writer, forward: true);
        emitter.Define("cue", start.Shape);
        var currents = new Dictionary<int, string> { [plan.Start.Slot] = "cue" };
        foreach (PlanStep step in plan.Steps)
        {
            switch (step)
            {
                case OperatorStep pass:
                    currents[pass.To] = pass.Reversal.Emit(emitter, currents[pass.From])
                        ?? throw new ReversalException(pass.Node, "under these rules it has no ONNX operator: it runs in this library only");
                    break;
                case CopyStep:
                    currents[step.To] = currents[step.From];
                    break;
                case AddStep:
                    var list = new TensorShape(plan.Slots[step.To]);
                    currents[step.To] = emitter.Node("Add", [emitter.Shaped(currents[step.To], list), emitter.Shaped(currents[step.From], list)], list);
                    break;
                case LevelStep { Operation: null }:
                    break;
                case LevelStep level:
                    throw new ReversalException(level.Level.Tensor, "its current is normalised or rectified: only a plain linear reversal can be written as ONNX");
                default:
                    throw new ReversalException(start, "winner-takes-all has no ONNX operator: only a plain linear reversal can be written as ONNX");
            }
        }
        writer.Node("Identity", [emitter.Shaped(currents[plan.End.Slot], plan.End.Shape.Shape)], ["recollected"]);
        writer.Node("Identity", [ForwardWriter.NameOf(graph.Logits)], ["logits"]);
        writer.Output("recollected", plan.End.Shape.Shape.Dimensions.AsSpan());
        writer.Output("logits", graph.Logits.Shape.Dimensions.AsSpan());
        return writer.ToModel();
    }
}
