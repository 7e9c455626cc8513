namespace BioLearn.Onnx.Graph;

/// <summary>
/// A model file that is damaged, or that holds something this library cannot run or reverse. It is the only exception
/// that loading a model throws for what is inside the file (a missing file is the usual <see cref="IOException"/>).
/// </summary>
public sealed class OnnxModelException : Exception
{
    /// <summary>Creates the exception from its parts; the message names them all.</summary>
    /// <param name="problem">What is wrong, in one sentence, and what could be done.</param>
    /// <param name="file">The model file, or null when the model came from memory.</param>
    /// <param name="nodeName">The node concerned, or null.</param>
    /// <param name="opType">The node's operator, or null.</param>
    /// <param name="inner">The cause, or null.</param>
    public OnnxModelException(string problem, string? file = null, string? nodeName = null, string? opType = null, Exception? inner = null)
        : base(Compose(problem, file, nodeName, opType), inner)
    {
        Problem = problem;
        File = file;
        NodeName = nodeName;
        OpType = opType;
    }

    /// <summary>Whether the node is sound, but of a kind that this library cannot run: what lies below it may still be read.</summary>
    internal bool IsBeyondReach { get; init; }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>The model file, or null when the model came from memory.</summary>
    public string? File { get; }

    /// <summary>Name of the node concerned, or null.</summary>
    public string? NodeName { get; }

    /// <summary>Operator of the node concerned, or null.</summary>
    public string? OpType { get; }

    private static string Compose(string problem, string? file, string? nodeName, string? opType)
    {
        string place = opType is null ? "" : $"node \"{nodeName}\" ({opType}): ";
        return file is null ? place + problem : $"{file}: {place}{problem}";
    }
}
