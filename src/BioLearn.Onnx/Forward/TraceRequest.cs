using System.Collections.Immutable;
using BioLearn.Onnx.Graph;

namespace BioLearn.Onnx.Forward;

/// <summary>Which activations and switches a forward pass is to keep. Two requests for the same are equal.</summary>
public sealed class TraceRequest : IEquatable<TraceRequest>
{
    internal TraceRequest(IEnumerable<CnnTensor> activations, IEnumerable<MaxPoolNode> switches)
    {
        Activations = [.. activations.Distinct().OrderBy(t => t.Index)];
        Switches = [.. switches.Distinct().OrderBy(p => p.Output.Index)];
    }

    /// <summary>Tensors whose values to keep; the logits are always kept besides.</summary>
    internal ImmutableArray<CnnTensor> Activations { get; }

    /// <summary>Max-pools whose switches to keep.</summary>
    internal ImmutableArray<MaxPoolNode> Switches { get; }

    /// <summary>What several recollectors need, so that one forward pass serves them all.</summary>
    /// <param name="requests">Requests to one network.</param>
    public static TraceRequest Union(IEnumerable<TraceRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        TraceRequest[] all = [.. requests];
        return new(all.SelectMany(request => request.Activations), all.SelectMany(request => request.Switches));
    }

    /// <summary>Whether a trace of the same network holds all that is asked for.</summary>
    /// <param name="trace">The trace.</param>
    public bool IsHeldBy(ForwardTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return Activations.All(tensor => trace.HoldsActivation(tensor.Name)) && Switches.All(pool => trace.HoldsSwitches(pool.Output.Name));
    }

    internal static TraceRequest For(CnnGraph graph, IEnumerable<TraceLevel> levels, bool switches) => new(
        levels.Where(l => l.Kind != TraceLevelKind.Output).Select(l => l.Tensor),
        switches ? graph.Nodes.OfType<MaxPoolNode>() : []);

    /// <inheritdoc/>
    public bool Equals(TraceRequest? other) => other is not null && Activations.SequenceEqual(other.Activations) && Switches.SequenceEqual(other.Switches);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TraceRequest);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (CnnTensor t in Activations) hash.Add(t);
        foreach (MaxPoolNode p in Switches) hash.Add(p);
        return hash.ToHashCode();
    }
}
